// The place as an app: it can be installed, says so when there is no connection, takes what is shared, and asks for push.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, barriers, begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

const working = (page) => page.evaluate(async () => { await navigator.serviceWorker.ready; while (!navigator.serviceWorker.controller) await new Promise((done) => { setTimeout(done, 20); }); });

test("the manifest is whole, in both languages", async () => {
  const { page, problems, context } = await world.visit({ lang: "ko" });
  await page.goto("/");
  const address = await page.getAttribute("link[rel=manifest]", "href");
  const ko = await (await page.request.get(address)).json();
  const en = await (await page.request.get(address.replace("lang=ko", "lang=en"))).json();
  assert.equal(ko.lang, "ko");
  assert.notEqual(ko.description, en.description);
  assert.ok(ko.name && ko.display === "standalone" && ko.start_url === "/" && ko.share_target.action === "/share" && ko.shortcuts.length === 3);
  assert.ok(ko.icons.some((i) => i.purpose === "maskable" && i.sizes === "512x512"));
  for (const { src, type } of [...ko.icons, ...ko.shortcuts.flatMap((s) => s.icons)]) {
    const answer = await page.request.get(src);
    assert.ok(answer.ok() && answer.headers()["content-type"].startsWith(type), src);
  }
  const session = await context.newCDPSession(page);
  const { errors } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.deepEqual(problems(), []);
  await context.close();
});

for (const lang of ["en", "ko"]) {
  test(`without a connection there is a page that says so (${lang})`, async () => {
    const { page, context } = await world.visit({ lang, who: lang === "ko" ? "minji" : "ada" });
    await page.goto("/explore");
    await working(page);
    await page.waitForFunction(async () => Boolean(await caches.match("/lang", { cacheName: "madang-state" })));
    await context.setOffline(true);
    await page.goto("/search?q=cat");
    await page.getByRole("heading", { name: lang === "ko" ? "오프라인이에요" : "You are offline" }).waitFor();
    assert.equal(await page.locator(".bell[data-live]").count(), 0, "nobody's page is kept");
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.querySelector(".button.wide")).backgroundColor), "rgba(0, 0, 0, 0)", "the style is kept");
    await shoot(page, `offline-${lang}`, false);
    const kept = await page.evaluate(async () => {
      const all = [];
      for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) all.push(new URL(r.url).pathname);
      return all;
    });
    assert.ok(kept.every((p) => /^\/(assets\/|offline$|lang$)/.test(p)), `kept: ${kept}`);
    await context.setOffline(false);
    await page.locator(".bell[data-live]").waitFor(); // by itself
    await context.close();
  });
}

test("what another app shares is in the composer", async () => {
  const { page, problems, context } = await world.visit({ who: "ada" });
  await page.goto("/explore");
  await working(page);
  await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 40;
    const picture = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/share", enctype: "multipart/form-data" });
    for (const [name, value] of Object.entries({ title: "A find", text: "Look at this", url: "https://example.org/a" })) form.append(Object.assign(document.createElement("input"), { name, value }));
    const files = Object.assign(document.createElement("input"), { type: "file", name: "files" });
    const moved = new DataTransfer();
    moved.items.add(new File([picture], "shared.png", { type: "image/png" }));
    files.files = moved.files;
    form.append(files);
    document.body.append(form);
    form.submit();
  });
  await page.locator("[data-compose]").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("[data-files] > li").length === 1);
  await page.waitForFunction(() => document.querySelectorAll("[name=media]").length === 1);
  assert.equal(await page.inputValue("#f-title"), "A find");
  assert.equal(await page.inputValue("#f-content"), "Look at this\n\nhttps://example.org/a");
  await page.waitForURL(/\/posts\/\w+\/edit/, { waitUntil: "commit" }).catch(() => {});
  assert.equal(await page.evaluate(() => caches.has("madang-shared")), false, "the picture is kept once");
  await shoot(page, "shared", false);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("the settings of notifications, without scripts", async () => {
  const { page, context } = await world.visit({ who: "bob", script: false });
  await page.goto("/settings/notifications");
  await page.uncheck("input[name=push][value=like]");
  await page.uncheck("input[name=mail][value=follow]");
  assert.equal(await page.isDisabled("input[name=bell][value=moderation]"), true);
  await page.fill("[name=quiet_from]", "22:00");
  await page.click(".save button");
  assert.match(await page.innerText("#f-quiet_until-problem"), /Cannot be blank/);
  assert.equal(await page.isChecked("input[name=push][value=like]"), false, "what was chosen stays");
  await page.fill("[name=quiet_until]", "07:30");
  await page.fill("[name=time_zone]", "Asia/Seoul");
  await page.check("[name=digest][value=weekly]");
  await page.click(".save button");
  await page.waitForURL(/done=notifications/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.isChecked("input[name=push][value=like]"), false);
  assert.equal(await page.isChecked("input[name=push][value=reply]"), true);
  assert.equal(await page.isChecked("[name=digest][value=weekly]"), true);
  assert.equal(await page.inputValue("[name=quiet_until]"), "07:30");
  await shoot(page, "notification-settings");
  await context.close();
});

test("push is asked for, and a no is heard", async () => {
  const { page, problems, context } = await world.visit({ who: "ada" });
  await page.goto("/settings/notifications");
  await page.locator("[data-push-on]").waitFor();
  const key = (await api(page, "GET", "/api/push/key")).body.public_key;
  assert.equal(Buffer.from(key, "base64url").length, 65);
  await context.grantPermissions(["notifications"], { origin: world.url });
  await page.click("[data-push-on]"); // there is no push service to reach in a test
  await page.waitForFunction(() => document.querySelector("[data-push-state]").textContent !== "" || document.querySelector("[data-push-off]:not([hidden])"));
  await shoot(page, "push");
  assert.deepEqual(problems().filter((p) => !/push/i.test(p)), []);
  await context.close();
});

test("the hint to install comes after a dozen pages, once, and a no is kept; the settings have the button always", async () => {
  const { page, problems, context } = await world.visit({ who: "ada" });
  const may = () => page.evaluate(async () => { // as Chromium says it where the place can be installed
    window.asked = 0;
    const event = new Event("beforeinstallprompt", { cancelable: true });
    event.prompt = () => { window.asked++; };
    dispatchEvent(event);
    await new Promise((done) => { setTimeout(done, 100); });
    return event.defaultPrevented;
  });
  await page.goto("/explore");
  assert.ok(await may(), "the browser's own hint is held back");
  assert.equal(await page.locator(".install").count(), 0, "not on the first page");
  await page.evaluate(() => localStorage.setItem("madang:install", "11"));
  await page.goto("/explore");
  await may();
  await page.locator(".install").waitFor();
  await shoot(page, "install", false);
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("button", { name: "No, thanks" }).click();
  await page.goto("/explore");
  await may();
  assert.equal(await page.locator(".install").count(), 0, "a no is kept");
  await page.goto("/settings/notifications");
  await may();
  await page.click("[data-install]");
  assert.equal(await page.evaluate(() => window.asked), 1);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a new version is told of, and begins when one says so", async () => {
  const { page, problems, context } = await world.visit({ who: "bob", lang: "ko" });
  await context.addInitScript(() => { // another address of the worker stands for another version
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = function again() { return register.call(this, `/sw.js?${localStorage.getItem("version") ?? ""}`); };
  });
  await page.goto("/explore");
  await working(page);
  await page.evaluate(() => localStorage.setItem("version", "2"));
  await page.goto("/explore");
  const bar = page.locator(".renew");
  await bar.waitFor();
  await shoot(page, "update", false);
  assert.deepEqual(await barriers(page), []);
  await page.goto("/bookmarks");
  await bar.waitFor(); // as long as it waits
  await Promise.all([page.waitForEvent("load"), bar.getByRole("button").click()]);
  await page.waitForFunction(async () => !(await navigator.serviceWorker.getRegistration()).waiting);
  assert.equal(await bar.count(), 0);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("strangers see the same page without a connection, in the language of their browser", async () => {
  const { page, context } = await world.visit({ lang: "ko", size: "phone" });
  await page.goto("/");
  await working(page);
  await page.waitForFunction(async () => Boolean(await caches.match("/lang", { cacheName: "madang-state" })));
  await context.setOffline(true);
  await page.goto("/explore");
  await page.getByRole("heading", { name: "오프라인이에요" }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.locator(".nav a[href='/login']").or(page.locator(".nav a[href^='/login?']")).waitFor(); // the frame is a stranger's
  await context.setOffline(false);
  await page.locator(".feed, .empty").first().waitFor(); // by itself
  await context.close();
});
