// What is played is known to the device: its name on the lock screen, and the keys of a keyboard or headset.
export function session({ figure, media, length }) {
  if (!("mediaSession" in navigator)) return;
  const article = figure.closest("article");
  const text = (selector) => article?.querySelector(selector)?.textContent.trim() ?? "";
  const post = text("h1, .title") || document.title;
  const artwork = () => {
    const src = media.poster || figure.querySelector("img.cover")?.src;
    return src ? [{ src, sizes: "300x300", type: "image/jpeg" }] : [];
  };
  const acts = {
    play: () => media.play(), pause: () => media.pause(), seekto: ({ seekTime }) => { media.currentTime = seekTime; },
    seekbackward: ({ seekOffset }) => { media.currentTime -= seekOffset ?? 10; }, seekforward: ({ seekOffset }) => { media.currentTime += seekOffset ?? 10; },
  };
  const place = () => {
    if (length() && navigator.mediaSession.setPositionState) {
      navigator.mediaSession.setPositionState({ duration: length(), playbackRate: media.playbackRate, position: Math.min(media.currentTime, length()) });
    }
  };
  media.addEventListener("play", () => {
    navigator.mediaSession.metadata = new MediaMetadata({ title: figure.querySelector(".track b")?.textContent ?? post, artist: text(".name"), artwork: artwork() });
    for (const [name, act] of Object.entries(acts)) navigator.mediaSession.setActionHandler(name, act);
    place();
  });
  for (const event of ["seeked", "ratechange"]) media.addEventListener(event, () => { if (!media.paused) place(); });
}
