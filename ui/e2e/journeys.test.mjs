// What people come to do, in a real browser on the real binary.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import zlib from "node:zlib";
import { api, begin } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

/** png is a small picture of one colour. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(sum(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 120)]);
  const pixels = zlib.deflateSync(Buffer.concat(Array(height).fill(row)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

// sum is CRC-32 (Node 20 has none of its own before 20.15).
function sum(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let c = ~0;
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
  return ~c >>> 0;
}

const picture = () => ({ name: "yard.png", mimeType: "image/png", buffer: png(320, 200) });

test("sign up, post a picture, see it on home", async () => {
  const { context, page, problems } = await world.visit();
  await page.goto("/signup");
  await page.fill("#f-username", "wren");
  await page.fill("#f-email", "wren@example.com");
  await page.fill("#f-password", "12345678");
  await page.fill("#f-password_confirm", "12345678");
  await page.click(".door form button");
  assert.match(await page.textContent("#f-password-problem"), /digits/i);
  assert.equal(await page.inputValue("#f-username"), "wren", "what was typed is kept");
  assert.equal(await page.inputValue("#f-password"), "", "passwords are not");
  await page.fill("#f-password", "feathers and twigs");
  await page.fill("#f-password_confirm", "feathers and twigs");
  await page.click(".door form button");
  await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });

  await page.goto("/new");
  await page.fill("#f-title", "The yard in winter");
  await page.fill("#f-content", "Snow on **everything**.");
  await page.setInputFiles(".pick input", picture());
  await page.waitForSelector("[data-files] input[name=media]", { state: "attached" });
  await page.fill("[data-files] input[name^=alt_]", "A grey yard");
  await page.fill("#f-tags", "winter, snow");
  await page.click("button[value=published]");
  await page.waitForURL(/@wren\/the-yard-in-winter-[a-z0-9]{15}$/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.innerText(".prose strong"), "everything");
  const shown = page.locator(".gallery img");
  assert.equal(await shown.getAttribute("alt"), "A grey yard");
  await page.waitForFunction(() => document.querySelector(".gallery img").naturalWidth === 320);

  await page.goto("/");
  assert.equal(await page.innerText(".card .title"), "The yard in winter");
  await page.locator(".gallery a").click();
  assert.equal(await page.innerText("dialog figcaption"), "A grey yard");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.deepEqual(problems().filter((p) => !/status of 400/.test(p)), []);
  await context.close();
});

test("each upload shows how far it is, and says what is wrong with a file", async () => {
  const { context, page, problems } = await world.visit({ who: "bob" });
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route("**/api/media/uploads", async (r) => { await held; await r.continue(); });
  await page.goto("/new");
  await page.setInputFiles(".pick input", [picture(), { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hi") }]);
  await page.waitForSelector("progress");
  assert.match(await page.innerText("[data-files]"), /can't be uploaded/);
  await page.fill("#f-title", "Too early");
  await page.fill("#f-content", "…");
  await page.click("button[value=published]");
  assert.match(await page.innerText("[data-waiting]"), /still uploading/);
  release();
  await page.waitForSelector("[data-files] input[name=media]", { state: "attached" });
  await page.unroute("**/api/media/uploads");
  await page.setInputFiles(".pick input", { name: "liar.png", mimeType: "image/png", buffer: Buffer.from("not a picture at all") });
  await page.waitForSelector("[data-files] .problem >> text=/.+/");
  assert.deepEqual(problems().filter((p) => !/status of 4(00|15)/.test(p)), []);
  await context.close();
});

test("play the film and seek to its middle", async () => {
  const { context, page, problems } = await world.visit({ lang: "ko" });
  await page.goto("/search");
  const found = await api(page, "GET", "/api/posts?media_type=video&page_size=1");
  await page.goto(`/posts/${found.body.results[0].id}`);
  await page.click(".big-play");
  const at = () => page.evaluate(() => document.querySelector("video").currentTime);
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.2);
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("video").paused);
  await page.locator(".controls .seek").fill("500");
  const half = found.body.results[0].media[0].duration / 2;
  await page.waitForFunction(() => !document.querySelector("video").seeking);
  assert.ok(Math.abs((await at()) - half) < 0.3, `at ${await at()}, not ${half}`);
  assert.equal(await page.getAttribute(".controls button", "aria-label"), "재생");
  await page.locator(".controls button").first().focus();
  const before = await at();
  await page.keyboard.press("ArrowLeft");
  assert.ok((await at()) < before);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("like, keep, follow; taken back when the server can't be reached", async () => {
  const { context, page, problems } = await world.visit({ who: "ada" });
  await page.goto("/@junho");
  const follow = page.locator(".profile .follow button");
  const was = await follow.getAttribute("aria-pressed");
  await follow.click();
  await page.locator(`.profile .follow button[aria-pressed=${was !== "true"}]`).waitFor();
  const like = page.locator(".card .like:not([aria-pressed=true])").first();
  const id = await like.evaluate((b) => b.closest(".card").id);
  const button = page.locator(`#${id} .like`);
  const count = Number(await button.locator("[data-count]").getAttribute("data-count"));
  const [answer] = await Promise.all([page.waitForResponse(/\/like$/), button.click()]);
  assert.equal(answer.status(), 201);
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  assert.equal(Number(await button.locator("[data-count]").getAttribute("data-count")), count + 1);
  await Promise.all([page.waitForResponse(/\/bookmark$/), page.click(`#${id} .keep`)]);
  await page.reload();
  assert.equal(await button.getAttribute("aria-pressed"), "true", "the like is kept");
  assert.equal(await page.getAttribute(".profile .follow button", "aria-pressed"), String(was !== "true"), "so is the follow");
  await page.goto("/bookmarks");
  assert.equal(await page.locator(`#${id}`).count(), 1);
  assert.deepEqual(problems(), []);

  await context.setOffline(true);
  await button.click();
  await page.waitForSelector("#toast:not(:empty)");
  assert.equal(await button.getAttribute("aria-pressed"), "true", "rolled back");
  await context.close();
});

test("comment, reply, edit and delete without leaving the page", async () => {
  const { context, page, problems } = await world.visit({ who: "minji", lang: "ko" });
  await page.goto("/@ada");
  await page.click(".card .title a >> nth=0");
  await page.waitForSelector("#comments");
  await page.evaluate(() => { window.here = true; });
  await page.fill("#say-new", "정말 좋네요\n둘째 줄");
  await page.click("#comments > .say button");
  const mine = page.locator(".comment", { hasText: "정말 좋네요" }).last();
  await mine.waitFor();
  assert.equal(await mine.locator(".words br").count(), 1);
  await mine.locator("summary", { hasText: "답글" }).click();
  await mine.locator("textarea").first().fill("나도요");
  await mine.locator("form button", { hasText: "답글" }).click();
  const reply = page.locator(".replies .comment", { hasText: "나도요" });
  await reply.waitFor();
  await reply.locator("summary", { hasText: "수정" }).click();
  await reply.locator("textarea").fill("나도 그래요");
  await reply.locator("form button", { hasText: "저장" }).click();
  await page.locator(".replies .comment", { hasText: "나도 그래요" }).waitFor();
  await page.locator(".replies .comment summary", { hasText: "삭제" }).first().click();
  await page.locator(".replies .comment .confirm[open] button").click();
  await page.waitForFunction(() => !document.body.innerText.includes("나도 그래요"));
  assert.equal(await page.evaluate(() => window.here), true, "the page was never left");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("search 고양이: hits are marked", async () => {
  const { context, page, problems } = await world.visit({ lang: "ko" });
  await page.goto("/");
  await page.fill("#q-top", "고양이");
  await page.press("#q-top", "Enter");
  await page.waitForURL(/\/search\?q=/, { waitUntil: "domcontentloaded" });
  assert.ok((await page.locator(".card mark", { hasText: "고양이" }).count()) > 0);
  await page.click(".tabs a:nth-child(3)");
  assert.match(await page.innerText(".taglist"), /#고양이/);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("the language is changed at the foot, for strangers and members", async () => {
  const { context, page, problems } = await world.visit({ lang: "en" });
  await page.goto("/explore");
  await page.click(".langs [value=ko]");
  await page.waitForSelector("html[lang=ko]");
  assert.equal(new URL(page.url()).pathname, "/explore");
  await page.goto("/");
  assert.match(await page.innerText("h1"), /마당/);
  await page.click(".langs [value=en]");
  await page.waitForSelector("html[lang=en]");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a private post is unreachable for another, and so are its files", async () => {
  const owner = await world.visit({ who: "ada" });
  await owner.page.goto("/new");
  await owner.page.fill("#f-title", "Only for me");
  await owner.page.fill("#f-content", "secret words nobody else reads");
  await owner.page.setInputFiles(".pick input", picture());
  await owner.page.waitForSelector("[data-files] input[name=media]", { state: "attached" });
  await owner.page.check("[name=visibility][value=private]");
  await owner.page.click("button[value=published]");
  await owner.page.waitForURL(/only-for-me/, { waitUntil: "domcontentloaded" });
  const address = new URL(owner.page.url()).pathname;
  const id = address.slice(-15);
  const file = new URL(await owner.page.getAttribute(".gallery a", "href"), world.url);
  assert.equal(await owner.page.locator("meta[name=robots][content=noindex]").count(), 1);
  for (const who of [undefined, "bob"]) {
    const other = await world.visit({ who });
    for (const path of [address, `/posts/${id}`, `/posts/${id}/edit`, file.pathname]) {
      const answer = await other.context.request.get(path, { headers: { Accept: "text/html" }, maxRedirects: who || !path.endsWith("edit") ? 5 : 0 });
      assert.ok([404, 303].includes(answer.status()), `${who} gets ${answer.status()} of ${path}`);
      assert.doesNotMatch(await answer.text(), /secret words/);
    }
    await other.page.goto("/search?q=secret+words+nobody");
    assert.doesNotMatch(await other.page.innerText("main"), /Only for me/);
    await other.page.goto("/@ada");
    assert.doesNotMatch(await other.page.innerText("main"), /Only for me/);
    await other.context.close();
  }
  await owner.context.close();
});

test("edit and delete a post", async () => {
  const { context, page, problems } = await world.visit({ who: "bob" });
  await page.goto("/new");
  await page.fill("#f-title", "First try");
  await page.fill("#f-content", "Words.");
  await page.setInputFiles(".pick input", picture());
  await page.waitForSelector("[data-files] input[name=media]", { state: "attached" });
  await page.click("button[value=draft]");
  await page.waitForURL(/first-try/, { waitUntil: "domcontentloaded" });
  assert.match(await page.innerText(".note"), /draft/);
  await page.click('.owner a[href$="/edit"]');
  await page.fill("#f-title", "Second try");
  await page.click("[data-files] .plain");
  await page.click("button[value=published]");
  await page.waitForURL(/second-try/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.locator(".gallery").count(), 0);
  await page.click(".owner summary");
  await page.click(".owner .danger");
  await page.waitForURL(/\/@bob$/, { waitUntil: "domcontentloaded" });
  assert.doesNotMatch(await page.innerText("main"), /Second try/);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a list goes on near its end, no post twice", async () => {
  const { context, page, problems } = await world.visit();
  await page.goto("/?tab=everyone");
  await page.locator(".pager").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelectorAll(".card").length > 20);
  const ids = await page.locator(".card").evaluateAll((cards) => cards.map((c) => c.id));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a form from another site signs nobody in", async () => {
  const { context, page } = await world.visit();
  const answer = await context.request.post("/login", {
    headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://elsewhere.example", Accept: "text/html" },
    form: { identity: "ada", password: "whatever it is" },
  });
  assert.equal(answer.status(), 403);
  await page.goto("/login?next=//elsewhere.example/");
  assert.equal(await page.inputValue("[name=next]"), "");
  await context.close();
});
