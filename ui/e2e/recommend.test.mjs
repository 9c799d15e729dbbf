// Recommendations, followed tags and the tabs of Home, as a reader meets them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { api, begin, shoot } from "./world.mjs";

let world;

async function call(path, body, token = "") {
  const answer = await fetch(world.url + path, { method: "POST", headers: { "Content-Type": "application/json", Authorization: token }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

before(async () => {
  world = await begin();
  execFileSync(process.env.MADANG, ["superuser", "upsert", "root@example.com", "operators 2026", "--dir", world.dir], { stdio: "ignore", cwd: world.dir });
  const { token } = await call("/api/collections/_superusers/auth-with-password", { identity: "root@example.com", password: "operators 2026" });
  await call("/api/crons/recommend.refresh", {}, token); // it would come within ten minutes
});
after(() => world?.end());

/** learnt waits until something is recommended for what the page's person likes. */
async function learnt(page) {
  for (let tries = 0; tries < 100; tries++) {
    const { body } = await api(page, "GET", "/api/posts/for-you?page_size=50");
    if (body.results.some((p) => p.reason.type === "liked")) return;
    await page.waitForTimeout(200);
  }
  assert.fail("nothing is recommended for what they like");
}

test("Home has tabs; what is recommended says why, and can be sent away and taken back", async () => {
  const { context, page, problems } = await world.visit({ who: "junho", lang: "ko" });
  await learnt(page);
  await page.goto("/");
  assert.deepEqual(await page.locator(".tabs a").allInnerTexts(), ["팔로잉", "추천", "태그", "전체"]);
  await page.click(".tabs a >> text=추천");
  await page.waitForURL(/tab=for-you/);
  assert.equal(await page.getAttribute(".tabs [aria-current]", "href"), "/?tab=for-you");
  assert.match((await page.locator(".why > span").allInnerTexts()).join("\n"), /‘.+’ 글을 좋아해서/);
  await shoot(page, "for-you", false);

  const shown = await page.locator(".recommended").count();
  const first = page.locator(".recommended").first();
  const id = await first.getAttribute("id");
  await first.locator("summary").first().click();
  await shoot(page, "for-you-menu", false);
  await first.locator("text=이 글에 관심 없음").click();
  await page.waitForSelector(".note.dismissed");
  assert.equal(await page.locator(`#${id}`).isVisible(), false);
  await shoot(page, "for-you-dismissed", false);
  await page.click(".note.dismissed button");
  await page.waitForSelector(`#${id}`, { state: "visible" });

  const author = await page.locator(`#${id}`).getAttribute("data-author");
  await page.locator(`#${id} summary`).first().click();
  await page.locator(`#${id} [data-dismiss*='/users/'] button`).click();
  await page.waitForSelector(".note.dismissed");
  assert.equal(await page.locator(`.recommended[data-author='${author}']:visible`).count(), 0, "others of the same person stay");
  await page.goto("/?tab=for-you");
  assert.equal(await page.locator(`.recommended[data-author='${author}']`).count(), 0);
  assert.ok(shown > 10);

  await page.goto("/settings/not-interested");
  assert.equal(await page.locator(".rows li").count(), 1);
  await shoot(page, "not-interested");
  await page.click(".rows button");
  await page.waitForSelector(".empty");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("the list goes on without scripts, and something is sent away by a form", async () => {
  const { context, page, problems } = await world.visit({ who: "lena", script: false });
  await page.goto("/?tab=for-you");
  const ids = await page.locator(".recommended").evaluateAll((all) => all.map((one) => one.id));
  await page.click("a[rel=next]");
  const more = await page.locator(".recommended").evaluateAll((all) => all.map((one) => one.id));
  assert.ok(more.length > 0 && !more.some((one) => ids.includes(one)), "a post stands on two pages");
  await page.goto("/?tab=for-you");
  const gone = await page.locator(".recommended").first().getAttribute("id");
  await page.locator(".recommended summary").first().click();
  await page.locator(".recommended [data-dismiss*='/posts/'] button").first().click();
  await page.waitForURL(/tab=for-you/);
  assert.equal(await page.locator(`#${gone}`).count(), 0);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a tag is followed, and its posts gather on Home", async () => {
  const { context, page, problems } = await world.visit({ who: "theo" });
  await page.goto("/?tab=tags");
  await page.waitForSelector(".empty");
  await page.goto("/explore");
  await page.locator(".tags a").first().click();
  await page.waitForURL(/\/tags\//);
  const tag = await page.innerText("h1");
  const before = Number(await page.innerText("[data-followers]"));
  await Promise.all([page.waitForResponse((r) => /\/follow$/.test(r.url())), page.click(".tag-head button")]);
  await page.waitForFunction((n) => document.querySelector("[data-followers]").textContent === String(n), before + 1);
  assert.match(await page.innerText(".tag-head button"), /^Following/);
  await shoot(page, "tag-followed", false);
  await page.goto("/?tab=tags");
  assert.ok(await page.locator(".card").count() > 0);
  for (const card of await page.locator(".card").all()) assert.ok((await card.locator(".tags").innerText()).includes(tag));
  await page.goto("/settings/tags");
  assert.ok((await page.innerText(".rows")).includes(tag));
  await page.click(".rows button");
  await page.waitForSelector(".empty");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a post has related ones below it", async () => {
  const { context, page, problems } = await world.visit();
  await page.goto("/");
  const found = await api(page, "GET", "/api/posts?ordering=-likes_count&page_size=1");
  await page.goto(`/posts/${found.body.results[0].id}`);
  assert.ok(await page.locator(".related li").count() > 1);
  await shoot(page, "related");
  const there = page.url();
  await page.locator(".related a").first().click();
  await page.waitForURL((u) => u.href !== there);
  await page.waitForSelector("article.post");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("recommendations are turned off", async () => {
  const { context, page, problems } = await world.visit({ who: "bob" });
  await page.goto("/settings/privacy");
  await shoot(page, "privacy-feeds");
  await page.uncheck("[type=checkbox][name=recommend]");
  await page.click("form[action='/settings/feeds'] button");
  await page.waitForURL(/done=feeds/);
  assert.equal(await page.isChecked("[type=checkbox][name=recommend]"), false);
  assert.equal(await page.isChecked("[type=checkbox][name=tags]"), true);
  await page.goto("/?tab=for-you");
  assert.match(await page.innerText("main"), /turned recommendations off/);
  assert.equal(await page.locator(".recommended").count(), 0);
  assert.deepEqual(problems(), []);
  await context.close();
});
