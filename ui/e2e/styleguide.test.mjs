// What the site is made of, and its mails, in both languages and themes: no barrier, nothing wider than a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { barriers, begin, shoot, sizes } from "./world.mjs";

let world;
before(async () => { world = await begin({ flags: ["--dev"] }); });
after(() => world?.end());

for (const [lang, theme, size] of [["ko", "light", "phone"], ["en", "dark", "desk"], ["ko", "dark", "phone"]]) {
  test(`the style guide, ${lang}, ${theme}, ${size}`, async () => {
    const { context, page, problems } = await world.visit({ who: "ada", lang, theme, size });
    await page.goto(`/styleguide?lang=${lang}`, { waitUntil: "networkidle" });
    assert.deepEqual(await barriers(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    assert.equal(await page.locator("td:has-text('✗')").count(), 0);
    assert.deepEqual(problems(), []);
    if (theme === "light") await shoot(page, "styleguide");
    await context.close();
  });
}

for (const [lang, theme, size] of [["ko", "light", "phone"], ["en", "dark", "phone"], ["en", "light", "desk"]]) {
  test(`every mail, ${lang}, ${theme}, ${size}`, async () => {
    const { context, page, problems } = await world.visit({ lang, theme, size });
    await page.goto("/styleguide");
    const paths = await page.locator(".letters h3 a:first-child").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    assert.ok(paths.length >= 12);
    for (const path of paths) {
      await page.goto(`${path}?lang=${lang}`);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.ok(await page.evaluate((wide) => document.documentElement.scrollWidth <= wide, sizes[size].width), path);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(paper, theme === "dark" ? "rgb(21, 23, 22)" : "rgb(251, 250, 247)");
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/mail-${path.split("/").pop()}-${lang}-${theme}-${size}.png`, fullPage: true });
    }
    assert.deepEqual(problems(), []);
    await context.close();
  });
}

test("nobody sees it where the program isn't developed", async () => {
  const other = await begin();
  const { page } = await other.visit();
  assert.equal((await page.goto("/styleguide")).status(), 404);
  await other.end();
});
