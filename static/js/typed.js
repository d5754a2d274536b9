/* What was typed and never arrived comes back: after a lost session, a lost network, a closed lid, an error page.

   form[data-unsaved="report-12"], the value naming what is edited. Its fields are kept in this tab's sessionStorage
   (never passwords, files or hidden fields), per person. A page reached by a redirect means the server took the form,
   so it is forgotten; a sign-in or error page in between means it did not, so the next visit offers it back. The
   browser's Back fills it in at once: browsers leave boxes with autocomplete="off" (dates, times, figures) empty there.
   form[data-forget-typed] (signing out) forgets all.                                                               */
"use strict";
(() => {
  const PREFIX = "typed:";
  const PAUSE_MS = 400;
  const person = document.body.dataset.person;
  const keyOf = (form) => `${PREFIX}${person}:${form.dataset.unsaved || location.pathname}`;
  const isOurs = (form) => person && form && "unsaved" in form.dataset;

  function read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null; // storage switched off, or somebody else's key
    }
  }
  function write(key, record) {
    try {
      sessionStorage.setItem(key, JSON.stringify(record));
    } catch {
      /* storage full or switched off: the page works as before, it only remembers less */
    }
  }
  function keys() {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  }
  const forget = (key) => sessionStorage.removeItem(key);

  const kept = (field) => field.name && !field.disabled && !field.readOnly &&
    /^(text|search|url|tel|email|number|textarea|select-one|select-multiple|radio|checkbox)$/.test(field.type);
  const isBox = (field) => field.type === "radio" || field.type === "checkbox";

  function valuesOf(form) {
    const values = {};
    for (const field of [...form.elements].filter(kept)) {
      const value = field.type === "select-multiple" ? [...field.selectedOptions].map((o) => o.value) : [field.value];
      (values[field.name] ??= []).push(...(isBox(field) && !field.checked ? [] : value));
    }
    return values;
  }

  function fill(form, values) {
    const rest = structuredClone(values);
    for (const field of [...form.elements].filter(kept)) {
      const mine = rest[field.name];
      if (!mine) continue;
      if (isBox(field)) field.checked = mine.includes(field.value);
      else if (field.type === "select-multiple") for (const o of field.options) o.selected = mine.includes(o.value);
      else if (mine.length) field.value = mine.shift();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  function offer(form, key, record) {
    const box = document.createElement("div");
    const words = document.createElement("div");
    const time = new Date(record.at).toLocaleTimeString("th-TH", { hour: "2-digit", minute: "2-digit" });
    box.className = "notice warning";
    box.setAttribute("role", "status");
    words.textContent = `มีข้อความที่พิมพ์ไว้เมื่อ ${time.replace(":", ".")} น. ซึ่งยังไม่ได้บันทึกลงระบบ`;
    const button = (label, style, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = `btn btn-sm ${style}`;
      made.textContent = label;
      made.addEventListener("click", () => {
        act();
        box.remove();
      });
      return made;
    };
    const actions = document.createElement("div");
    actions.className = "form-actions";
    actions.append(
      button("นำกลับมาใส่", "btn-main", () => fill(form, record.values)),
      button("ทิ้ง", "btn-quiet", () => forget(key)),
    );
    words.append(actions);
    box.append(words);
    form.before(box);
  }

  /* ---- on arrival ---- */
  const arrival = performance.getEntriesByType("navigation")[0];
  const refused = !person || "refusal" in document.body.dataset;
  for (const key of keys()) {
    const record = read(key);
    if (!record?.sent) continue;
    if (refused) write(key, { ...record, lost: true });
    else if (!record.lost && arrival?.redirectCount) forget(key);
  }
  const wentBack = arrival?.type === "back_forward";
  const answered = document.querySelector("[aria-invalid='true'], [data-first-error]"); // a form shown again with errors
  for (const form of [...document.forms].filter(isOurs)) {
    const key = keyOf(form);
    const record = read(key);
    if (!record) continue;
    if (!same(record.values, valuesOf(form))) {
      if (wentBack) fill(form, record.values);
      else offer(form, key, record);
      const fold = form.closest("details"); // a question that is folded again would hide it
      if (fold) fold.open = true;
    } else if (answered || wentBack) write(key, { ...record, sent: false });
    else forget(key);
  }

  /* ---- while typing ---- */
  const waiting = new Map(); // form -> timer of typing not kept yet
  const settle = (form) => {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
  };
  const keep = (form, more) => write(keyOf(form), { at: Date.now(), values: valuesOf(form), ...more });

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!isOurs(form)) return;
    settle(form);
    waiting.set(form, setTimeout(() => {
      waiting.delete(form);
      keep(form);
    }, PAUSE_MS));
  });
  // Leaving within the pause keeps the last words, too.
  window.addEventListener("pagehide", () => [...waiting.keys()].forEach((form) => keep(form)));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ("forgetTyped" in form.dataset) keys().forEach(forget);
    if (event.defaultPrevented || !isOurs(form)) return;
    settle(form);
    keep(form, { sent: event.submitter?.formTarget !== "_blank" }); // a preview sends nothing
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = event.detail;
    const taken = xhr.status >= 200 && xhr.status < 300 && requestConfig.triggeringEvent?.type === "submit";
    if (taken && isOurs(requestConfig.elt)) forget(keyOf(requestConfig.elt));
  });
})();
