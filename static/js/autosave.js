/* Keeps form[data-autosave] as it is typed (reporting/autosave.py): box by box, with the time beside; nothing is lost.

   #stored              what the server holds, per box, the way a form posts it: the base every change is compared with
   [data-group]         boxes kept together; their line says บันทึกแล้ว 14.05 น., ยังไม่ได้บันทึก, or shows two versions
   [data-save-state]    the same for the whole page
   [data-state]         holds the chip that says in which state this is: the first box kept begins a draft
   [data-no-keep]       a box that is an answer to this very page and is never kept
   typed:fetched        told when boxes that others have saved were filled in
   [data-unsent]        where words of this card that never arrived are shown when it cannot be filled any more
   localStorage         holds only what the server has not got, per person, card and page: another tab, a crash, a dead
                        network or signing out leave it there; it goes the moment it is saved                        */
"use strict";
(() => {
  const form = document.querySelector("form[data-autosave]");
  const corner = document.querySelector("[data-unsent]");
  const stored = document.getElementById("stored");
  if (!corner || !stored) return;
  const url = corner.dataset.unsent;
  const base = JSON.parse(stored.textContent);
  const PREFIX = `unsent:${document.body.dataset.person}:${url}:`;
  const mine = PREFIX + crypto.randomUUID();
  const KEPT_MS = 30 * 24 * 3600 * 1000; // what nobody came back for in a month is nobody's draft, and personal data
  const PAUSE_MS = 900, TIMEOUT_MS = 15000, RETRY_MS = [2000, 4000, 8000, 15000, 30000];

  /* ---- what the browser holds ---- */
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith("unsent:"))) {
    let at = 0;
    try {
      at = JSON.parse(localStorage.getItem(key)).at;
    } catch {
      /* not ours to read: it goes, too */
    }
    if (!(Date.now() - at < KEPT_MS)) localStorage.removeItem(key);
  }
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  function held() {
    const records = [];
    for (const key of keys()) {
      try {
        records.push({ key, ...JSON.parse(localStorage.getItem(key)) });
      } catch {
        localStorage.removeItem(key);
      }
    }
    return records.sort((a, b) => a.at - b.at);
  }
  const same = (a, b) => JSON.stringify(a ?? []) === JSON.stringify(b ?? []) || (!(a ?? [""]).join("") && !(b ?? [""]).join(""));
  const clock = (at) => new Date(at).toLocaleTimeString("th-TH", { hour: "2-digit", minute: "2-digit" }).replace(":", ".") + " น.";

  function el(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }
  function button(text, act) {
    const made = el("button", "btn btn-quiet btn-sm", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  /* ---- what cannot be filled now, the card or a part of it: the words are shown, to be copied ---- */
  const unkept = (record) => Object.entries(record.boxes).filter(([name, box]) => !same(box.now, base[name]) && box.now.join(""));
  function show(key, at, boxes, why) {
    const box = el("section", "sheet asked");
    box.append(el("h2", "", `ข้อความที่พิมพ์ไว้เมื่อ ${clock(at)} และยังไม่ได้บันทึก`),
      el("p", "small muted", `${why}แก้ไขไม่ได้ในขณะนี้ ข้อความเก็บอยู่ในเครื่องนี้ คัดลอกไปใช้ได้ และจะกลับมาในช่องเดิมเมื่อแก้ไขได้อีก`));
    for (const [, { now, label }] of boxes) box.append(el("h3", "", label), el("div", "words kept-words", now.join(", ")));
    box.append(button("ทิ้งข้อความนี้", () => (localStorage.removeItem(key), box.remove())));
    corner.append(box);
  }
  if (!form) {
    for (const record of held()) {
      const lost = unkept(record);
      if (lost.length) show(record.key, record.at, lost, "รายงานนี้");
      else localStorage.removeItem(record.key);
    }
    return;
  }

  /* ---- boxes ---- */
  const boxesOf = (name) => [...form.elements].filter((field) => field.name === name && !field.disabled && !("noKeep" in field.dataset));
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const names = Object.keys(base).concat([...form.elements].map((field) => field.name))
    .filter((name, n, all) => name && all.indexOf(name) === n && !/^(csrfmiddlewaretoken|revision|token)$/.test(name) && boxesOf(name).length);
  const valuesOf = (name) => boxesOf(name).filter((field) => !isTick(field) || field.checked).map((field) => field.value);
  const groupOf = (name) => boxesOf(name)[0]?.closest("[data-group]");
  const labelOf = (name) => {
    const field = boxesOf(name)[0];
    return (isTick(field) && field.closest("fieldset")?.querySelector("legend") || field.labels?.[0])?.firstChild?.textContent.trim() || name;
  };
  function fill(name, values, quiet) {
    const rest = [...values];
    for (const field of boxesOf(name)) {
      if (isTick(field)) field.checked = values.includes(field.value) || (values[0] === "on" && field.value === "on");
      else field.value = rest.shift() ?? "";
    }
    if (!quiet) boxesOf(name)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const choosing = new Set(); // boxes with two versions: not sent until one is chosen
  const unsent = () => names.filter((name) => !same(valuesOf(name), base[name]));
  const dirty = () => unsent().filter((name) => !choosing.has(name));

  function remember() {
    const boxes = {};
    for (const name of unsent()) boxes[name] = { now: valuesOf(name), base: base[name] ?? [], label: labelOf(name) };
    try {
      if (Object.keys(boxes).length) localStorage.setItem(mine, JSON.stringify({ at: Date.now(), boxes }));
      else localStorage.removeItem(mine);
      return true;
    } catch {
      return false; // full or switched off: the page still saves, it only cannot promise more than that
    }
  }

  /* ---- what the page says ---- */
  const state = document.querySelector("[data-save-state]");
  state.setAttribute("role", "status");
  const headline = document.querySelector("[data-last-saved]");
  function say(text, kind, ...more) {
    if (state.dataset.text === text) return;
    state.dataset.text = text;
    state.className = `save-state small ${kind}`;
    state.replaceChildren(text, ...more);
  }
  function note(name, text, kind) {
    const group = groupOf(name);
    if (!group) return;
    let line = group.querySelector(":scope > .saved-note");
    if (!line) group.append((line = el("p", "saved-note")));
    line.className = `saved-note small ${kind}`;
    line.textContent = text;
  }
  function offer(name, text, who, values) {
    const group = groupOf(name) ?? form;
    const old = [...group.querySelectorAll(".two-versions")].find((box) => box.dataset.of === name);
    old?.remove();
    choosing.add(name);
    const box = el("div", "their two-versions");
    box.dataset.of = name;
    box.tabIndex = -1;
    const done = (chosen) => {
      const now = valuesOf(name);
      base[name] = values.stored;
      choosing.delete(name);
      box.remove();
      note(name, "เลือกแล้ว", "ok");
      fill(name, chosen === "theirs" ? values.theirs : chosen === "both" ? [[values.theirs[0], now[0]].filter(Boolean).join("\n")] : now);
      boxesOf(name)[0]?.focus();
      soon(0);
    };
    box.append(el("b", "", `${labelOf(name)}: ${who}`), el("div", "kept-words", text || "(ว่าง)"));
    const actions = el("div", "form-actions");
    actions.append(button("ใช้ฉบับนี้", () => done("theirs")), button("ใช้ที่ฉันพิมพ์", () => done("mine")));
    if (boxesOf(name)[0]?.tagName === "TEXTAREA") actions.append(button("รวมทั้งสองฉบับ", () => done("both")));
    box.append(actions);
    group.append(box);
    note(name, "มีสองฉบับ เลือกฉบับที่จะใช้", "warn");
  }

  /* ---- sending ---- */
  let timer, busy = null, tries = 0, refused = "", asked = false; // asked: what others have saved is wanted, too
  function soon(ms = PAUSE_MS) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }
  function save(keepalive = false) {
    clearTimeout(timer);
    if (refused) return Promise.resolve();
    if (busy) return busy.then(() => save(keepalive));
    const wanted = dirty();
    if (!wanted.length && !asked) {
      remember();
      if (!unsent().length && state.dataset.text) say("บันทึกแล้วทุกช่อง", "ok");
      return Promise.resolve();
    }
    asked = false;
    busy = send(wanted, keepalive === true).finally(() => (busy = null));
    return busy;
  }
  async function send(wanted, keepalive) {
    const data = new FormData();
    const sent = {};
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    if (form.elements.agreed) data.append("agreed", form.elements.agreed.value); // the version of the agreement shown
    for (const name of wanted) {
      sent[name] = valuesOf(name);
      data.append("dirty", name);
      for (const value of sent[name]) data.append(name, value);
      for (const value of base[name] ?? []) data.append(`base-${name}`, value);
    }
    if (!keepalive && wanted.length) say("กำลังบันทึก…", "");
    let answer;
    try {
      answer = await fetch(url, { method: "POST", body: data, keepalive, headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch {
      return waiting("ขาดการเชื่อมต่อ");
    }
    document.dispatchEvent(new CustomEvent("portal:answered", { detail: { status: answer.status } }));
    if (answer.status === 401 || answer.status === 403 || answer.redirected) return renew();
    if (answer.status === 404) return stop("หน้าที่ของท่านเปลี่ยนไป หน้านี้ไม่เปิดให้ท่านแก้ไขแล้ว"); // no longer theirs to see
    if (answer.status === 409) return stop((await answer.json()).refused);
    if (!answer.ok) return waiting(answer.status >= 500 ? "ระบบไม่ตอบ" : "ระบบไม่รับข้อมูล");
    tries = 0;
    settle(await answer.json(), sent);
  }
  function settle(kept, sent) {
    form.elements.revision.value = kept.revision;
    const taken = kept.saved.filter((name) => name in sent);
    for (const name of taken) {
      base[name] = sent[name];
      note(name, `บันทึกแล้ว ${kept.at}`, "ok");
    }
    for (const [name, sentence] of Object.entries(kept.errors)) note(name, `ยังไม่ได้บันทึก: ${sentence}`, "warn");
    const who = kept.by ? `${kept.by} บันทึกไว้ว่า` : "บันทึกไว้จากอีกหน้าต่างว่า";
    for (const clash of kept.clashes) offer(clash.name, clash.stored, who, { stored: clash.values, theirs: clash.values });
    let fetched = false;
    for (const [name, values] of Object.entries(kept.fresh)) {
      if (name in kept.errors || choosing.has(name) || !names.includes(name)) continue;
      if (taken.includes(name) || same(values, base[name])) continue;
      if (!same(valuesOf(name), base[name])) continue; // being typed: the next save compares it
      base[name] = values;
      fill(name, values, true);
      fetched = true;
      const fold = boxesOf(name)[0]?.closest("details"); // what somebody filled in is not hidden
      if (fold && values.join("")) fold.open = true;
      note(name, `${kept.by || "อีกหน้าต่าง"} แก้ช่องนี้ ระบบนำมาแสดงแล้ว`, "ok");
    }
    if (fetched) document.dispatchEvent(new Event("typed:fetched"));
    remember();
    const left = unsent().length;
    if (left || Object.keys(sent).length) say(left ? `ยังไม่ได้บันทึก ${left} ช่อง ดูที่ช่องนั้น` : `บันทึกแล้ว ${kept.at}`, left ? "warn" : "ok");
    for (const place of document.querySelectorAll("[data-state]")) chip(place, ...kept.chip);
    if (headline && taken.length) headline.textContent = `บันทึกล่าสุด ${kept.at}`;
    if (dirty().some((name) => !(name in kept.errors))) soon();
  }
  function chip(place, words, tone) {
    const shown = place.querySelector(".chip");
    if (!words || shown.textContent === words) return;
    shown.className = `chip ${tone}`;
    shown.textContent = words;
  }
  function waiting(why) {
    const safe = remember();
    const count = unsent().length;
    say(`${why} ยังไม่ได้ส่ง ${count} ช่อง ${safe ? "เก็บไว้ในเครื่องนี้แล้ว จะส่งให้เองเมื่อเชื่อมต่อได้" : "อย่าปิดหน้านี้"}`, "late");
    for (const name of unsent()) note(name, safe ? "เก็บในเครื่องนี้ ยังไม่ได้ส่ง" : "ยังไม่ได้ส่ง", "late");
    soon(RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  }
  function stop(text) {
    refused = text;
    const safe = remember(), left = unsent().length;
    say(`บันทึกไม่ได้: ${text}${left && safe ? " ข้อความที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว" : ""}`, "late");
    document.dispatchEvent(new CustomEvent("typed:stopped", { detail: { text, left, safe } }));
  }
  document.addEventListener("typed:news", ({ detail }) => {
    if (!detail.open) return detail.text === refused || stop(detail.text);
    refused = "";
    asked = true;
    soon(0);
  });
  /* Signed out meanwhile, or in again elsewhere: with the same person back, the page takes the new token and goes on. */
  let asking = false;
  async function renew() {
    remember();
    if (asking) return;
    asking = true;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "portal" } }).catch(() => null);
    asking = false;
    if (!answer) return waiting("ขาดการเชื่อมต่อ");
    const page = answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const token = page?.querySelector("form[data-autosave] input[name=csrfmiddlewaretoken]");
    if (page && page.body.dataset.person === document.body.dataset.person && token) {
      for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token.value;
      signedOut = false;
      return soon(0);
    }
    signedOut = true;
    const link = el("a", "", "เข้าสู่ระบบในแท็บใหม่");
    link.href = document.body.dataset.login;
    link.target = "_blank";
    link.rel = "noopener";
    say(`ท่านไม่ได้อยู่ในระบบแล้ว ยังไม่ได้ส่ง ${unsent().length} ช่อง เก็บไว้ในเครื่องนี้แล้ว `, "late", link);
  }
  let signedOut = false;
  for (const name of ["focus", "visibilitychange"]) {
    window.addEventListener(name, () => {
      if (document.visibilityState === "visible" && signedOut) renew();
    });
  }

  /* ---- when ---- */
  form.addEventListener("input", () => {
    remember();
    soon();
  });
  form.addEventListener("change", () => soon(150));
  window.addEventListener("online", () => soon(0));
  let submitted = false; // the form itself is on its way with everything on the page
  const leave = () => dirty().length && !busy && !submitted && save(true);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", () => (submitted = false));
  window.addEventListener("beforeunload", (event) => {
    if (unsent().length && !remember() && !form.dataset.sending) event.preventDefault();
  });

  /* A press waits for the save under way: the page must know the newest revision. Signing out sends what is left. */
  let passing = false;
  document.addEventListener("submit", (event) => {
    const leaving = "forgetTyped" in event.target.dataset;
    if (passing || !(event.target === form ? busy : leaving && dirty().length)) {
      submitted ||= event.target === form;
      return clearTimeout(timer);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target, submitter } = event;
    const patience = new Promise((enough) => setTimeout(enough, 4000));
    Promise.race([leaving ? save() : busy, patience]).then(() => {
      passing = true;
      submitted ||= target === form;
      target.requestSubmit(submitter);
      passing = false;
    });
  }, true);

  /* ---- on arrival: words that never left this browser come back and are sent ---- */
  const back = new Map(), apart = {}; // apart: of boxes this page does not have, because only parts were sent back
  for (const record of held()) {
    for (const [name, box] of unkept(record)) if (!names.includes(name)) apart[name] = box;
    for (const [name, box] of Object.entries(record.boxes)) {
      if (!names.includes(name) || same(box.now, base[name])) continue;
      const other = back.get(name);
      back.set(name, { ...box, at: record.at, older: other && !same(other.now, box.now) ? other : undefined });
    }
  }
  const adopted = keys();
  for (const [name, box] of back) {
    const current = base[name] ?? [];
    fill(name, box.now, true);
    if (box.older) offer(name, box.older.now.join(", "), `อีกฉบับที่พิมพ์ไว้เมื่อ ${clock(box.older.at)}`, { stored: current, theirs: box.older.now });
    else if (!same(box.base, current)) offer(name, current.join(", "), "ที่บันทึกไว้ในระบบ", { stored: current, theirs: current });
    if (!choosing.has(name)) note(name, `นำที่พิมพ์ไว้เมื่อ ${clock(box.at)} กลับมาแล้ว`, "warn");
  }
  // Shown again because somebody else went first: the server's two versions become ones to choose between.
  if (document.querySelector(".clash")) {
    for (const name of dirty()) {
      const theirs = groupOf(name)?.querySelector(".their:not(.two-versions)");
      offer(name, (base[name] ?? []).join(", "), theirs?.querySelector(".muted")?.textContent || "ที่บันทึกไว้ในระบบ", { stored: base[name] ?? [], theirs: base[name] ?? [] });
      theirs?.remove();
    }
  }
  if (back.size && remember()) say("นำข้อความที่พิมพ์ไว้และยังไม่ได้บันทึกกลับมาแล้ว", "warn");
  for (const key of adopted) if (key !== mine) localStorage.removeItem(key);
  if (Object.keys(apart).length) {
    localStorage.setItem(`${PREFIX}apart`, JSON.stringify({ at: Date.now(), boxes: apart }));
    show(`${PREFIX}apart`, Date.now(), Object.entries(apart), "ส่วนนี้");
  }
  if (!back.size) remember();
  if (dirty().length) soon(600);
  // The score of what came back is asked for as if it were typed now; htmx listens only once the page is read.
  document.addEventListener("DOMContentLoaded", () => setTimeout(() => {
    for (const name of back.keys()) boxesOf(name)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  }));

  /* ---- the last round's words ---- */
  for (const copy of document.querySelectorAll("[data-copy-before]")) {
    copy.hidden = false;
    copy.addEventListener("click", () => {
      const box = document.getElementById(copy.dataset.copyBefore);
      const words = copy.parentElement.querySelector("template").innerHTML;
      const text = new DOMParser().parseFromString(words, "text/html").documentElement.textContent;
      box.value = [box.value, text].filter(Boolean).join("\n");
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    });
  }
})();
