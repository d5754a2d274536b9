// The invitation's code stands after # in its link: no server and no log ever sees it there. It is put into the box,
// and taken out of the address at once, so that it stays in no history and on no screen.
"use strict";

const form = document.querySelector("[data-join]");
const code = decodeURIComponent(window.location.hash.slice(1));
if (form && code) {
  form.elements.code.value = code;
  window.history.replaceState(null, "", window.location.pathname);
}
