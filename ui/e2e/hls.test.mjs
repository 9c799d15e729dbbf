// A film in several sizes, made by ffmpeg as on a real instance: by hls.js, where a browser doesn't play HLS by
// itself, and by this browser's own way. It begins, changes its size with the player's, and goes on where one seeks.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, begin } from "./world.mjs";

let world, lack, post;

/** film is 44 seconds – longer than what hls.js fetches ahead – with a moving picture and a tone. */
function film() {
  const dir = mkdtempSync(join(tmpdir(), "madang-film-"));
  const file = join(dir, "film.mp4");
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=6:duration=44", "-f", "lavfi", "-i", "sine=frequency=440:duration=44",
    "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "12", "-c:a", "aac", "-shortest", file]);
  const bytes = readFileSync(file);
  rmSync(dir, { recursive: true });
  return bytes;
}

/** sized is the medium once the job is done that makes its sizes, or given up waiting for. */
async function sized(page, id) {
  for (let tries = 0; ; tries++) {
    const answer = await api(page, "GET", `/api/media/${id}`);
    if (answer.body.hls_url || tries > 600) return answer;
    await new Promise((done) => { setTimeout(done, 1000); });
  }
}

before(async () => {
  let bytes;
  try { bytes = film(); } catch (problem) { lack = `no ffmpeg with libx264 and aac: ${problem.message.split("\n")[0]}`; return; }
  world = await begin({ env: { FFMPEG: "auto" } });
  const { context, page } = await world.visit({ who: "ada" });
  const made = await context.request.post("/api/media", { multipart: { file: { name: "film.mp4", mimeType: "video/mp4", buffer: bytes } }, headers: { Origin: world.url } });
  assert.equal(made.status(), 201, await made.text());
  const { id } = await made.json();
  const { body } = await sized(page, id);
  assert.ok(body.hls_url, body.status);
  const sent = await api(page, "POST", "/api/posts", { title: "A film", content: "x", media: [id], status: "published" });
  post = sent.body.id;
  await context.close();
});
after(() => world?.end());

const at = (page) => page.evaluate(() => document.querySelector("video").currentTime);

test("a film in sizes by hls.js: it plays, grows with the player, and seeks", async (t) => {
  if (lack) return t.skip(lack);
  const { context, page, problems } = await world.visit({ size: "phone" });
  await context.addInitScript(() => { // as a browser that doesn't play HLS by itself
    const can = HTMLMediaElement.prototype.canPlayType;
    HTMLMediaElement.prototype.canPlayType = function canPlayType(type) { return /mpegurl/i.test(type) ? "" : can.call(this, type); };
  });
  const urls = [];
  page.on("request", (r) => { if (r.url().includes("/hls/")) urls.push(r.url()); });
  await page.goto(`/posts/${post}`);
  await page.waitForSelector("[data-player] .controls");
  await page.click(".big-play");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.5);
  const small = await page.evaluate(() => ({ by: document.querySelector("video").currentSrc.split(":")[0], height: document.querySelector("video").videoHeight }));
  assert.equal(small.by, "blob", "it was hls.js");
  assert.equal(small.height, 360, "no more than a phone shows");

  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.click(".controls button >> nth=0"); // pause
  await page.evaluate(() => { document.querySelector(".stage").requestFullscreen(); });
  await page.waitForFunction(() => document.querySelector("video").clientWidth > 1200);
  await page.evaluate(() => { const v = document.querySelector("video"); v.currentTime = 40; v.play(); });
  await page.waitForFunction(() => { const v = document.querySelector("video"); return v.currentTime > 40.5 && v.videoHeight === 720; }, null, { timeout: 180_000 });
  await page.locator(".controls .seek").fill("3");
  await page.waitForFunction(() => { const t = document.querySelector("video").currentTime; return t > 3.2 && t < 9; });
  assert.ok(await at(page) < 9);
  assert.ok(urls.length > 4, urls.join(" "));
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a film in sizes by the browser's own way: it plays and seeks", async (t) => {
  if (lack) return t.skip(lack);
  const { context, page, problems } = await world.visit({ size: "desk" });
  await page.goto(`/posts/${post}`);
  await page.waitForSelector("[data-player] .controls");
  await page.click(".big-play");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.5);
  await page.locator(".controls .seek").fill("15");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 15.2);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("when its pieces can't be had, the film's file plays", async (t) => {
  if (lack) return t.skip(lack);
  const { context, page } = await world.visit({ size: "desk" });
  await page.route("**/hls/**", (route) => route.fulfill({ status: 404, body: "gone" }));
  await page.goto(`/posts/${post}`);
  await page.waitForSelector("[data-player] .controls");
  await page.click(".big-play");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.5);
  assert.match(await page.evaluate(() => document.querySelector("video").currentSrc), /^http/);
  await context.close();
});
