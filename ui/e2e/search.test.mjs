// Searching as one types, in a real browser: the box, its suggestions, earlier searches, what was meant, media.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

const box = "#q-top";
const list = "#q-top-suggestions";
const texts = (page) => page.locator(`${list} [role=option]`).allInnerTexts();

/** typed types into the box and waits for suggestions. */
async function typed(page, text) {
  await page.fill(box, "");
  const answered = page.waitForResponse((r) => r.url().includes(`/api/search/suggest?q=${encodeURIComponent(text)}`));
  await page.fill(box, text);
  await answered;
  await page.waitForSelector(`${list}:not([hidden])`);
}

test("half a syllable and initial consonants suggest, and the keyboard chooses", async () => {
  const { context, page, problems } = await world.visit({ lang: "ko" });
  await page.goto("/explore");
  assert.equal(await page.getAttribute(box, "role"), "combobox");
  assert.equal(await page.getAttribute(box, "aria-expanded"), "false");
  for (const text of ["고ㅇ", "ㄱㅇㅇ"]) {
    await typed(page, text);
    assert.match((await texts(page)).join("|"), /고양이/, text);
  }
  assert.equal(await page.getAttribute(box, "aria-expanded"), "true");
  assert.equal(await page.getAttribute(box, "aria-controls"), list.slice(1));
  assert.equal(await page.getAttribute(list, "role"), "listbox");
  const n = (await texts(page)).length;
  assert.ok(n > 0 && n <= 10);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getAttribute(box, "aria-activedescendant"), `${list.slice(1)}-0`);
  assert.equal(await page.getAttribute(`${list}-0`, "aria-selected"), "true");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.getAttribute(box, "aria-activedescendant"), null, "the box itself is a place of the round");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.getAttribute(box, "aria-activedescendant"), `${list.slice(1)}-${n - 1}`);
  await shoot(page, "search-suggestions", false);
  await page.keyboard.press("Escape");
  assert.equal(await page.isHidden(list), true);
  assert.equal(await page.inputValue(box), "ㄱㅇㅇ", "what was typed stays");
  assert.equal(await page.getAttribute(box, "aria-expanded"), "false");
  await typed(page, "고ㅇ");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tags\//, { waitUntil: "domcontentloaded" });
  assert.deepEqual(problems(), []);
  await context.close();
});

test("Enter without a choice searches what was typed, and what was meant is offered", async () => {
  const { context, page, problems } = await world.visit({ lang: "ko", size: "phone" });
  await page.goto("/search");
  await page.fill("#q", "rhdiddl");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=rhdiddl/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.innerText(".meant a"), "고양이");
  assert.ok(await page.locator(".card mark").count() > 0);
  await page.click(".meant a");
  await page.waitForURL((u) => u.searchParams.get("q") === "고양이", { waitUntil: "domcontentloaded" });
  await shoot(page, "search-found");
  await page.click(".tabs a[href*='type=media']");
  await page.waitForSelector(".shots li");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing sticks out");
  await shoot(page, "search-media");
  await page.click(".shots li a");
  await page.waitForURL(/\/@[^/]+\/.+/, { waitUntil: "domcontentloaded" });
  assert.deepEqual(problems(), []);
  await context.close();
});

test("near matches stand apart, behind what matches", async () => {
  const { context, page } = await world.visit({ lang: "en" });
  await page.goto(`/search?q=${encodeURIComponent("길고양이")}`);
  assert.equal(await page.locator("#near").count(), 1);
  assert.match(await page.innerText("#near"), /Near/);
  await shoot(page, "search-near");
  await context.close();
});

for (const script of [true, false]) {
  test(`earlier searches are shown and forgotten, ${script ? "with" : "without"} scripts`, async () => {
    const { context, page } = await world.visit({ who: script ? "ada" : "minji", script });
    for (const q of ["first thing", "second thing"]) await page.goto(`/search?q=${encodeURIComponent(q)}`);
    await page.goto("/search");
    const earlier = () => page.locator("#recent").locator("xpath=ancestor::section").locator("li a").allInnerTexts();
    assert.deepEqual((await earlier()).map((s) => s.trim()), ["second thing", "first thing"]);
    if (script) {
      await page.waitForSelector("#q[role=combobox]");
      await page.locator("#q").blur(); // an empty box begins with the focus
      await page.focus("#q");
      await page.waitForTimeout(500);
      assert.equal(await page.locator(".suggestions:visible").count(), 0, "the page shows them already");
      await shoot(page, "search-earlier", false);
      await page.goto("/explore");
      await page.focus("#q-top");
      await page.waitForSelector("#q-top-suggestions:not([hidden])");
      assert.match(await page.innerText("#q-top-suggestions"), /second thing/);
      await page.goto("/search");
    }
    await page.click(".earlier li button >> nth=0");
    await page.waitForLoadState("domcontentloaded");
    assert.deepEqual((await earlier()).map((s) => s.trim()), ["first thing"]);
    await page.click(".earlier header button");
    await page.waitForLoadState("domcontentloaded");
    assert.equal(await page.locator("#recent").count(), 0);
    await context.close();
  });
}
