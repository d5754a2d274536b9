/* The sheet of the negotiation form as a spreadsheet: Enter and arrows walk columns, a block copied from Excel is
   pasted over the boxes, rows are moved by their buttons or by dragging. form.js saves the boxes.               */
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("#sheet-rows tr[data-row]")];
  const boxes = (row) => [...row.querySelectorAll("input.box")];
  const change = (el) => el.dispatchEvent(new Event("change", { bubbles: true }));

  /* ---- walking ---- */
  function step(el, by) {
    const list = rows();
    for (let at = list.indexOf(el.closest("tr")) + by; at >= 0 && at < list.length; at += by) {
      const other = list[at].querySelector(`input[name="${el.name}"]`);
      if (!other) continue;
      other.focus();
      return other.select();
    }
  }
  document.addEventListener("keydown", (event) => {
    const el = event.target;
    if (!el.matches?.("input.box") || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") el.value = el.was ?? el.defaultValue;
    if (!by) return;
    event.preventDefault();
    step(el, by);
  });

  /* ---- a block from Excel ---- */
  document.addEventListener("paste", (event) => {
    const el = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!el.matches?.("input.box") || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const list = rows();
    const top = list.indexOf(el.closest("tr"));
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => {
      if (!list[top + down]) return;
      const own = boxes(list[top + down]);
      const left = own.findIndex((box) => box.name === el.name);
      if (left < 0) return;
      line.split("\t").forEach((value, right) => {
        const box = own[left + right];
        if (!box) return;
        box.value = value.trim();
        change(box);
      });
    });
  });

  /* ---- moving rows ---- */
  const form = document.getElementById("placing");
  async function move(url, values, focus) {
    const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(values), headers }).catch(() => null);
    const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
    const trouble = document.getElementById("save-trouble");
    if (!answer?.ok) {
      const box = page?.querySelector("[data-request-error]");
      return trouble.replaceChildren(box ?? "ย้ายไม่สำเร็จ กรุณาลองอีกครั้ง");
    }
    trouble.replaceChildren();
    document.getElementById("sheet-rows").replaceWith(page.getElementById("sheet-rows"));
    document.dispatchEvent(new Event("form-drawn"));
    const button = focus && document.querySelector(focus);
    if (button) button.focus();
    document.getElementById("save-state").textContent = "ย้ายแล้ว";
  }
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    event.preventDefault();
    const { formAction, value } = event.submitter;
    const row = event.submitter.closest("tr").dataset.row;
    move(formAction, { to: value }, `tr[data-row="${row}"] button[value="${value}"]`);
  });

  let dragged = null;
  const over = () => document.querySelectorAll(".drop-here").forEach((el) => el.classList.remove("drop-here"));
  const place = (el) => el.closest?.("#sheet-rows tr[data-dimension]:not(.child)");
  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("#sheet-rows tr[data-row]:not(.child)");
    if (!row || !event.target.matches(".grip, th a")) return; // by its handle, or by its name
    dragged = row;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.row); // without data some browsers drag nothing
  });
  document.addEventListener("dragover", (event) => {
    const row = dragged && place(event.target);
    if (!row || row === dragged || !row.dataset.dimension) return;
    event.preventDefault();
    over();
    row.classList.add("drop-here");
  });
  document.addEventListener("drop", (event) => {
    const row = dragged && place(event.target);
    if (!row || row === dragged || !row.dataset.dimension) return;
    event.preventDefault();
    const values = { dimension: row.dataset.dimension };
    const next = row.dataset.row ?? row.nextElementSibling?.dataset.row;
    if (next && next !== dragged.dataset.row) values.before = next;
    move(dragged.querySelector(".move").formAction, values);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    over();
  });
})();
