/* Items of an agenda by drag: the same form that its arrows send, so that nothing works with a mouse alone.
   [data-section] a list; [data-item] an item of it, its form.agenda-move posts section and before.                    */
"use strict";
(() => {
  const lists = [...document.querySelectorAll("[data-section]")];
  let held = null;
  const after = (list, y) => [...list.querySelectorAll("[data-item]")].find((item) => {
    const box = item.getBoundingClientRect();
    return item !== held && y < box.top + box.height / 2;
  });
  for (const item of document.querySelectorAll("[data-item]")) {
    const grip = item.querySelector(".grip");
    grip.hidden = false;
    grip.addEventListener("pointerdown", () => (item.draggable = true));
    grip.addEventListener("pointerup", () => (item.draggable = false));
    item.addEventListener("dragstart", (event) => {
      held = item;
      event.dataTransfer.effectAllowed = "move";
      item.classList.add("held");
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("held");
      item.draggable = false;
      held = null;
    });
  }
  for (const list of lists) {
    list.addEventListener("dragover", (event) => {
      if (!held) return;
      event.preventDefault();
      const next = after(list, event.clientY);
      if (next) next.before(held);
      else list.append(held);
    });
    list.addEventListener("drop", (event) => {
      if (!held) return;
      event.preventDefault();
      const form = held.querySelector(".agenda-move");
      const before = document.createElement("input");
      before.type = "hidden";
      before.name = "before";
      before.value = held.nextElementSibling?.dataset.item ?? "";
      form.elements.section.value = list.dataset.section;
      form.append(before);
      form.requestSubmit();
    });
  }
})();
