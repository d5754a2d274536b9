/* Tells a page that what it shows has changed under it, at once and not at the next save (kpiportal/news.py).

   [data-news]       where to ask; data-seen: the state the page shows, data-revision: of a page without boxes that save
                     themselves, which is told who saved what and opened again by the person
   typed:news        for autosave.js: {open: true} others have saved boxes; {open: false, text} nothing is taken now
   typed:stopped     from autosave.js: {text, left, safe} boxes that did not arrive, and whether this browser holds them */
"use strict";
(() => {
  const facts = document.querySelector("[data-news]");
  if (!facts) return;
  const EVERY_MS = 20000, GIVE_UP_MS = 10000, OFTEN_MS = 300;
  const GONE = "หน้านี้ปิดไปแล้ว เพราะขั้นตอนของงานหรือหน้าที่ของท่านเปลี่ยนไป"; // 404: no longer theirs to see
  const form = document.querySelector("form[data-autosave]");
  let box = null, timer, last = 0;

  function tell(text, more) {
    if (box?.dataset.text === text) return;
    box?.remove();
    box = document.createElement("div");
    box.className = "notice warning card-news";
    box.setAttribute("role", "alert");
    box.dataset.text = text;
    const words = document.createElement("div"), head = document.createElement("b"), again = document.createElement("button");
    head.textContent = text;
    again.className = "btn btn-main btn-sm";
    again.type = "button";
    again.addEventListener("click", () => {
      // What typed.js keeps comes back: nothing to warn of.
      for (const other of document.querySelectorAll("form[data-unsaved]")) delete other.dataset.changed;
      location.assign(location.pathname + location.search);
    });
    again.textContent = "เปิดหน้านี้ใหม่";
    words.append(head, document.createElement("br"), `${more} `, again);
    box.append(words);
    document.getElementById("notices").append(box);
  }
  function kept({ left, safe }) {
    if (!left) return "ที่พิมพ์ไว้บันทึกครบทุกช่องแล้ว";
    return safe
      ? `${left} ช่องที่ยังไม่ได้บันทึก เก็บไว้ในเครื่องนี้แล้ว คัดลอกได้ และจะกลับมาในช่องเดิมเมื่อกรอกได้อีก`
      : `${left} ช่องยังไม่ได้บันทึก คัดลอกไว้ก่อนออกจากหน้านี้`;
  }
  const lookAgain = () => "เปิดหน้านี้ใหม่เพื่อดูข้อมูลล่าสุด" +
    (document.querySelector("form[data-unsaved][data-changed]") ? " ที่พิมพ์ค้างไว้นำกลับมาใส่ได้" : "");
  document.addEventListener("typed:stopped", ({ detail }) => tell(detail.text, kept(detail)));

  async function ask() {
    const early = Date.now() - last < OFTEN_MS; // coming back fires several events at once
    clearTimeout(timer);
    timer = setTimeout(ask, early ? OFTEN_MS : EVERY_MS);
    if (early || document.visibilityState !== "visible") return;
    last = Date.now();
    const revision = form ? form.elements.revision.value : facts.dataset.revision;
    const known = new URLSearchParams({ seen: facts.dataset.seen, revision });
    try {
      const answer = await fetch(`${facts.dataset.news}?${known}`, {
        headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(GIVE_UP_MS), redirect: "error",
      });
      if (answer.status === 204 && box && form) {
        box.remove(); // open again, as it was: what is held goes on its way
        box = null;
        document.dispatchEvent(new CustomEvent("typed:news", { detail: { open: true } }));
      }
      if (answer.status !== 200 && answer.status !== 404) return;
      const news = answer.status === 200 ? await answer.json() : { open: false, text: GONE };
      if (form) document.dispatchEvent(new CustomEvent("typed:news", { detail: news }));
      else if (news.text) tell(news.text, lookAgain());
    } catch {
      /* no network: autosave.js says so; the next look asks again */
    }
  }
  for (const name of ["focus", "visibilitychange", "online"]) window.addEventListener(name, ask);
  timer = setTimeout(ask, EVERY_MS);
})();
