// Devices, privacy, one's data and the way out, on the settings' pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, begin, password, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

test("a device is signed out from another, then all others", async () => {
  const here = await world.visit({ who: "minji", lang: "ko" });
  const others = [await world.visit({ who: "minji" }), await world.visit({ who: "minji", script: false })];
  await here.page.goto("/settings/sessions");
  assert.match(await here.page.innerText(".rows"), /Linux의 Chrome/);
  assert.equal(await here.page.locator(".rows .badge").count(), 1, "this one is marked");
  await shoot(here.page, "sessions");
  await here.page.click(".rows button >> nth=0");
  await here.page.waitForURL(/done=session_ended/, { waitUntil: "domcontentloaded" });
  await here.page.click("form[action='/settings/sessions/end'] button");
  await here.page.waitForURL(/done=sessions_ended/, { waitUntil: "domcontentloaded" });
  assert.equal(await here.page.locator(".rows button").count(), 0);
  for (const { page, context } of others) {
    await page.goto("/settings");
    assert.match(page.url(), /\/login/);
    await context.close();
  }
  assert.deepEqual(here.problems(), []);
  await here.context.close();
});

for (const script of [true, false]) {
  test(`followers are approved, ${script ? "with" : "without"} scripts`, async () => {
    const [owner, fan] = script ? ["ada", "bob"] : ["bob", "ada"];
    const him = await world.visit({ who: owner });
    await him.page.goto("/settings/privacy");
    await him.page.check("[name=approves_followers]");
    await him.page.click("main form button");
    await him.page.waitForURL(/done=privacy/, { waitUntil: "domcontentloaded" });
    assert.ok(await him.page.isChecked("[name=approves_followers]"));

    const her = await world.visit({ who: fan, script });
    await her.page.goto(`/@${owner}`);
    const button = her.page.locator(".profile .follow button");
    const press = async () => {
      await Promise.all([script ? her.page.waitForResponse((r) => /\/follow$/.test(r.url())) : her.page.waitForNavigation(), button.click()]);
    };
    if ((await button.innerText()).includes("Following")) await press();
    await press();
    await her.page.waitForFunction(() => /Requested/.test(document.querySelector(".profile .follow button").textContent)).catch(() => {});
    assert.match(await button.innerText(), /Requested/);
    if (script) await shoot(her.page, "profile-requested", false);
    await press();
    assert.match(await button.innerText(), /^Follow\b(?!ing)/);
    await press();
    await him.page.goto("/settings/requests");
    assert.match(await him.page.innerText(".people"), new RegExp(`@${fan}`));
    if (script) await shoot(him.page, "requests");
    await him.page.click("button[value=accept]");
    await him.page.waitForURL(/done=accepted/, { waitUntil: "domcontentloaded" });
    await her.page.reload();
    assert.match(await button.innerText(), /Following/);
    assert.deepEqual([...him.problems(), ...her.problems()], []);
    await him.context.close();
    await her.context.close();
  });
}

test("people are muted and blocked from their page, and let go from the list", async () => {
  const { context, page, problems } = await world.visit({ who: "ada", lang: "ko" });
  await api(page, "PATCH", "/api/auth/profile", { locale: "ko" });
  for (const [nth, list] of ["muted", "blocked"].entries()) {
    await page.goto("/@minji");
    await page.click(".profile .menu summary");
    if (nth === 0) await shoot(page, "profile-menu", false);
    await page.click(`.profile .menu button >> nth=${nth}`);
    await page.waitForSelector(".note");
    if (nth === 1) await shoot(page, "profile-blocked", false);
    await page.goto("/settings/privacy");
    if (nth === 1) await shoot(page, "privacy");
    await page.click(`a[href='/settings/${list}']`);
    await page.waitForSelector(".person");
    if (nth === 1) await shoot(page, "blocked");
    await page.click(".person form button");
    await page.waitForSelector(".empty");
  }
  await api(page, "PATCH", "/api/auth/profile", { locale: "" });
  assert.deepEqual(problems(), []);
  await context.close();
});

test("one's data is downloaded; somebody leaves for good", async () => {
  const { context, page, problems } = await world.visit({ lang: "ko" });
  await page.goto("/signup");
  for (const [field, text] of Object.entries({ username: "wren", email: "wren@example.com", password, password_confirm: password })) await page.fill(`#f-${field}`, text);
  await page.click(".door form button");
  await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });
  await page.goto("/settings/data");
  await shoot(page, "data");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("a[href='/settings/data/download']")]);
  assert.match(file.suggestedFilename(), /^madang-wren-\d{8}\.zip$/);
  let size = 0;
  for await (const piece of await file.createReadStream()) size += piece.length;
  assert.ok(size > 500);
  await page.click("a[href='/settings/delete']");
  await shoot(page, "leave");
  await page.fill("#f-password", "wrong");
  await page.click(".danger");
  assert.match(await page.innerText("#f-password-problem"), /비밀번호/);
  await page.fill("#f-password", password);
  await page.click(".danger");
  await page.waitForURL((u) => u.pathname === "/goodbye", { waitUntil: "domcontentloaded" });
  await shoot(page, "goodbye");
  const gone = await page.goto("/@wren");
  assert.equal(gone.status(), 404);
  assert.deepEqual(problems().filter((p) => !/status of 40[04]/.test(p)), []);
  await context.close();
});
