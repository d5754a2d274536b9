/* The letter editor: without it everything is typed by hand and the preview opens in a tab.

   [data-add-line=ID]   puts data-line on a line of its own at the end of the textarea with that id, once
   [data-only-if=ID]    shown only while the select with that id has the value data-is (none: no choice, "พิมพ์เอง") */
"use strict";
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-line]");
    if (!button) return;
    const box = document.getElementById(button.dataset.addLine);
    const lines = box.value.split("\n").filter((line) => line.trim());
    if (!lines.includes(button.dataset.line)) lines.push(button.dataset.line);
    box.value = lines.join("\n");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });

  function fold() {
    for (const part of document.querySelectorAll("[data-only-if]")) {
      part.hidden = document.getElementById(part.dataset.onlyIf)?.value !== (part.dataset.is ?? "");
    }
  }
  document.addEventListener("change", fold);
  document.addEventListener("DOMContentLoaded", fold);
})();
