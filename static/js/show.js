/* One indicator on the wall (templates/agreements/negotiation/show.html): arrow keys turn the page, and whatever the two
   sides change is drawn again by itself, without a flicker where nothing changed.                                     */
"use strict";
(() => {
  const EVERY_MS = 2000, GIVE_UP_MS = 10000;
  const wall = () => document.getElementById("wall");

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, .scroll")) return;
    const back = event.key === "ArrowLeft" || event.key === "PageUp";
    const on = event.key === "ArrowRight" || event.key === "PageDown" || event.key === " ";
    const link = back ? wall().querySelector("[rel=prev]") : on ? wall().querySelector("[rel=next]") : null;
    if (!link) return;
    event.preventDefault();
    location.replace(link.href);
  });

  async function look() {
    if (document.visibilityState === "visible") {
      try {
        const { changes, version } = wall().dataset;
        const news = await fetch(`${changes}?since=${version}`, {
          headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(GIVE_UP_MS), redirect: "error",
        });
        if (news.status === 200) {
          const answer = await fetch(location.href, { signal: AbortSignal.timeout(GIVE_UP_MS), redirect: "error" });
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = answer.ok && page.getElementById("wall");
          if (fresh) wall().replaceWith(document.adoptNode(fresh));
        }
      } catch {
        /* the wall keeps what it shows; the next look asks again */
      }
    }
    setTimeout(look, EVERY_MS);
  }
  setTimeout(look, EVERY_MS);
})();
