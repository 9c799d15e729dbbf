// One connection for everything that a page wants to hear of (PocketBase's realtime), kept while the page is
// looked at. After a pause – a sleeping laptop, a restart, a lost connection – whoever listens asks anew.
const longest = 60_000; // ms between two tries
const moment = 1000; // ms that a page is looked at before it connects: leafing through pages costs the server nothing

const listeners = []; // { topic, act, anew, of: the connection that anew was called for }
let source, client, wait = 1000, timer, soon;

/** hear calls act for each message of a topic, and anew whenever there may have been some that weren't heard. */
export function hear(topic, act, anew = () => {}) {
  listeners.push({ topic, act, anew });
  source?.addEventListener(topic, act);
  if (client) subscribe();
  if (listeners.length > 1) return;
  document.addEventListener("visibilitychange", attend);
  attend();
}

function attend() {
  stop();
  if (document.visibilityState === "visible") timer = setTimeout(connect, moment);
}

function connect() {
  stop();
  source = new EventSource("/api/realtime");
  source.addEventListener("PB_CONNECT", (e) => { client = JSON.parse(e.data).clientId; subscribe(); });
  source.addEventListener("error", later);
  for (const { topic, act } of listeners) source.addEventListener(topic, act);
}

// subscribe says what is to be heard, once for all who ask in the same moment.
function subscribe() {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    try {
      const answer = await fetch("/api/realtime", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ clientId: client, subscriptions: listeners.map((l) => l.topic) }),
      });
      if (answer.status === 429 || answer.status >= 500) return later();
      if (!answer.ok) return stop(); // signed out meanwhile
      wait = 1000;
      for (const l of listeners.filter((l) => l.of !== client)) {
        l.of = client;
        await l.anew();
      }
    } catch {
      later();
    }
  });
}

function later() {
  stop();
  timer = setTimeout(connect, wait * (0.5 + Math.random())); // not everybody at once after a restart
  wait = Math.min(wait * 2, longest);
}

// A browser has few connections to one place: a tab that nobody looks at keeps none.
function stop() {
  clearTimeout(timer);
  clearTimeout(soon);
  source?.close();
  source = client = undefined;
}
