// Signing up may ask for a proof of work. A worker finds it while somebody types; the form waits for it when it is sent sooner.
import { text } from "./say.js";

export function proof(form) {
  const field = form.elements.proof, state = form.querySelector("[data-proof-state]");
  const worker = new Worker(new URL("./proof-worker.js", import.meta.url), { type: "module" });
  let waits = false;
  worker.onmessage = ({ data }) => {
    field.value = data;
    state.textContent = "";
    worker.terminate();
    if (waits) form.submit();
  };
  // note: without a worker the form goes out without a proof, and a link is mailed
  worker.onerror = () => { worker.terminate(); if (waits) form.submit(); waits = null; };
  worker.postMessage({ challenge: form.dataset.proof, bits: Number(form.dataset.bits) });
  form.addEventListener("submit", (e) => {
    if (field.value || waits === null) return;
    e.preventDefault();
    waits = true;
    state.textContent = text("proving");
  });
}
