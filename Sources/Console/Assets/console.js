// What pages can do beyond what they can without: follow the record, and be walked through by key.
"use strict";

(() => {
  const main = document.getElementById("main");
  const status = document.getElementById("live");
  if (!main || !status) return;

  let stale = false;
  let fetching = false;

  // Replaces what is marked as live by what the page is now. What a person opened stays open, what has the focus keeps
  // it, and what is being typed into is left alone.
  async function renew() {
    if (fetching) { stale = true; return; }
    fetching = true;
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
      if (answer.status === 401) { status.textContent = "Session over"; source.close(); return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live]")) {
        const renewed = page.getElementById(old.id);
        if (!renewed || renewed.innerHTML === old.innerHTML) continue;
        if (old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) continue;
        const open = [...old.querySelectorAll("details")].map((element) => element.open);
        const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        old.replaceChildren(...renewed.childNodes);
        [...old.querySelectorAll("details")].forEach((element, index) => { if (open[index]) element.open = true; });
        if (focused) [...old.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
      }
      for (const old of document.querySelectorAll("[data-count]")) {
        const renewed = page.getElementById(old.id);
        if (renewed) { old.textContent = renewed.textContent; old.hidden = renewed.hidden; }
      }
    } catch {
      // The console is gone: the stream says so.
    } finally {
      fetching = false;
      if (stale) { stale = false; setTimeout(renew, 400); }
    }
  }

  const source = new EventSource("/events");
  source.onopen = () => { status.textContent = "● Live"; };
  source.onerror = () => { status.textContent = "Not connected"; };
  source.addEventListener("record", () => setTimeout(renew, 50));
  source.addEventListener("closed", () => { status.textContent = "Session over"; source.close(); });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // j and k walk through the calls and runs, Enter opens, / finds.
  function walk(step) {
    const items = [...document.querySelectorAll(".call a.tool, .run a.run-name, .request h2 a")];
    if (items.length === 0) return;
    const here = items.indexOf(document.activeElement);
    const next = items[Math.min(items.length - 1, Math.max(0, here + step))];
    next.focus();
    next.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select")) return;
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "/") {
      const find = document.getElementById("find");
      if (!find) return;
      event.preventDefault();
      find.focus();
    }
  });

  // Browser credentials: the challenge is the digest of the statement, so what is signed is that very answer.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const base64 = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function credential(form) {
    const challenge = bytes(form.dataset.challenge);
    if (form.dataset.webauthn === "get") {
      const answer = await navigator.credentials.get({ publicKey: {
        challenge, rpId: "localhost", userVerification: "required", timeout: 120000,
        allowCredentials: form.dataset.credentials.split(" ").map((id) => ({ type: "public-key", id: bytes(id) })),
      } });
      form.elements.credentialID.value = base64(answer.rawId);
      form.elements.clientDataJSON.value = base64(answer.response.clientDataJSON);
      form.elements.authenticatorData.value = base64(answer.response.authenticatorData);
      form.elements.signature.value = base64(answer.response.signature);
    } else {
      const name = form.elements.name.value;
      const made = await navigator.credentials.create({ publicKey: {
        challenge, rp: { id: "localhost", name: "agentbox" }, attestation: "none", timeout: 120000,
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
        pubKeyCredParams: form.dataset.algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
        authenticatorSelection: { userVerification: "required" },
      } });
      form.elements.clientDataJSON.value = base64(made.response.clientDataJSON);
      form.elements.attestationObject.value = base64(made.response.attestationObject);
    }
    form.submit();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.webauthn) return;
    event.preventDefault();
    const problem = form.querySelector("[data-problem]");
    problem.textContent = "";
    credential(form).catch((error) => { problem.textContent = `The browser gave no credential: ${error.message}`; });
  });

  // A signature from a file, for whoever does not want to paste it.
  document.addEventListener("change", async (event) => {
    const field = event.target;
    if (!field.matches("input[type=file][data-into]") || !field.files[0]) return;
    const into = document.getElementById(field.dataset.into);
    if (into && field.files[0].size < 65536) into.value = await field.files[0].text();
  });
})();
