/* The e-SAR copy sheet: a button copies one field and ticks it; the tick is remembered by the server.

   [data-copy]     the button; its value is the id of the element whose text is copied, line breaks and all
   [data-tick]     the form of a tick; without this script it has a button of its own
   [data-copied]   where the page says it, for eyes and screen readers; [data-ticked] how many are ticked            */
"use strict";
(() => {
  const says = document.querySelector("[data-copied]");
  const counted = document.querySelector("[data-ticked]");

  async function copy(text, from) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No permission, or a page without https: select the words, so that Ctrl+C takes them.
      const range = document.createRange();
      range.selectNodeContents(from);
      const chosen = getSelection();
      chosen.removeAllRanges();
      chosen.addRange(range);
      return false;
    }
  }
  async function keep(form) {
    const box = form.elements.on;
    const wanted = box.checked;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json", "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) {
      box.checked = !wanted;
      says.textContent = "จำเครื่องหมายไม่ได้ ลองอีกครั้ง";
      return;
    }
    counted.textContent = (await answer.json()).ticked;
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copy);
      const label = button.dataset.label;
      const done = await copy(from.textContent, from);
      says.textContent = done ? `คัดลอก${label}แล้ว` : `เลือก${label}ไว้แล้ว กด Ctrl+C เพื่อคัดลอก`;
      button.textContent = done ? "คัดลอกแล้ว" : "กด Ctrl+C";
      setTimeout(() => (button.textContent = "คัดลอก"), 2500);
      const form = button.closest("[data-field]").querySelector("form[data-tick]");
      if (done && !form.elements.on.checked) {
        form.elements.on.checked = true;
        keep(form);
      }
    });
  }
  for (const form of document.querySelectorAll("form[data-tick]")) {
    form.querySelector("button").hidden = true;
    form.elements.on.addEventListener("change", () => keep(form));
  }
})();
