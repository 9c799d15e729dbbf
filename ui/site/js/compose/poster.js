// A film's poster is a frame of it, taken in the browser: one near its beginning by itself, another when
// its owner chooses one.
import { make, press } from "../make.js";
import { say, show } from "../say.js";

const widest = 1280; // pixels
const patience = 15_000; // ms

/** frame is a JPEG of the film at src some seconds from its beginning, or null where the browser can't decode it. */
export function frame(src, at) {
  return new Promise((done) => {
    const film = make("video", { muted: true, playsInline: true, preload: "auto", src });
    const end = (picture) => { clearTimeout(timer); film.removeAttribute("src"); film.load(); done(picture); };
    const timer = setTimeout(() => end(null), patience);
    film.addEventListener("error", () => end(null), { once: true });
    film.addEventListener("loadeddata", () => { film.currentTime = Math.min(at, film.duration / 10 || 0); }, { once: true });
    film.addEventListener("seeked", async () => end(await picture(film)), { once: true });
  });
}

async function picture(film) {
  if (!film.videoWidth) return null; // sound alone
  const scale = Math.min(1, widest / Math.max(film.videoWidth, film.videoHeight));
  const canvas = make("canvas", { width: Math.round(film.videoWidth * scale), height: Math.round(film.videoHeight * scale) });
  canvas.getContext("2d").drawImage(film, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
}

/** setPoster sends it; it gives the medium as it is then, or null when it was refused. */
export async function setPoster(id, jpeg) {
  const form = new FormData();
  form.append("poster", jpeg, "poster.jpg");
  const answer = await fetch(`/api/media/${id}`, { method: "PATCH", body: form, headers: { "Accept-Language": document.documentElement.lang } });
  return answer.ok ? answer.json() : null;
}

/** choosePoster opens the film at src to take a frame of it. taken gets the medium with its new poster. */
export function choosePoster(id, src, words, taken) {
  const film = make("video", { controls: true, muted: true, playsInline: true, src });
  const dialog = make("dialog", { className: "sheet", "aria-label": words.textPoster });
  const take = press(words.textPosterTake, async () => {
    take.disabled = true;
    try {
      const medium = await picture(film).then((jpeg) => jpeg && setPoster(id, jpeg));
      if (!medium) throw new Error();
      taken(medium);
      show(words.textPosterDone);
      dialog.close();
    } catch (problem) {
      say(problem instanceof TypeError ? "offline" : "failed");
      take.disabled = false;
    }
  }, "button small");
  dialog.append(make("p", { textContent: words.textPosterHint }), film, make("p", { className: "row" }, take, press(words.textCancel, () => dialog.close(), "button quiet small")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
