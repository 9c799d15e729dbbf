// The same without scripts: forms and links do everything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

// the smallest GIF
const gif = { name: "dot.gif", mimeType: "image/gif", buffer: Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7", "base64") };

test("without scripts one signs in, writes, likes, comments, searches, signs out", async () => {
  const { context, page, problems } = await world.visit({ who: "ada", size: "phone", script: false });
  await page.goto("/new");
  await page.fill("#f-title", "By hand");
  await page.fill("#f-content", "No script was harmed.");
  await page.fill("#f-tags", "#plain #손으로");
  await page.setInputFiles(".pick input", gif);
  await page.click("button[value=published]");
  await page.waitForURL(/by-hand-/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.locator(".gallery img").count(), 1);
  assert.deepEqual(await page.locator(".post .tags a").allInnerTexts(), ["#plain", "#손으로"]);

  await page.click(".acts .like");
  assert.equal(await page.getAttribute(".acts .like", "aria-pressed"), "true");
  await page.fill("#say-new", "   ");
  await page.click("#comments > .say button");
  assert.match(await page.innerText("#say-new-problem"), /blank|required/i);
  await page.fill("#say-new", "First!");
  await page.click("#comments > .say button");
  const comment = page.locator(".comment", { hasText: "First!" });
  await comment.locator("summary", { hasText: "Reply" }).click();
  await comment.locator("textarea").first().fill("Second!");
  await comment.locator("form button", { hasText: "Reply" }).click();
  assert.equal(await page.locator(".replies .comment").count(), 1);

  await page.click('.owner a[href$="/edit"]');
  assert.equal(await page.inputValue("#f-title"), "By hand");
  await page.fill("[name^=alt_]", "A dot");
  await page.fill("#f-title", "By both hands");
  await page.click(".send .button");
  await page.waitForURL(/by-both-hands-/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.getAttribute(".gallery img", "alt"), "A dot");

  await page.goto("/@bob");
  const was = await page.getAttribute(".profile .follow button", "aria-pressed");
  await page.click(".profile .follow button");
  assert.notEqual(await page.getAttribute(".profile .follow button", "aria-pressed"), was);

  await page.goto("/?tab=everyone");
  const first = await page.locator(".card").first().getAttribute("id");
  await page.click("[data-next]");
  assert.equal(await page.locator(`#${first}`).count(), 0);

  await page.goto("/settings");
  await page.fill("#f-name", "Ada W.");
  await page.fill("#f-phone", "12");
  await page.click("#profile button");
  assert.equal(await page.inputValue("#f-name"), "Ada W.");
  assert.match(await page.innerText("#f-phone-problem"), /phone/i);
  await page.fill("#f-phone", "010-1234-5678");
  await page.click("#profile button");
  assert.equal(await page.inputValue("#f-phone"), "+821012345678");
  await page.setInputFiles("#f-picture", gif);
  await page.click("#picture button >> nth=0");
  assert.match(await page.innerText(".done"), /picture/i);

  await page.click(".menu summary");
  await page.click(".menu button");
  await page.goto("/settings");
  assert.match(page.url(), /\/login\?next=%2Fsettings/);
  assert.deepEqual(problems().filter((p) => !/status of 400/.test(p)), []);
  await context.close();
});

test("without scripts players are the browser's own", async () => {
  const { context, page } = await world.visit({ script: false });
  const found = await (await context.request.get("/api/posts?media_type=video&page_size=1")).json();
  await page.goto(`/posts/${found.results[0].id}`);
  assert.notEqual(await page.getAttribute("video", "controls"), null);
  assert.equal(await page.locator("[data-share]:visible").count(), 0);
  await context.close();
});
