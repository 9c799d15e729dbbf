// Every page, in both themes, sizes and languages: no console error, no violation of the
// content policy or of what axe-core knows of accessibility, nothing wider than the screen.
// Pictures of all go to out/, for a person to look at.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { weigh } from "./weight.mjs";
import { api, barriers, begin } from "./world.mjs";

let world;
before(async () => { world = await begin(); mkdirSync("out", { recursive: true }); });
after(() => world?.end());

const strangers = {
  "home-stranger": "/", login: "/login", signup: "/signup", explore: "/explore", "search-empty": "/search",
  "search-posts": "/search?q=고양이", "search-people": "/search?q=a&type=users", "search-tags": "/search?q=c&type=tags",
  "search-none": "/search?q=zzzzqqqq", tag: "/tags/고양이", profile: "/@minji", followers: "/@minji/followers", following: "/@minji/following",
  "not-found": "/nothing/here", offline: "/offline", unsubscribe: "/unsubscribe?token=x", goodbye: "/goodbye",
};
const members = {
  home: "/", everyone: "/?tab=everyone", "for-you": "/?tab=for-you", tags: "/?tab=tags", "tag-member": "/tags/고양이", "settings-tags": "/settings/tags", "settings-not-interested": "/settings/not-interested", new: "/new", settings: "/settings", "settings-security": "/settings/security", "settings-two-factor": "/settings/two-factor", "settings-passkeys": "/settings/passkeys",
  "settings-sessions": "/settings/sessions", "settings-privacy": "/settings/privacy", "settings-notifications": "/settings/notifications", "settings-requests": "/settings/requests", "settings-muted": "/settings/muted",
  "settings-blocked": "/settings/blocked", "settings-data": "/settings/data", "settings-delete": "/settings/delete", drafts: "/me/drafts", scheduled: "/me/drafts?status=scheduled", calendar: "/me/drafts?view=calendar", stats: "/me/stats",
  bookmarks: "/bookmarks", messages: "/messages", "profile-own": "/@ada", "profile-media": "/@ada/media", "profile-likes": "/@ada/likes", "profile-other": "/@bob",
};

// the not found page is asked for on purpose
const expected = /status of 404/;

async function look(page, name, path, problems) {
  await page.goto(path);
  await page.screenshot({ path: `out/${name}.png` });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `${name} is wider than the screen`);
  const bad = problems().filter((p) => !(name.startsWith("not-found") && expected.test(p)));
  assert.deepEqual(bad, [], `${name} has problems`);
  assert.deepEqual(await barriers(page), [], `${name} has barriers`);
}

for (const theme of ["light", "dark"]) {
  for (const size of ["phone", "desk"]) {
    const lang = theme === "light" ? "ko" : "en";
    test(`strangers' pages, ${theme}, ${size}`, async () => {
      const { context, page, problems } = await world.visit({ lang, theme, size });
      for (const [name, path] of Object.entries(strangers)) {
        await look(page, `${name}-${size}-${theme}`, path, problems);
        assert.equal(await page.getAttribute("html", "lang"), lang, name);
      }
      await context.close();
    });
    test(`members' pages, ${theme}, ${size}`, async () => {
      const { context, page, problems } = await world.visit({ who: "ada", lang, theme, size });
      await api(page, "PATCH", "/api/auth/profile", { locale: lang });
      for (const [name, path] of Object.entries(members)) await look(page, `${name}-${size}-${theme}`, path, problems);
      assert.ok((await page.locator(".account .menu .face").boundingBox()).width > 30, "the menu of one's account is seen");
      const found = await api(page, "GET", "/api/posts?ordering=-comments_count&has_media=true&page_size=1");
      const talked = await api(page, "GET", `/api/posts/${found.body.results[0].id}/comments`);
      await look(page, `post-${size}-${theme}`, `/posts/${found.body.results[0].id}`, problems);
      await page.screenshot({ path: `out/post-whole-${size}-${theme}.png`, fullPage: true });
      await look(page, `thread-${size}-${theme}`, `/comments/${talked.body.results[0].id}`, problems);
      for (const kind of ["video", "audio"]) {
        const post = await api(page, "GET", `/api/posts?media_type=${kind}&page_size=1`);
        await look(page, `post-${kind}-${size}-${theme}`, `/posts/${post.body.results[0].id}`, problems);
      }
      const own = await api(page, "GET", "/api/posts?author=ada&has_media=true&page_size=1");
      await look(page, `edit-${size}-${theme}`, `/posts/${own.body.results[0].id}/edit`, problems);
      await context.close();
    });
  }
}

for (const [theme, size, lang] of [["light", "phone", "ko"], ["dark", "desk", "en"]]) {
  test(`pages of reporting and moderating, ${theme}, ${size}`, async () => {
    const bob = await world.visit({ who: "bob", lang, theme, size });
    await api(bob.page, "PATCH", "/api/auth/profile", { locale: lang });
    const found = await api(bob.page, "GET", "/api/posts?author=ada&page_size=2");
    const post = found.body.results[size === "phone" ? 0 : 1].id;
    await look(bob.page, `report-${size}-${theme}`, `/report?type=post&id=${post}`, bob.problems);
    await bob.page.check('input[value="spam"]');
    await bob.page.click("main form button");
    await bob.page.waitForSelector("main h1");
    await bob.context.close();

    const sora = await world.visit({ who: "sora", lang, theme, size });
    await api(sora.page, "PATCH", "/api/auth/profile", { locale: lang });
    await look(sora.page, `moderation-${size}-${theme}`, "/moderation", sora.problems);
    const reported = sora.page.locator(".case", { has: sora.page.locator(`a[href*="${post}"]`) });
    const at = () => reported.evaluate((one) => one === document.activeElement);
    for (let n = 0; n < 20 && !(await at()); n++) await sora.page.keyboard.press("j"); // by keys alone: the case, hide, a note
    await sora.page.keyboard.press("3");
    assert.equal(await reported.locator(".decide input:checked").inputValue(), "hide");
    assert.equal(await reported.locator(".decide select").isVisible(), false);
    await sora.page.keyboard.press("n");
    await sora.page.keyboard.type("Not here, please");
    await reported.locator(".decide button").click();
    await sora.page.waitForSelector("main .done");
    await look(sora.page, `moderation-log-${size}-${theme}`, "/moderation/log", sora.problems);
    await sora.context.close();

    const ada = await world.visit({ who: "ada", lang, theme, size });
    await api(ada.page, "PATCH", "/api/auth/profile", { locale: lang });
    await look(ada.page, `notices-${size}-${theme}`, "/notices", ada.problems);
    assert.match(await ada.page.textContent("main"), /Not here, please/);
    await ada.context.close();
  });
}

test("light and dark can be chosen over what the device shows, and stay", async () => {
  const { context, page } = await world.visit({ lang: "en", theme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto("/explore");
  const light = await paper();
  await page.click("footer button[value=dark]");
  await page.waitForURL("**/explore");
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto("/search");
  assert.equal(await paper(), dark);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.click("footer button[value=light]");
  await page.waitForURL("**/search");
  assert.equal(await paper(), light);
  await page.click("footer button[name=theme][value='']");
  await page.waitForURL("**/search");
  assert.equal(await paper(), dark);
  await context.close();
});

test("home and post are light: at most 60 KB but for media, and 4 requests before anything is seen", async () => {
  const { context, page } = await world.visit({ who: "ada" });
  const found = await api(page, "GET", "/api/posts?media_type=video&page_size=1");
  for (const path of ["/", `/posts/${found.body.results[0].id}`]) {
    const { bytes, before } = await weigh(context, page, path);
    assert.ok(bytes > 5_000 && bytes <= 60_000, `${path} weighs ${bytes} bytes`);
    assert.ok(before.length > 1 && before.length <= 4, `${path} is seen after ${before.join(" ")}`);
  }
  await context.close();
});

test("tabs stand in one line on a small English phone, all of them to be seen", async () => {
  const { context, page } = await world.visit({ who: "ada", size: "phone" });
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/", "/@ada", "/@bob", "/search?q=a", "/me/stats"]) {
    await page.goto(path);
    const { lines, room, wide } = await page.evaluate(() => {
      const tabs = document.querySelector("nav.tabs");
      return { lines: new Set([...tabs.children].map((a) => Math.round(a.getBoundingClientRect().bottom))).size, room: tabs.clientWidth, wide: tabs.scrollWidth };
    });
    assert.equal(lines, 1, `${path}: ${lines} lines`);
    assert.ok(wide <= room, `${path}: ${wide} px of tabs in ${room}`);
  }
  await context.close();
});
