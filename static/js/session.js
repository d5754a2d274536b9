/* Warns before a sign-in ends, with one button that keeps it (kpiportal/sessions.py ends it after standing still).

   [data-session-idle]   seconds it may stand still; data-session-left: until it ends whatever one does;
                         data-session-touch: an address of one's own whose answer keeps it
   Any answer to any tab of this person counts: the moment is shared in localStorage.                               */
"use strict";
(() => {
  const facts = document.querySelector("[data-session-idle]");
  if (!facts) return;
  const NOTED_LATE = 60; // seconds by which the server may have noted the last look too early
  const idle = Number(facts.dataset.sessionIdle) - NOTED_LATE;
  const ends = Date.now() / 1000 + Number(facts.dataset.sessionLeft);
  const EARLY = Math.min(300, idle / 3);
  const KEY = `session-seen:${document.body.dataset.person}`;
  let own = Date.now();

  function seen() {
    own = Date.now();
    try {
      localStorage.setItem(KEY, String(own));
    } catch {
      /* each tab then knows of itself only */
    }
  }
  function last() {
    try {
      return Math.max(own, Number(localStorage.getItem(KEY)) || 0);
    } catch {
      return own;
    }
  }

  let box = null;
  function warn(text, mayKeep) {
    if (box?.dataset.text === text) return;
    const had = box?.contains(document.activeElement);
    box?.remove();
    box = document.createElement("div");
    box.className = "notice warning session-warning";
    box.setAttribute("role", "alert");
    box.dataset.text = text;
    const words = document.createElement("div");
    words.append(text);
    if (mayKeep) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-main btn-sm";
      button.textContent = "ใช้งานต่อ";
      button.addEventListener("click", async () => {
        const answer = await fetch(facts.dataset.sessionTouch, { method: "HEAD" }).catch(() => null);
        if (answer?.ok && !answer.redirected) seen();
        look();
      });
      words.append(" ", button);
      if (had) setTimeout(() => button.focus());
    }
    box.append(words);
    document.getElementById("notices").append(box);
  }

  function look() {
    const now = Date.now();
    const left = idle - (now - last()) / 1000;
    const whole = ends - now / 1000;
    const minutes = (seconds) => `${Math.max(1, Math.ceil(seconds / 60))} นาที`;
    if (left > EARLY && whole > EARLY) {
      box?.remove();
      box = null;
    } else if (left <= 0 || whole <= 0) warn("หมดเวลาใช้งานแล้ว ข้อความที่พิมพ์เก็บไว้ในเครื่องนี้ เข้าสู่ระบบอีกครั้งแล้วทำต่อได้", false);
    else if (whole <= EARLY) warn(`อีก ${minutes(whole)} ต้องเข้าสู่ระบบใหม่ เพราะใช้งานครบเวลาของวันแล้ว ข้อความที่บันทึกไว้ไม่หาย`, false);
    else warn(`ไม่มีการใช้งานมาสักพัก อีก ${minutes(left)} ระบบจะให้เข้าสู่ระบบใหม่`, true);
  }

  seen();
  document.addEventListener("portal:answered", (event) => event.detail.status < 300 && seen());
  document.addEventListener("htmx:afterRequest", (event) => event.detail.xhr.status >= 200 && event.detail.xhr.status < 300 && seen());
  window.addEventListener("storage", (event) => event.key === KEY && look());
  setInterval(look, 5000);
})();
