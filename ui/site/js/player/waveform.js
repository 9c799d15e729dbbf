// How loud a sound is where, drawn into its position from the peaks that the server heard.
const bar = 3, gap = 1; // pixels

export async function waveform({ figure, media, length }, controls) {
  const token = new URL(media.currentSrc || media.src).search;
  const answer = await fetch(`/api/media/${figure.dataset.player}${token}`).catch(() => null);
  const { peaks } = answer?.ok ? await answer.json() : {};
  if (!peaks?.length) return;
  const line = controls.querySelector(".line");
  const canvas = document.createElement("canvas");
  line.prepend(canvas);
  line.classList.add("waved");
  const draw = () => {
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(canvas);
    const count = Math.max(1, Math.floor(width / (bar + gap)));
    const played = length() ? (media.currentTime / length()) * width : 0;
    for (let i = 0; i < count; i++) {
      const from = Math.floor((i * peaks.length) / count);
      const until = Math.max(from + 1, Math.floor(((i + 1) * peaks.length) / count));
      const tall = Math.max(2, (Math.max(...peaks.slice(from, until)) / 100) * height);
      pen.fillStyle = i * (bar + gap) < played ? style.accentColor : style.color;
      pen.fillRect(i * (bar + gap), (height - tall) / 2, bar, tall);
    }
  };
  for (const event of ["timeupdate", "seeked", "durationchange"]) media.addEventListener(event, draw);
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
