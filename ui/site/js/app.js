// The app around the pages: the worker that is there without a connection, and the word that there is a new version.
import { make, press } from "./make.js";
import { text } from "./say.js";

export async function app() {
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => undefined); // some browsers allow none
  if (!registration) return;
  if (registration.waiting && navigator.serviceWorker.controller) newer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming.addEventListener("statechange", () => {
      if (coming.state === "installed" && navigator.serviceWorker.controller) newer(coming);
    });
  });
  const ready = await navigator.serviceWorker.ready;
  ready.active.postMessage({ lang: document.documentElement.lang });
}

// newer says that there is a new version, once. What is being written is kept by the composer before the page goes.
function newer(worker) {
  if (document.querySelector(".renew")) return;
  const renew = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage({ renew: true });
  };
  document.body.append(make("div", { className: "bar renew", role: "status" },
    make("p", { textContent: text("update") }), press(text("updateDo"), renew, "button small")));
}
