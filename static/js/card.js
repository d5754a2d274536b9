/* The card's own script (templates/reporting/report_detail.html); the card works without it.

   #results         htmx asks for the score of what is typed; here it is only said to a screen reader, once it rests
   [data-upload]    files chosen or dropped go up one by one with a bar; a refusal stands beside the file's own name and
                    touches nothing else on the page. What did not arrive can be sent again without choosing it again:
                    a photograph just taken may be nowhere else
   #card            is not sent while a file is under way
   typed:fetched    from autosave.js: boxes others have filled; the score is asked for again                          */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  /* ---- the score, in words ---- */
  let saying;
  document.addEventListener("htmx:afterSwap", () => {
    const panel = byId("score-panel");
    clearTimeout(saying);
    saying = setTimeout(() => {
      const says = byId("score-says");
      if (panel && says && says.textContent !== panel.dataset.says) says.textContent = panel.dataset.says;
    }, 800);
  });

  document.addEventListener("typed:fetched", () => byId("results") && htmx.trigger("#results", "again"));

  /* ---- files ---- */
  const form = byId("attach");
  if (!form) return;
  const box = form.querySelector("[data-upload]");
  const input = form.querySelector("input[type=file]");
  const lines = form.querySelector("[data-uploads]");
  const limit = Number(box.dataset.maxBytes);
  const waiting = [];
  let current = null;

  input.multiple = true;
  input.classList.add("visually-hidden");
  box.querySelectorAll("[hidden]").forEach((el) => el.removeAttribute("hidden"));
  box.querySelectorAll("[data-upload-plain]").forEach((el) => el.remove());

  function size(bytes) {
    for (const [step, unit] of [[1024 ** 3, "GB"], [1024 ** 2, "MB"], [1024, "KB"]]) {
      if (bytes >= step) return `${(Math.floor((bytes * 10) / step) / 10).toLocaleString("en")} ${unit}`;
    }
    return `${bytes} ไบต์`;
  }

  function el(tag, text, name) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function refuse(item, sentence, stays = false) {
    item.line.className = stays ? "refused unsent" : "refused";
    item.note.textContent = "ไม่ได้แนบ";
    item.bar.remove();
    item.hold?.remove();
    const why = el("span", sentence, "why");
    item.line.append(why);
    if (!stays) return;
    const choice = (text, act) => {
      const made = el("button", text, "btn btn-quiet btn-sm");
      made.type = "button";
      made.setAttribute("aria-label", `${text} ${item.file.name}`);
      made.addEventListener("click", () => {
        item.line.remove();
        act();
      });
      why.append(" ", made);
    };
    choice("ส่งอีกครั้ง", () => take([item.file]));
    choice("ไม่แนบ", () => {});
  }

  function take(files) {
    lines.querySelectorAll(".refused:not(.unsent)").forEach((line) => line.remove());
    form.querySelector(".errors")?.remove();
    input.removeAttribute("aria-invalid");
    for (const file of files) {
      const item = { file, line: el("li", ""), note: el("span", "รอส่ง"), bar: el("progress", "", "bar") };
      item.bar.max = 100;
      item.bar.value = 0;
      item.bar.setAttribute("aria-label", `กำลังส่ง ${file.name}`);
      item.line.append(el("span", `${file.name} · ${size(file.size)}`, "file-name"), item.note, item.bar);
      lines.append(item.line);
      if (file.size === 0) refuse(item, "ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่");
      else if (file.size > limit) refuse(item, `ใหญ่เกิน ${size(limit)} กรุณาลดขนาดหรือแบ่งเป็นหลายไฟล์`);
      else waiting.push(item);
    }
    next();
  }

  function next() {
    if (current || !waiting.length) return;
    current = waiting.shift();
    current.note.textContent = "กำลังส่ง";
    const item = current;
    htmx.ajax("POST", form.action, {
      source: form, target: "#evidence-list", select: "#evidence-list", swap: "outerHTML", values: { file: item.file },
    }).catch(() => {}).finally(() => {
      // An answer the page did not understand (lost network, lost session): the box beside the form says why.
      if (item.line.isConnected && !item.line.className) {
        const rest = navigator.onLine ? "ไฟล์ยังอยู่ในหน้านี้" : "จะส่งให้เองเมื่อเชื่อมต่อได้ อย่าเพิ่งปิดหน้านี้";
        refuse(item, `ส่งไม่สำเร็จ ${rest}`, true);
        for (const other of waiting.splice(0)) refuse(other, `ยังไม่ได้ส่ง ${rest}`, true);
      }
      current = null;
      next();
    });
  }

  const photo = form.querySelector("[data-upload-photo]");
  for (const source of [input, photo]) {
    source.addEventListener("change", () => {
      const files = [...source.files];
      source.value = "";
      take(files);
    });
  }
  for (const name of ["dragover", "dragleave", "drop"]) {
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.toggle("over", name === "dragover");
      if (name === "drop") take([...event.dataTransfer.files]);
    });
  }

  form.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total } = event.detail;
    if (!current || !total) return;
    const share = Math.floor((loaded * 100) / total);
    current.bar.value = share;
    current.note.textContent = share < 100 ? `กำลังส่ง ${share}%` : "กำลังตรวจไฟล์";
  });

  // htmx tells this to the element it would swap, not to the form.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!current || requestConfig.elt !== form) return;
    if (xhr.status === 200 && event.detail.shouldSwap) current.line.remove(); // a sign-in page is no answer (portal.js)
    if (xhr.status === 403 || xhr.status === 409) refuse(current, "แนบไม่ได้ ดูเหตุผลใต้กรอบนี้", xhr.status === 403);
    if (xhr.status !== 413 && xhr.status !== 422) return;
    // The server's own sentence, beside this file; the page stays as it is.
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const found = [...page.querySelectorAll("#id_file_error li")].map((li) => li.textContent.trim()).join(" ");
    event.detail.shouldSwap = false;
    refuse(current, found || "ระบบไม่รับไฟล์นี้");
  });

  window.addEventListener("online", () => {
    for (const again of lines.querySelectorAll(".unsent button:first-of-type")) again.click();
  });

  /* ---- not while a file is under way, nor over one that did not arrive ---- */
  const unsent = () => lines.querySelector(".unsent");
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "card" || !(current || unsent())) return;
    event.preventDefault();
    event.stopPropagation();
    if (current && !current.hold) {
      current.hold = el("b", "รอให้ไฟล์ส่งเสร็จก่อน แล้วกดอีกครั้ง", "why");
      current.line.append(current.hold);
    }
    lines.scrollIntoView({ block: "center" });
    unsent()?.querySelector("button").focus();
  }, true);
  window.addEventListener("beforeunload", (event) => {
    if (current || unsent()) event.preventDefault();
  });
})();
