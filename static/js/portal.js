/* What the portal's pages gain from a script; all of them work without it. No framework, no eval, nothing inline.

   form[method=post]          a second click does nothing; the button says กำลังส่ง… and comes back on error or "back"
   form[data-unsaved]         leaving with unsent typing asks first (typed.js keeps it, too)
   [data-files]               chosen files listed with sizes; one over data-max-bytes is refused in words, before sending
   [data-later]               asked again by itself (event `again`) after a dead network, a lost session; says so till then
   [data-request-error]       a refusal to htmx, placed beside what was pressed (kpiportal/http.py)
   [data-session-lost]        after signing in elsewhere, coming back renews the form's token: typing stays, press again
   [data-tick-all=NAME]       one tick for all boxes of that name in its form, which says how many are ticked
   details.confirm            a question opened below the fold comes into view
   [data-first-error]         gets the focus after a refused submit, else the first [aria-invalid]
   link[rel=canonical]        the page's own address: shown after a refused submit, it takes it, so that reloading and
                              going back ask for the page and do not send the form again
   [data-theme-choice]        the three colour buttons in the footer                                                 */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (name, act, options) => document.addEventListener(name, act, options);

  /* ---- sending once ---- */
  const SENDING = "กำลังส่ง…";
  const GIVE_UP_MS = 45000; // a request the browser gave up on must not leave a dead button

  const buttonsOf = (form) => [...form.elements].filter((el) => el.tagName === "BUTTON" && el.type === "submit");
  const wordsOf = new WeakMap();

  function hold(form, pressed) {
    form.dataset.sending = "1";
    // After this turn: a disabled button's own name and value would not be sent.
    setTimeout(() => {
      if (!form.dataset.sending) return;
      for (const button of buttonsOf(form)) {
        if (button.disabled) continue;
        button.disabled = true;
        button.dataset.held = "1";
        if (button !== pressed) continue;
        wordsOf.set(button, [...button.childNodes]);
        button.replaceChildren(SENDING);
      }
    });
    setTimeout(() => release(form), GIVE_UP_MS);
  }

  function release(form) {
    delete form.dataset.sending;
    for (const button of buttonsOf(form)) {
      if (!button.dataset.held) continue;
      button.disabled = false;
      delete button.dataset.held;
      if (wordsOf.has(button)) button.replaceChildren(...wordsOf.get(button));
      wordsOf.delete(button);
    }
  }

  on("submit", (event) => {
    const form = event.target;
    const refused = form.querySelector("[data-files] .refused");
    if (!form.dataset.sending && !refused) return;
    event.preventDefault();
    event.stopPropagation(); // before htmx hears of it
    refused?.closest("[data-files]").querySelector("input[type=file]").focus();
  }, true);

  on("submit", (event) => {
    const form = event.target;
    const posts = form.getAttribute("method")?.toLowerCase() === "post"; // form.method may be a field of that name
    if (event.defaultPrevented || !posts || "noGuard" in form.dataset) return;
    if (event.submitter?.formTarget === "_blank") return; // a preview in another tab: this page stays as it is
    delete form.dataset.changed;
    hold(form, event.submitter);
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sending]").forEach(release);
  });

  /* ---- unsent typing ---- */
  on("input", (event) => {
    const form = event.target.form;
    if (form && "unsaved" in form.dataset) form.dataset.changed = "1";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-changed]:not([data-sending])")) event.preventDefault();
  });

  /* ---- files ---- */
  function size(bytes) {
    for (const [step, unit] of [[1024 ** 3, "GB"], [1024 ** 2, "MB"], [1024, "KB"]]) {
      if (bytes >= step) return `${(Math.floor((bytes * 10) / step) / 10).toLocaleString("en")} ${unit}`;
    }
    return `${bytes} ไบต์`;
  }

  function refusal(file, limit) {
    if (file.size === 0) return "ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่";
    if (limit && file.size > limit) return `ใหญ่เกิน ${size(limit)} กรุณาลดขนาดหรือแบ่งเป็นหลายไฟล์`;
    return "";
  }

  function line(name, words, bad) {
    const item = document.createElement("li");
    const title = document.createElement("span");
    const note = document.createElement("span");
    title.className = "file-name";
    title.textContent = name;
    note.textContent = words;
    item.append(title, note);
    if (bad) item.className = "refused";
    return item;
  }

  function showFiles(box) {
    const input = box.querySelector("input[type=file]");
    const chosen = [...input.files];
    const total = chosen.reduce((sum, file) => sum + file.size, 0);
    const limit = Number(box.dataset.maxTotalBytes);
    const lines = chosen.map((file) => {
      const why = refusal(file, Number(box.dataset.maxBytes));
      return line(file.name, why ? `${size(file.size)} · ${why}` : size(file.size), why);
    });
    if (limit && total > limit) {
      lines.push(line("รวมทุกไฟล์", `${size(total)} · เกิน ${size(limit)} กรุณาส่งหลายครั้ง`, true));
    }
    box.querySelector("[data-files-chosen]").replaceChildren(...lines);
    input.setCustomValidity(lines.some((item) => item.className) ? "มีไฟล์ที่ส่งไม่ได้ ดูเหตุผลใต้ช่องเลือกไฟล์" : "");
  }

  on("change", (event) => {
    const box = event.target.type === "file" && event.target.closest("[data-files]");
    if (box) showFiles(box);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    on(name, (event) => {
      const box = event.target.closest && event.target.closest("[data-files]");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("over", name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      const input = box.querySelector("input[type=file]");
      const files = new DataTransfer();
      const taken = [...event.dataTransfer.files];
      for (const file of input.multiple ? taken : taken.slice(0, 1)) files.items.add(file);
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  /* ---- ticking all ---- */
  const boxesOf = (place) => all(`input[name="${place.dataset.tickAll}"]`, place.closest("form"));
  function showTicked(place) {
    const boxes = boxesOf(place), ticked = boxes.filter((one) => one.checked).length, tick = place.querySelector("input");
    tick.checked = ticked > 0 && ticked === boxes.length;
    tick.indeterminate = ticked > 0 && ticked < boxes.length;
    place.querySelector("label").textContent = `เลือกทั้งหมด (${ticked} จาก ${boxes.length})`;
    place.hidden = boxes.length < 2;
  }
  on("change", ({ target }) => {
    const place = target.closest("[data-tick-all]");
    if (place) for (const one of boxesOf(place)) one.checked = target.checked;
    for (const other of all("[data-tick-all]")) showTicked(other);
  });

  /* ---- htmx: refusals beside what was pressed ---- */
  function box(heading, words, mark) {
    const outer = document.createElement("div");
    const inner = document.createElement("div");
    const head = document.createElement("b");
    outer.className = "notice error request-error";
    outer.tabIndex = -1;
    outer.setAttribute("role", "alert");
    outer.dataset.requestError = "";
    if (mark) outer.dataset[mark] = "";
    head.textContent = heading;
    inner.append(head, " ", words);
    outer.append(inner);
    return outer;
  }

  /* A box cannot stand between table rows: it goes into the row's last cell. */
  const cellOf = (el) => (el.matches("tr") ? el.lastElementChild : el.matches("td, th") ? el : null);

  function clearBox(el) {
    const place = cellOf(el);
    const old = place ? place.querySelector(":scope > [data-request-error]") : el.nextElementSibling;
    if (old && old.matches("[data-request-error]")) old.remove();
  }

  /* Only an answer to a press takes the focus: whoever types on while a preview fails would type into nowhere. */
  const isPressed = (requestConfig) => !["input", "change", "again"].includes(requestConfig?.triggeringEvent?.type);

  function showBox(requestConfig, made) {
    const el = requestConfig.elt.isConnected ? requestConfig.elt : document.getElementById("notices");
    clearBox(el);
    const place = el.id === "notices" ? el : cellOf(el);
    if (place) place.append(made);
    else el.after(made);
    if (isPressed(requestConfig)) made.focus();
  }

  const lostSession = () => {
    const link = document.createElement("a");
    link.href = document.body.dataset.login || "/";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "เข้าสู่ระบบในแท็บใหม่";
    const words = document.createElement("span");
    words.append("ยังไม่ได้บันทึก ข้อความที่พิมพ์ไว้ยังอยู่ ", link, " แล้วกลับมากดอีกครั้ง");
    return box("ท่านไม่ได้อยู่ในระบบแล้ว", words, "sessionLost");
  };

  const refused = new WeakSet(); // answers that came with 200 and were still no answer

  on("htmx:beforeRequest", (event) => {
    const { requestConfig } = event.detail;
    const { elt } = requestConfig;
    const pressed = requestConfig.triggeringEvent; // a preview while typing holds nothing
    if (elt.tagName === "FORM" && pressed?.type === "submit") hold(elt, pressed.submitter);
  });
  on("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = event.detail;
    const { elt } = requestConfig; // the one that asked; detail.elt may be the target
    if (elt.tagName === "FORM") release(elt);
    if ("later" in elt.dataset) note(elt, xhr.status);
    if (xhr.status < 200 || xhr.status >= 400 || refused.has(xhr)) return; // 0: no answer came
    clearBox(elt);
    if (requestConfig.triggeringEvent?.type === "submit") delete elt.dataset.changed;
  });

  on("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    // A whole page (a proxy's error, a login page) never goes into a part of ours.
    if (event.detail.shouldSwap && /^\s*(<!doctype|<html)/i.test(xhr.responseText) && !event.detail.boosted) {
      event.detail.shouldSwap = false;
      refused.add(xhr);
      const login = document.body.dataset.login;
      const made = login && new URL(xhr.responseURL, location).pathname === login
        ? lostSession()
        : box("ระบบตอบกลับไม่ถูกต้อง", "ข้อความที่พิมพ์ไว้ยังอยู่ในหน้านี้ กรุณาลองอีกครั้ง");
      showBox(requestConfig, made);
      return;
    }
    if (xhr.getResponseHeader("HX-Retarget") !== "this") return;
    clearBox(requestConfig.elt);
    const place = cellOf(requestConfig.elt);
    if (place) {
      event.detail.target = place;
      event.detail.swapOverride = "beforeend";
    }
  });

  /* ---- [data-later]: asked again by itself, with the event `again`; what it says until then ---- */
  const AGAIN_MS = 5000;
  let again;
  function askAgain() {
    clearTimeout(again);
    for (const el of all("[data-unanswered]")) htmx.trigger(el, "again");
  }
  function note(elt, status) {
    const answered = status >= 200 && status < 500 && status !== 401;
    elt.toggleAttribute("data-unanswered", !answered);
    if (answered || status === 401 || !navigator.onLine) return; // signed in again, or back on line, tells by itself
    clearTimeout(again);
    again = setTimeout(askAgain, AGAIN_MS);
  }
  const failed = ({ requestConfig }, heading, words) => showBox(requestConfig, box(heading, requestConfig.elt.dataset.later ?? words));
  window.addEventListener("online", askAgain);
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-unanswered]")) event.preventDefault();
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    on(name, ({ detail }) => failed(detail, "ขาดการเชื่อมต่อ",
      "ยังไม่ได้บันทึก ข้อความที่พิมพ์ไว้ยังอยู่ในหน้านี้ ตรวจอินเทอร์เน็ตแล้วกดอีกครั้ง"));
  }
  on("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status >= 502) failed(detail, "ระบบไม่ตอบ", "ยังไม่ได้บันทึก ข้อความที่พิมพ์ไว้ยังอยู่ในหน้านี้ กรุณารอสักครู่แล้วกดอีกครั้ง");
  });

  /* ---- focus goes where the answer is ---- */
  const firstError = (root) => root.querySelector("[data-first-error], [data-request-error], [aria-invalid='true']");

  on("htmx:afterSettle", (event) => {
    const { xhr, elt } = event.detail;
    if (!xhr || xhr.status < 400) return;
    renew();
    const found = (elt.isConnected && (elt.matches("[data-request-error]") ? elt : firstError(elt))) || firstError(document);
    if (found && isPressed(event.detail.requestConfig)) found.focus();
  });

  /* ---- a question opened below the fold ---- */
  on("toggle", (event) => {
    if (event.target.matches("details.confirm[open]")) event.target.querySelector(".confirm-panel, form")?.scrollIntoView({ block: "nearest" });
  }, true);

  /* ---- a session renewed in another tab ---- */
  async function renew() {
    const marks = all("[data-session-lost]");
    const inputs = all("input[name=csrfmiddlewaretoken]");
    if (document.visibilityState !== "visible" || !marks.length || !inputs.length) return;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "portal" } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("input[name=csrfmiddlewaretoken]");
    if (!fresh || page.body.dataset.person !== document.body.dataset.person) return; // somebody else signed in
    for (const input of inputs) input.value = fresh.value;
    for (const mark of marks) {
      const old = mark.closest("[data-request-error]");
      if (!old) continue;
      old.className = "notice success request-error";
      old.replaceChildren("เข้าสู่ระบบแล้ว กดปุ่มเดิมอีกครั้งเพื่อส่ง");
      delete old.dataset.sessionLost;
    }
    askAgain();
  }
  on("visibilitychange", renew);
  window.addEventListener("focus", renew);

  /* ---- the network ---- */
  const notices = () => document.getElementById("notices");
  window.addEventListener("offline", () => {
    const made = box("ขาดการเชื่อมต่อ", "พิมพ์ต่อได้ แต่ยังส่งไม่ได้จนกว่าอินเทอร์เน็ตจะกลับมา");
    made.id = "offline";
    notices().replaceChildren(...all(":scope > :not(#offline)", notices()), made);
  });
  window.addEventListener("online", () => document.getElementById("offline")?.remove());

  /* ---- colour ---- */
  on("click", (event) => {
    const button = event.target.closest("[data-theme-choice] button");
    if (!button) return;
    const theme = button.dataset.theme;
    const life = theme ? 365 * 86400 : 0;
    const safe = location.protocol === "https:"; // __Host-: no other machine of the domain can set it
    document.cookie = `${safe ? "__Host-" : ""}theme=${theme}; path=/; max-age=${life}; samesite=lax${safe ? "; secure" : ""}`;
    if (theme) document.documentElement.dataset.bsTheme = theme;
    else delete document.documentElement.dataset.bsTheme;
    for (const other of all("[data-theme-choice] button")) other.setAttribute("aria-pressed", String(other === button));
  });

  /* ---- on arrival ---- */
  const here = document.querySelector("link[rel=canonical]")?.href;
  if (here && new URL(here).pathname !== location.pathname) history.replaceState(null, "", here);
  all("[data-theme-choice]").forEach((el) => el.removeAttribute("hidden"));
  all("[data-tick-all]").forEach(showTicked);
  for (const box of all("[data-files]")) {
    box.querySelector("input[type=file]").classList.add("visually-hidden");
    all("[hidden]", box).forEach((el) => el.removeAttribute("hidden"));
    showFiles(box);
  }
  const wrong = firstError(document);
  wrong?.focus();
  // What was refused holds unsent typing; the other forms of its page do not. Said above them, it may be any.
  const shownAgain = wrong?.closest("form");
  if (wrong) all("form[data-unsaved]").filter((form) => form === (shownAgain ?? form)).forEach((form) => { form.dataset.changed = "1"; });
})();
