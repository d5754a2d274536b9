/* Boxes that save themselves: the sheet and the editor of the negotiation form.

   [data-edit="URL"]   holds boxes of one indicator; a box that is left with other words in it is posted there, together
                       with what stood in it before (`was_…`). The answer (JSON, agreements/form_views.py) brings the
                       boxes that changed with it, those that are wrong, and parts of the page drawn anew.
   #save-state         says when everything was saved, or what is not
   [data-follows="name"]  words of the editor's heading that are those of a box
   What cannot be sent stays in this browser (localStorage, per person) and goes out by itself when it can; when
   somebody else changed the same box meanwhile, both values are shown and a person chooses.                          */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const person = document.body.dataset.person;
  const PREFIX = `form:${person}:`;
  const AGAIN_MS = 5000, TYPING_MS = 1500, GIVE_UP_MS = 30000;
  const waiting = new Map(); // url -> {name: {value, was}}
  const elsewhere = new Map(); // the same, of boxes this page has not: words of the editor, looked at from the sheet
  const underWay = new Set(), queue = new Set();
  let later;

  /* ---- boxes ---- */
  const place = (el) => el.closest("[data-edit]");
  const boxesOf = (root) => all("input[name], textarea[name], select[name]", root).filter(
    (el) => el.type !== "hidden" && el.name !== "trial" && !el.readOnly);
  const boxOf = (root, name) => root.querySelector(`[name="${name}"]:not([type=hidden])`);
  const hiddenWas = (el) => place(el).querySelector(`input[type=hidden][name="was_${el.name}"]`);
  const first = (el) => el.tagName === "SELECT" ? [...el.options].find((o) => o.defaultSelected)?.value ?? "" : el.defaultValue;
  const was = (el) => el.was ?? hiddenWas(el)?.value ?? first(el);
  function setWas(el, value) {
    el.was = value;
    const hidden = hiddenWas(el);
    if (hidden) hidden.value = value;
  }
  const containers = (url) => all("[data-edit]").filter((el) => el.dataset.edit === url);

  /* ---- what is wrong ---- */
  function say(el, sentence) {
    const root = place(el);
    const own = root.querySelector(`[data-says="${el.name}"]`);
    if (sentence) el.setAttribute("aria-invalid", "true");
    else el.removeAttribute("aria-invalid");
    if (!own) return;
    own.replaceChildren();
    if (!sentence) return el.removeAttribute("aria-describedby");
    const list = document.createElement("ul");
    const line = document.createElement("li");
    list.className = "errors";
    list.id = `${el.id}_error`;
    line.textContent = sentence;
    list.append(line);
    own.append(list);
    el.setAttribute("aria-describedby", list.id);
  }
  function sayRow(root) {
    const row = root.querySelector('[data-says=""]');
    if (row) row.textContent = Object.values(root.marks ?? {})[0] ?? "";
  }
  function mark(root, marks) {
    root.marks = marks;
    for (const el of boxesOf(root)) say(el, marks[el.name]);
    sayRow(root);
  }

  /* ---- what is not sent yet ---- */
  const kept = (url) => PREFIX + url;
  function keep(url) {
    try {
      const boxes = { ...elsewhere.get(url), ...waiting.get(url) };
      if (Object.keys(boxes).length) localStorage.setItem(kept(url), JSON.stringify(boxes));
      else localStorage.removeItem(kept(url));
    } catch { /* storage off: the page still sends, it only remembers less */ }
  }
  function state(saved) {
    const line = document.getElementById("save-state");
    const count = [...waiting.values()].reduce((sum, boxes) => sum + Object.keys(boxes).length, 0);
    const busy = underWay.size || [...queue].some((url) => waiting.has(url));
    line.classList.toggle("save-late", !busy && (count > 0 || (saved && !saved.startsWith("บันทึก"))));
    if (busy) line.textContent = "กำลังบันทึก…";
    else if (count) line.textContent = `ยังไม่ได้บันทึก ${count} ช่อง เก็บไว้ในเครื่องนี้ จะส่งให้เองเมื่อติดต่อระบบได้`;
    else if (saved) line.textContent = saved;
  }
  function take(el) {
    const url = place(el).dataset.edit;
    if (el.value === was(el) && !waiting.get(url)?.[el.name]) return;
    const boxes = waiting.get(url) ?? {};
    boxes[el.name] = { value: el.value, was: boxes[el.name]?.was ?? was(el) };
    waiting.set(url, boxes);
    el.classList.add("unsent");
    keep(url);
    send(url);
  }
  function drop(url, names) {
    const boxes = { ...waiting.get(url) };
    for (const name of names) delete boxes[name];
    if (Object.keys(boxes).length) waiting.set(url, boxes);
    else waiting.delete(url);
    keep(url);
  }

  /* ---- sending: one request after another, for each answer brings the totals as they are then ---- */
  let sending = false;
  async function send(url) {
    queue.add(url);
    if (sending) return;
    sending = true;
    try {
      for (const next of queue) { // also of what is added on the way
        queue.delete(next);
        if (waiting.has(next)) await post(next);
      }
    } finally {
      sending = false;
    }
  }
  async function post(url) {
    const sent = { ...waiting.get(url) };
    const body = new URLSearchParams();
    if (containers(url).some((el) => el.id === "editor")) body.set("editor", "1");
    for (const [name, box] of Object.entries(sent)) {
      body.set(name, box.value);
      body.set(`was_${name}`, box.was);
    }
    underWay.add(url);
    state();
    let answer = null;
    try {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
      answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token }, signal: AbortSignal.timeout(GIVE_UP_MS) });
    } catch { /* no network: below */ }
    underWay.delete(url);
    const saved = answer ? await read(url, sent, answer) : again();
    state(saved);
    const fresh = Object.entries(waiting.get(url) ?? {}).some(([name, box]) => sent[name]?.value !== box.value);
    if (fresh) send(url);
  }
  function again() {
    clearTimeout(later);
    later = setTimeout(() => [...waiting.keys()].forEach(send), AGAIN_MS);
  }

  async function read(url, sent, answer) {
    const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (json && answer.ok) return done(url, sent, json);
    if (json?.errors) return refused(url, sent, json.errors);
    if (json?.clash) return clashed(url, sent, json);
    trouble(await answer.text(), answer.status);
    if (answer.status === 401 || answer.status >= 500) again();
    return "";
  }

  function done(url, sent, json) {
    const settled = Object.keys(sent).filter((name) => waiting.get(url)?.[name]?.value === sent[name].value);
    document.getElementById("save-trouble")?.replaceChildren();
    for (const root of containers(url)) {
      for (const [name, box] of Object.entries(sent)) settle(boxOf(root, name), box.value, json.values[name] ?? box.value);
      for (const [name, value] of Object.entries(json.values)) if (!sent[name]) settle(boxOf(root, name), null, value);
      for (const [id, html] of Object.entries(json.html)) draw(id, html);
      mark(root, json.marks);
    }
    for (const el of all("[data-follows]")) if (json.values[el.dataset.follows]) el.textContent = json.values[el.dataset.follows];
    for (const [name, box] of Object.entries(waiting.get(url) ?? {})) box.was = json.values[name] ?? sent[name]?.value ?? box.was;
    drop(url, settled);
    htmx.trigger(document.body, "form-saved");
    return json.saved;
  }
  function settle(el, sent, value) {
    if (!el) return;
    const untouched = sent === null ? el.value === was(el) : el.value === sent;
    if (el.name === "weight" && /^-?[\d,]+(\.\d)?$/.test(value) && el.classList.contains("box")) value = Number(value.replaceAll(",", "")).toFixed(2);
    setWas(el, value);
    if (!untouched) return;
    el.value = value;
    el.classList.remove("unsent");
  }
  function draw(id, html) {
    const old = document.getElementById(id);
    if (!old) return;
    const made = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    old.replaceWith(made);
    htmx.process(made);
  }
  function refused(url, sent, errors) {
    drop(url, Object.keys(errors)); // sent again once it is typed anew; the words stay in the box
    for (const root of containers(url)) {
      root.marks = { ...root.marks, ...errors };
      for (const [name, sentence] of Object.entries(errors)) {
        const el = boxOf(root, name);
        if (el) say(el, sentence);
      }
      sayRow(root);
    }
    const rest = Object.keys(sent).filter((name) => !errors[name]);
    if (rest.length) setTimeout(() => send(url));
    return "ช่องที่มีขอบแดงยังไม่ได้บันทึก";
  }
  function trouble(html, status) {
    const box = document.getElementById("save-trouble");
    const found = new DOMParser().parseFromString(html, "text/html").querySelector("[data-request-error]");
    if (found && status === 401) found.dataset.sessionLost = "";
    if (found) box.replaceChildren(found);
  }

  /* ---- two people on one box ---- */
  function clashed(url, sent, json) {
    for (const root of containers(url)) {
      for (const [name, theirs] of Object.entries(json.clash)) {
        const el = boxOf(root, name);
        if (el) choose(url, el, sent[name].value, theirs, json.by);
      }
    }
    drop(url, Object.keys(json.clash));
    if (waiting.has(url)) setTimeout(() => send(url));
    return "มีผู้อื่นแก้ช่องเดียวกัน กรุณาเลือกค่า";
  }
  function choose(url, el, mine, theirs, by) {
    const box = document.createElement("div");
    const words = document.createElement("div");
    const buttons = document.createElement("div");
    box.className = "their";
    box.setAttribute("role", "alert");
    const told = (value) => [...(el.options ?? [])].find((one) => one.value === value)?.text || value || "(ว่าง)";
    words.textContent = `${by || "ผู้อื่น"} บันทึกไว้ว่า “${told(theirs)}” ท่าน${el.options ? "เลือก" : "พิมพ์"} “${told(mine)}”`;
    buttons.className = "form-actions";
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-quiet btn-sm";
      made.textContent = label;
      made.addEventListener("click", () => {
        box.remove();
        setWas(el, theirs);
        el.classList.remove("unsent");
        act();
        el.focus();
      });
      return made;
    };
    buttons.append(
      button("ใช้ของผู้อื่น", () => { el.value = theirs; }),
      button("ใช้ของฉัน", () => { el.value = mine; take(el); }),
    );
    box.append(words, buttons);
    (place(el).querySelector(`[data-says="${el.name}"]`) ?? place(el).querySelector('[data-says=""]')).after(box);
  }

  /* ---- listening ---- */
  const typing = new WeakMap();
  document.addEventListener("input", (event) => {
    const el = event.target;
    if (!el.name || !place(el) || el.name === "trial" || el.tagName !== "TEXTAREA") return;
    clearTimeout(typing.get(el));
    typing.set(el, setTimeout(() => take(el), TYPING_MS)); // long words are kept while they grow
  });
  document.addEventListener("change", (event) => {
    const el = event.target;
    if (!el.name || !place(el) || el.name === "trial") return;
    clearTimeout(typing.get(el));
    take(el);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "editor") return;
    event.preventDefault();
    boxesOf(event.target).filter((el) => el.value !== was(el)).forEach(take);
    if (!waiting.size) state("บันทึกครบแล้ว");
  }, true);
  const retry = () => [...waiting.keys()].forEach(send);
  window.addEventListener("online", retry);
  window.addEventListener("focus", retry);
  window.addEventListener("beforeunload", (event) => {
    const el = document.activeElement;
    if (el?.name && place(el) && el.name !== "trial" && el.value !== was(el)) take(el);
    if (waiting.size) event.preventDefault();
  });

  /* ---- on arrival ---- */
  function wake(root = document) {
    for (const el of all("[data-edit] [readonly]:not([data-fixed])", root)) el.readOnly = false;
    for (const el of all("[data-edit]", root)) restore(el);
  }
  function restore(root) {
    let boxes = null;
    try {
      boxes = JSON.parse(localStorage.getItem(kept(root.dataset.edit)));
    } catch { /* as above */ }
    for (const [name, box] of Object.entries(boxes ?? {})) {
      const el = boxOf(root, name);
      if (!el) elsewhere.set(root.dataset.edit, { ...elsewhere.get(root.dataset.edit), [name]: box });
      if (!el || el.value === box.value) continue;
      el.value = box.value;
      setWas(el, box.was);
      take(el);
    }
    if (boxes && !waiting.has(root.dataset.edit)) keep(root.dataset.edit);
  }
  wake();
  document.addEventListener("form-drawn", () => wake());
  if (location.hash.startsWith("#id_")) document.querySelector(location.hash)?.focus();
  window.addEventListener("hashchange", () => document.querySelector(location.hash || "#none")?.focus());
})();
