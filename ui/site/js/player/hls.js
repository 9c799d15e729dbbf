// A film in several sizes (HLS) by hls.js, where the server made them and the browser doesn't play them by
// itself. It is fetched when the film is played for the first time; when it fails, the film's file plays.
export function adaptive(media) {
  const source = media.querySelector("source[type='application/vnd.apple.mpegurl']");
  if (!source || media.canPlayType(source.type) || !("MediaSource" in window)) return () => {};
  return async () => {
    const { default: Hls } = await import("../../vendor/hls.js-1.7.4/hls.light.min.mjs");
    if (!Hls.isSupported()) return;
    media.dataset.adapting = ""; // what goes wrong with the plain sources meanwhile doesn't matter
    const hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true }); // note: a worker of a blob is against the content policy
    await new Promise((done) => {
      hls.on(Hls.Events.MANIFEST_PARSED, done);
      hls.on(Hls.Events.ERROR, (_, problem) => {
        if (!problem.fatal) return;
        const { currentTime: at, paused } = media;
        hls.destroy();
        delete media.dataset.adapting;
        source.remove();
        media.removeAttribute("src");
        media.load();
        media.currentTime = at;
        if (!paused) media.play().catch(() => {});
        done();
      });
      hls.loadSource(source.src);
      hls.attachMedia(media);
    });
  };
}
