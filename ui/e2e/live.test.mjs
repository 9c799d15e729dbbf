// What happens elsewhere while one looks at a page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

const write = (page, title) => api(page, "POST", "/api/posts", { title, content: "New." });

test("new posts are announced, and come when they are called; also after a sleep", async () => {
  const reader = await world.visit({ who: "ada" });
  const writer = await world.visit({ who: "bob" });
  const { page } = reader;
  await page.goto("/?tab=everyone");
  const listening = page.waitForResponse((r) => /\/api\/realtime$/.test(r.url()) && r.request().method() === "POST" && r.ok());
  await page.reload();
  await listening;
  await page.evaluate(() => scrollTo(0, 900));
  const at = await page.evaluate(() => scrollY);
  await write(writer.page, "Just in");
  await page.waitForSelector(".fresh .button:not([hidden])");
  assert.equal(await page.innerText(".fresh .button"), "1 new post");
  assert.equal(await page.evaluate(() => scrollY), at, "nothing moved");
  await shoot(page, "fresh", false);
  await page.evaluate(() => scrollTo(0, 900));
  await page.click(".fresh .button");
  await page.waitForFunction(() => document.querySelector(".card .title").textContent === "Just in");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Just in");

  await page.evaluate(() => { // the laptop is closed
    Object.defineProperty(document, "visibilityState", { get: () => window.asleep ? "hidden" : "visible", configurable: true });
    window.asleep = true;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await write(writer.page, "While you slept");
  await write(writer.page, "And another");
  assert.equal(await page.locator(".fresh .button:not([hidden])").count(), 0);
  await page.evaluate(() => { window.asleep = false; document.dispatchEvent(new Event("visibilitychange")); });
  await page.waitForSelector(".fresh .button:not([hidden])");
  assert.equal(await page.innerText(".fresh .button"), "2 new posts");
  assert.deepEqual(reader.problems(), []);
  await reader.context.close();
  await writer.context.close();
});

test("likes and comments of others are counted while one reads", async () => {
  const reader = await world.visit({ who: "ada" });
  const other = await world.visit({ who: "bob" });
  const { page } = reader;
  await page.addInitScript(() => { Navigator.prototype.setAppBadge = async (n) => { window.badge = n; }; });
  const made = await write(page, "To be liked");
  await page.goto(`/posts/${made.body.id}`);
  const views = () => api(other.page, "GET", `/api/collections/posts/records/${made.body.id}?fields=view_count`);
  const listening = page.waitForResponse((r) => /fields=likes_count/.test(r.url()));
  await page.reload();
  await listening;
  const before = (await views()).body.view_count;
  await api(other.page, "POST", `/api/posts/${made.body.id}/like`);
  await page.waitForFunction(() => document.querySelector(".like [data-count]").textContent === "1");
  assert.equal(await page.getAttribute(".acts .like", "aria-pressed"), "false", "the like is somebody else's");
  await api(other.page, "POST", `/api/posts/${made.body.id}/comments`, { content: "Nice" });
  await page.waitForFunction(() => document.querySelector("#comments-title").textContent === "1 comment");
  await api(other.page, "DELETE", `/api/posts/${made.body.id}/like`);
  await page.waitForFunction(() => document.querySelector(".like [data-count]").textContent === "0");
  assert.equal((await views()).body.view_count, before, "looking at the counts is no reading");
  await page.waitForFunction(() => /^\(\d+\+?\) /.test(document.title), "the bell rang");
  assert.ok(await page.evaluate(() => window.badge) > 0, "and the icon of the app says so");
  assert.deepEqual(reader.problems(), []);
  await reader.context.close();
  await other.context.close();
});

test("who leafs through pages as fast as they can reaches no limit", async () => {
  const limited = await begin({ env: { RATE_LIMITS: "on" } });
  const { page, problems, context } = await limited.visit({ who: "ada" });
  const paths = ["/", "/explore", "/?tab=everyone", "/@bob", "/notifications", "/bookmarks", "/settings", "/me/drafts"];
  for (let n = 0; n < 48; n++) await page.goto(paths[n % paths.length]);
  assert.deepEqual(problems(), []);
  await context.close();
  await limited.end();
});
