/* Passkeys: asks the device to make one or to sign with one, and sends its answer as an ordinary form.

   form[data-passkey=create|get]  the server's options stand in #passkey-options; the answer goes into [name$=credential]
   form[data-passkey=sign-in]     hidden until the browser can do it; the options are fetched when it is pressed
   [data-passkey-says]            where it says what went wrong; everything typed in the form stays                   */
"use strict";
(() => {
  const forms = [...document.querySelectorAll("form[data-passkey]")];
  const able = window.isSecureContext && window.PublicKeyCredential && navigator.credentials;

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  /* The server's JSON to what the browser wants: the binary members are base64url there. */
  function opened({ publicKey }) {
    const open = (list) => list?.map((known) => ({ ...known, id: toBytes(known.id) }));
    const made = { ...publicKey, challenge: toBytes(publicKey.challenge) };
    if (publicKey.user) made.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
    if (publicKey.excludeCredentials) made.excludeCredentials = open(publicKey.excludeCredentials);
    if (publicKey.allowCredentials) made.allowCredentials = open(publicKey.allowCredentials);
    return { publicKey: made };
  }

  function sealed(credential) {
    const { response } = credential;
    const answer = { clientDataJSON: toText(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) answer[name] = toText(response[name]);
    }
    if (response.getTransports) answer.transports = response.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: answer,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  async function options(form) {
    if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no challenge");
    return (await answer.json()).request_options;
  }

  const WHY = {
    InvalidStateError: "อุปกรณ์นี้มีพาสคีย์ของบัญชีนี้อยู่แล้ว",
    NotAllowedError: "ยกเลิกหรือหมดเวลา กดปุ่มเพื่อลองอีกครั้ง",
    SecurityError: "ที่อยู่เว็บนี้ใช้พาสคีย์ไม่ได้ ต้องเปิดด้วยชื่อเว็บที่ขึ้นต้นด้วย https:// (เครื่องสาธิตใช้ http://localhost)",
  };
  const says = (form, words) => { form.querySelector("[data-passkey-says]").textContent = words; };

  for (const form of forms) {
    const box = form.querySelector("[name$=credential]");
    if (!able) {
      if (form.dataset.passkey !== "sign-in") says(form, "เบราว์เซอร์หรือที่อยู่เว็บนี้ใช้พาสคีย์ไม่ได้ กรุณาใช้วิธีอื่น");
      continue;
    }
    form.hidden = false;
    // In the capture phase: portal.js must not hold the button while the device is still asking.
    form.addEventListener("submit", async (event) => {
      if (box.value) return;
      event.preventDefault();
      event.stopPropagation();
      says(form, "");
      try {
        const wanted = opened(await options(form));
        const made = form.dataset.passkey === "create" ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted);
        box.value = sealed(await made);
      } catch (error) {
        says(form, WHY[error.name] ?? "ใช้พาสคีย์ไม่สำเร็จ กรุณาลองอีกครั้ง");
        return;
      }
      form.requestSubmit(event.submitter);
    }, true);
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) forms.forEach((form) => { form.querySelector("[name$=credential]").value = ""; });
  });
})();
