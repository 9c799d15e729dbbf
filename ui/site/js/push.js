// Notifications on this device: the browser is asked, and what it gives is told to the server.

export async function push(panel) {
  const row = panel.querySelector("[data-push-row]");
  const state = panel.querySelector("[data-push-state]");
  const [on, off] = [panel.querySelector("[data-push-on]"), panel.querySelector("[data-push-off]")];
  const words = panel.dataset;
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    state.textContent = /iPhone|iPad/.test(navigator.userAgent) ? words.textInstall : words.textFailed;
    return;
  }
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.getSubscription();
  row.hidden = false;
  show(Boolean(subscription) && Boolean(panel.querySelector(".badge")));
  if (Notification.permission === "denied") state.textContent = words.textDenied;

  on.addEventListener("click", () => act(turnOn));
  off.addEventListener("click", () => act(turnOff));

  function show(isOn) {
    on.hidden = isOn;
    off.hidden = !isOn;
  }

  async function act(what) {
    on.disabled = off.disabled = true;
    try {
      if (await what()) location.reload();
    } catch {
      state.textContent = words.textFailed;
    } finally {
      on.disabled = off.disabled = false;
    }
  }

  async function turnOn() {
    if (await Notification.requestPermission() !== "granted") {
      state.textContent = words.textDenied;
      return false;
    }
    const { public_key: key } = await ask("GET", "/api/push/key");
    await (await registration.pushManager.getSubscription())?.unsubscribe(); // it may be of another key, or another person
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    await ask("POST", "/api/push/subscriptions", made);
    return true;
  }

  async function turnOff() {
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    const { results } = await ask("GET", "/api/push/subscriptions");
    for (const device of results.filter((d) => d.current)) await ask("DELETE", `/api/push/subscriptions/${device.id}`);
    return true;
  }
}

async function ask(method, path, body) {
  const answer = await fetch(path, { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}
