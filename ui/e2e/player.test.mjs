// Films and sounds: by mouse, by keyboard, with captions; and what a player remembers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

async function openKind(page, kind) {
  const found = await api(page, "GET", `/api/posts?media_type=${kind}&page_size=1`);
  await page.goto(`/posts/${found.body.results[0].id}`);
  await page.waitForSelector("[data-player] .controls");
  return found.body.results[0];
}
const state = (page, kind) => page.evaluate((k) => { const m = document.querySelector(k); return { at: m.currentTime, paused: m.paused, volume: m.volume, muted: m.muted, rate: m.playbackRate }; }, kind);
const reach = (page, kind, from, to) => page.waitForFunction(([k, a, b]) => { const t = document.querySelector(k).currentTime; return t >= a && t <= b; }, [kind, from, to]);

test("a film by keyboard, and what is kept for the next", async () => {
  const { context, page, problems } = await world.visit();
  await page.goto("/search");
  await openKind(page, "video");
  await page.locator(".controls button").first().focus();
  await page.keyboard.press("k");
  await reach(page, "video", 0.1, 8);
  await page.waitForSelector(".loaded span", { state: "attached" });
  await page.keyboard.press("k");
  await page.locator(".controls .seek").fill("0");
  await page.keyboard.press("ArrowRight");
  await reach(page, "video", 4.9, 5.5);
  await page.keyboard.press("j");
  await reach(page, "video", 0, 0.1);
  await page.keyboard.press("l");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 5);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("m");
  await page.click(".speed");
  const left = await state(page, "video");
  assert.deepEqual([left.volume, left.muted, left.rate], [0.9, true, 1.25]);
  await shoot(page, "player-film", false);
  await page.reload();
  await page.waitForSelector("[data-player] .controls");
  const again = await state(page, "video");
  assert.deepEqual([again.volume, again.muted, again.rate], [0.9, true, 1.25]);
  assert.equal(await page.getAttribute(".speed", "aria-label"), "Speed 1.25×");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a sound shows how loud it is; only one plays", async () => {
  const { context, page, problems } = await world.visit();
  await page.goto("/search");
  const post = await openKind(page, "audio");
  assert.ok(post.media[0].duration > 0);
  const { body } = await api(page, "GET", `/api/media/${post.media[0].id}`);
  if (body.peaks) await page.waitForSelector(".waved canvas");
  await shoot(page, "player-sound", false);
  await page.click("[data-toggle-play]");
  await page.waitForFunction(() => !document.querySelector("audio").paused);
  const other = await context.newPage();
  await other.goto(page.url());
  await other.waitForSelector("[data-player] .controls");
  await other.click("[data-toggle-play]");
  await page.waitForFunction(() => document.querySelector("audio").paused);
  assert.equal(await page.evaluate(() => navigator.mediaSession.metadata.title), post.title);
  assert.deepEqual(problems(), []);
  await context.close();
});

// Headless Chromium has no such pictures, so the page is given the two calls of that API (w3.org/TR/picture-in-picture).
const pictures = (enabled) => {
  let shown = null;
  window.asked = [];
  Object.defineProperty(document, "pictureInPictureEnabled", { get: () => enabled, configurable: true });
  Object.defineProperty(document, "pictureInPictureElement", { get: () => shown, configurable: true });
  HTMLVideoElement.prototype.requestPictureInPicture = async function () { window.asked.push(`in ${this.closest("[data-player]").dataset.player}`); shown = this; };
  document.exitPictureInPicture = async () => { window.asked.push("out"); shown = null; };
};

test("a film goes into a picture of its own and comes back; a sound has none", async () => {
  const { context, page, problems } = await world.visit();
  await page.addInitScript(pictures, true);
  await page.goto("/search");
  const { media: [film] } = await openKind(page, "video");
  const pip = page.locator(".controls").first().getByRole("button", { name: "Picture in picture" });
  await pip.click();
  await pip.click();
  assert.deepEqual(await page.evaluate(() => window.asked), [`in ${film.id}`, "out"]);
  await openKind(page, "audio");
  assert.equal(await page.locator(".controls .pip").count(), 0);
  const without = await context.newPage();
  await without.addInitScript(pictures, false);
  await without.goto("/search");
  await openKind(without, "video");
  assert.equal(await without.locator(".controls .pip").count(), 0);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a long one goes on where one stopped", async () => {
  const { context, page } = await world.visit();
  await page.goto("/search");
  const post = await openKind(page, "audio");
  await page.evaluate((id) => {
    localStorage.setItem("madang:at", JSON.stringify([[id, 1]]));
    Object.defineProperty(document.querySelector("audio"), "duration", { get: () => 600 });
  }, post.media[0].id);
  await page.click("[data-toggle-play]");
  await page.waitForSelector("#toast:not(:empty)");
  assert.match(await page.innerText("#toast"), /Goes on at 0:01/);
  await context.close();
});

test("captions: sent by their owner, shown on demand", async () => {
  const { context, page, problems } = await world.visit({ who: "ada" });
  const found = await api(page, "GET", "/api/posts?media_type=video&page_size=1");
  const film = await (await context.request.get(found.body.results[0].media[0].stream_url)).body();
  await page.goto("/new");
  await page.waitForSelector("[data-compose][data-ready]");
  await page.fill("#f-title", "With captions");
  await page.fill("#f-content", "…");
  await page.setInputFiles(".pick input", { name: "film.mp4", mimeType: "video/mp4", buffer: film });
  const [captions] = await Promise.all([context.waitForEvent("page"), page.click(".file a >> text=Captions")]);
  await captions.setInputFiles("#f-file", { name: "a.vtt", mimeType: "text/vtt", buffer: Buffer.from("not captions") });
  await captions.click(".panel .button >> text=Add captions");
  assert.match(await captions.innerText("#f-file-problem"), /line 1/);
  await captions.setInputFiles("#f-file", { name: "a.vtt", mimeType: "text/vtt", buffer: Buffer.from("WEBVTT\n\n00:00.000 --> 00:30.000\n바람이 <i>분다</i>\n") });
  await captions.fill("#f-language", "ko");
  await captions.fill("#f-label", "한국어");
  await captions.click(".panel .button >> text=Add captions");
  await captions.waitForSelector(".rows .name >> text=한국어");
  await shoot(captions, "captions");
  await captions.close();
  await page.click("button[value=published]");
  await page.waitForURL(/with-captions-/, { waitUntil: "domcontentloaded" });
  await page.waitForSelector("[data-player] .controls");
  await page.locator(".controls button").first().focus();
  await page.keyboard.press("c");
  assert.equal(await page.getAttribute("button[data-captions]", "aria-label"), "Captions: 한국어");
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("video").textTracks[0].activeCues?.length === 1);
  await shoot(page, "player-captions", false);
  assert.deepEqual(problems().filter((p) => !/status of 400/.test(p)), []);
  await context.close();
});
