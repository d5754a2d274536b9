/* The negotiation table (templates/agreements/negotiation/table.html); every deed works without this script.

   #bargain[data-changes]   asked every two seconds while the page is looked at: 204, or the lines that changed, drawn
                            anew by the server. A box somebody is typing in is never touched: the new value is said
                            beside it. Nothing is asked while the page is hidden; coming back asks at once.
   form[data-offer]         one line's offer, sent without leaving: only the boxes that were changed travel, with the
                            version they were typed on. Refused, nothing moves: both values stand under the line.
   sessionStorage           what is typed and not sent yet, by table and person; back after a reload or a lost session. */
"use strict";
(() => {
  const table = document.getElementById("bargain");
  if (!table) return;
  const EVERY_MS = 2000, GIVE_UP_MS = 10000, MARK_MS = 6000, SLOWEST_MS = 30000;
  const state = document.getElementById("link-state");
  const phone = matchMedia("(max-width: 47.99rem)");
  const key = `table:${document.body.dataset.person}:${location.pathname}`;
  const all = (selector, root = table) => [...root.querySelectorAll(selector)];
  const isDirty = (box) => box.value !== box.dataset.was;
  const seenOf = (line) => line.querySelector("input[name=seen]");

  /* ---- typed and not sent ---- */
  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }
  function keep() {
    const found = {};
    for (const box of all("input.cell")) {
      if (isDirty(box)) found[`${box.getAttribute("form")} ${box.name}`] = box.value;
    }
    try {
      if (Object.keys(found).length) sessionStorage.setItem(key, JSON.stringify(found));
      else sessionStorage.removeItem(key);
    } catch {
      /* storage full or switched off: the page only remembers less */
    }
  }
  function mark(box) {
    box.classList.toggle("mine-now", isDirty(box));
    const line = box.closest("tbody");
    line.classList.toggle("has-typing", all("input.cell", line).some(isDirty));
  }

  /* ---- drawing what came ---- */
  const parse = (html) => {
    const holder = document.createElement("table");
    holder.innerHTML = html;
    return holder.querySelector("tbody");
  };

  function carryOver(from, to) {
    /* The person's own typing, and where the cursor is, survive the new drawing of the line. */
    for (const old of all("input.cell", from)) {
      const box = to.querySelector(`input.cell[name="${CSS.escape(old.name)}"]`);
      const typing = isDirty(old) || old === document.activeElement;
      if (!box || !typing) continue;
      const news = box.value;
      if (isDirty(old) && news !== old.dataset.was && news !== old.value) {
        const note = document.createElement("span");
        note.className = "cell-news";
        note.textContent = `ในระบบขณะนี้ ${news || "ว่าง"}`;
        box.after(note);
      }
      const replaced = old.dataset.was;
      old.dataset.was = news;
      old.className = box.className;
      if (!isDirty(old) || old.value === replaced) old.value = news;
      for (const name of ["aria-invalid"]) {
        if (box.hasAttribute(name)) old.setAttribute(name, box.getAttribute(name));
        else old.removeAttribute(name);
      }
      // The version the typing began on stays: the server then still sees that the cell moved on under it.
      if (isDirty(old)) seenOf(to).value = seenOf(from).value;
      old.readOnly = false;
      box.replaceWith(old);
      mark(old);
    }
    const says = from.querySelector(".line-says");
    if (says?.childElementCount) to.querySelector(".line-says").replaceWith(says);
  }

  function draw(pk, html, quiet) {
    const made = parse(html);
    const old = document.getElementById(`line-${pk}`);
    if (!old) return made;
    const active = document.activeElement;
    const inside = old.contains(active);
    const spot = inside && active.name !== undefined ? [active.name, active.selectionStart, active.selectionEnd] : null;
    carryOver(old, made);
    old.replaceWith(made);
    arm(made);
    if (spot) {
      const box = made.querySelector(`[name="${CSS.escape(spot[0])}"].cell`);
      if (box) {
        box.focus({ preventScroll: true });
        if (spot[1] !== null) box.setSelectionRange(spot[1], spot[2]);
      }
    } else if (inside) made.querySelector("button, a")?.focus({ preventScroll: true });
    if (!quiet) {
      made.classList.add("just-changed");
      setTimeout(() => made.classList.remove("just-changed"), MARK_MS);
    }
    return made;
  }

  function arm(root) {
    for (const button of all("[data-reopen]", root)) button.hidden = false;
    for (const box of all("input.cell", root)) {
      // A phone only reads; turned on its side it may be wide enough to type again.
      if (phone.matches && !box.readOnly) box.readOnly = box.onPhone = true;
      else if (!phone.matches && box.onPhone) box.readOnly = box.onPhone = false;
    }
  }

  function take(news, ownLine) {
    for (const [pk, html] of Object.entries(news.lines)) {
      const made = draw(pk, html, pk === ownLine);
      if (!made.isConnected) {
        // A line somebody added: behind the one it follows. Its form comes with the next visit of the page.
        const place = news.order.indexOf(Number(pk));
        const before = place > 0 ? document.getElementById(`line-${news.order[place - 1]}`) : null;
        if (before) before.after(made);
        else table.append(made);
        lend(pk);
        arm(made);
      }
    }
    for (const line of all("tbody[data-line]")) {
      if (!news.order.includes(Number(line.dataset.line))) line.remove();
    }
    document.getElementById("table-head").outerHTML = news.head;
    table.dataset.version = news.version;
    if (news.closed) location.reload();
  }

  function lend(pk) {
    /* A form for a line that came later, with the token every form of this page carries. */
    const forms = document.getElementById("table-forms");
    if (!forms || document.getElementById(`f${pk}`)) return;
    const pattern = forms.querySelector("form[data-offer]");
    if (!pattern) return;
    const made = pattern.cloneNode(true);
    made.id = `f${pk}`;
    made.action = pattern.getAttribute("action").replace(/\d+\/offer\/$/, `${pk}/offer/`);
    forms.append(made);
  }

  /* ---- asking ---- */
  let timer = 0, asking = false, again = false, wait = EVERY_MS, ownLine = "";

  function say(fresh) {
    if (!state) return;
    state.hidden = false;
    state.classList.toggle("away", !fresh);
    const words = fresh ? state.dataset.fresh : state.dataset.away;
    if (state.textContent !== words) state.textContent = words;
  }

  async function ask() {
    clearTimeout(timer);
    if (asking) {
      again = true;
      return;
    }
    if (document.visibilityState === "hidden") return;
    asking = true;
    try {
      const answer = await fetch(`${table.dataset.changes}?since=${table.dataset.version}`, {
        headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(GIVE_UP_MS), redirect: "error",
      });
      if (answer.status === 200) take(await answer.json(), ownLine);
      else if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
        state.textContent = "ท่านไม่ได้อยู่ในระบบแล้ว โหลดหน้านี้ใหม่เพื่อเข้าสู่ระบบ ที่พิมพ์ไว้ยังอยู่";
        state.classList.add("away");
        state.hidden = false;
        asking = false;
        return;
      } else if (answer.status !== 204) throw new Error(answer.status);
      wait = EVERY_MS;
      say(true);
    } catch {
      wait = Math.min(wait * 2, SLOWEST_MS);
      say(false);
    }
    asking = false;
    if (again) {
      again = false;
      ask();
    } else timer = setTimeout(ask, wait);
  }

  /* ---- offering ---- */
  async function send(form, button, body) {
    const line = document.getElementById(`line-${form.id.slice(1)}`);
    const says = line.querySelector(".line-says");
    const buttons = all("button", line);
    const here = line.contains(document.activeElement); // a button that is switched off loses the keyboard
    buttons.forEach((one) => { one.disabled = true; });
    let answer, facts = null;
    try {
      answer = await fetch(button?.getAttribute("formaction") || form.action, {
        method: "POST", body, signal: AbortSignal.timeout(GIVE_UP_MS * 2), redirect: "error",
        headers: { "X-Table": "1", "HX-Request": "true" },
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) facts = await answer.json();
    } catch {
      answer = null;
    }
    buttons.forEach((one) => { one.disabled = false; });
    if (answer?.ok && facts) {
      says.replaceChildren();
      for (const box of all("input.cell", line)) {
        if (body.has(box.name)) box.dataset.was = box.value;
        mark(box);
      }
      if (button?.dataset.accept !== undefined) for (const box of all("input.cell", line)) box.value = box.dataset.was;
      keep();
      ownLine = line.dataset.line;
      await ask();
      ownLine = "";
      if (here && document.activeElement === document.body) landOn(line.dataset.line);
      return;
    }
    refuse(line, form, answer, facts);
  }

  function landOn(pk) {
    const line = document.getElementById(`line-${pk}`);
    (line?.querySelector(".deeds button") || line?.querySelector("button, a"))?.focus({ preventScroll: true });
  }

  function refuse(line, form, answer, facts) {
    const says = line.querySelector(".line-says");
    if (!facts) {
      const lost = answer?.status === 401 || answer?.status === 403;
      const words = document.createElement("div");
      words.className = "notice error";
      words.setAttribute("role", "alert");
      words.textContent = lost
        ? "ยังไม่ได้บันทึก ท่านไม่ได้อยู่ในระบบแล้วหรือไม่มีสิทธิ์ โหลดหน้านี้ใหม่ ที่พิมพ์ไว้ยังอยู่"
        : "ยังไม่ได้บันทึก ระบบไม่ตอบ ที่พิมพ์ไว้ยังอยู่ ตรวจอินเทอร์เน็ตแล้วกดอีกครั้ง";
      says.replaceChildren(words);
      return;
    }
    says.innerHTML = facts.box;
    for (const name of facts.cells) {
      line.querySelector(`input.cell[name="${CSS.escape(name)}"]`)?.setAttribute("aria-invalid", "true");
    }
    says.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-use]")?.dataset.use;
      if (!choice) return;
      says.replaceChildren();
      for (const box of all("input.cell", line)) box.removeAttribute("aria-invalid");
      if (choice === "stored") {
        for (const name of facts.cells) {
          const box = line.querySelector(`input.cell[name="${CSS.escape(name)}"]`);
          if (box) box.value = box.dataset.was;
        }
        seenOf(line).value = facts.seen;
        all("input.cell", line).forEach(mark);
        keep();
        ask();
        return;
      }
      seenOf(line).value = facts.seen;
      const button = choice === "accept" ? line.querySelector("[data-accept]") : null;
      send(form, button, bodyOf(form, line, choice === "accept"));
    }, { once: true });
    says.querySelector("[data-first-error]")?.focus();
  }

  function bodyOf(form, line, accepting) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("seen", seenOf(line).value);
    if (!accepting) for (const box of all("input.cell", line)) if (isDirty(box)) body.append(box.name, box.value);
    return body;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("offer" in form.dataset)) return;
    event.preventDefault();
    const line = document.getElementById(`line-${form.id.slice(1)}`);
    const accepting = event.submitter?.dataset.accept !== undefined;
    send(form, event.submitter, bodyOf(form, line, accepting));
  });

  table.addEventListener("input", (event) => {
    if (!event.target.matches("input.cell")) return;
    mark(event.target);
    keep();
  });
  table.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches("input.cell")) return;
    if (event.key === "Enter") {
      event.preventDefault();
      document.getElementById(box.getAttribute("form"))?.requestSubmit();
    } else if (event.key === "Escape") {
      box.value = box.dataset.was;
      mark(box);
      keep();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      // As in a spreadsheet: the same column of the next line.
      const column = all(`input.cell[name="${CSS.escape(box.name)}"]`);
      const next = column[column.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.select();
    }
  });
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reopen]");
    if (!button) return;
    const line = button.closest("tbody");
    const boxes = all("input.cell", line);
    boxes.forEach((box) => { box.readOnly = false; });
    const offer = document.createElement("button");
    offer.className = "btn btn-main btn-sm";
    offer.textContent = "เสนอ";
    offer.setAttribute("form", `f${line.dataset.line}`);
    button.replaceWith(offer);
    boxes[0]?.focus();
  });

  window.addEventListener("beforeunload", (event) => {
    if (all("input.cell").some(isDirty)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("online", ask);
  window.addEventListener("offline", () => say(false));
  phone.addEventListener("change", () => arm(table));

  /* ---- on arrival ---- */
  arm(table);
  for (const [name, value] of Object.entries(kept())) {
    const [form, cell] = name.split(" ");
    const box = table.querySelector(`input.cell[form="${CSS.escape(form)}"][name="${CSS.escape(cell)}"]`);
    if (!box || box.readOnly) continue;
    box.value = value;
    mark(box);
  }
  if (table.dataset.changes) ask();
})();
