// Devices, privacy, one's data and the way out, on the settings' pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, barriers, begin, password, shoot } from "./world.mjs";

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

test("of a picture the square is sent that one chose by keyboard; without scripts the whole goes up", async () => {
  const { context, page, problems } = await world.visit({ who: "minji" });
  await page.goto("/settings");
  const wide = await page.evaluate(() => { // red on the left, blue on the right
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 300 });
    const on = canvas.getContext("2d");
    on.fillStyle = "#f00"; on.fillRect(0, 0, 450, 300);
    on.fillStyle = "#00f"; on.fillRect(450, 0, 450, 300);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  const file = { name: "wide.png", mimeType: "image/png", buffer: Buffer.from(wide, "base64") };
  await page.setInputFiles("#f-picture", file);
  await page.waitForSelector("dialog.sheet .crop");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog.sheet", { state: "detached" });
  assert.equal(await page.inputValue("#f-picture"), "", "who leaves sends nothing");
  await page.setInputFiles("#f-picture", file);
  await page.waitForSelector("dialog.sheet .crop:focus");
  for (let n = 0; n < 12; n++) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("+");
  await shoot(page, "crop", false);
  assert.deepEqual(await barriers(page), []);
  await page.click("dialog .button >> nth=0");
  await page.waitForURL(/done=picture/, { waitUntil: "domcontentloaded" });
  const shown = await page.evaluate(async () => {
    const picture = await createImageBitmap(await (await fetch(document.querySelector("#picture img").src)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    const on = canvas.getContext("2d");
    on.drawImage(picture, 0, 0);
    return { width: picture.width, height: picture.height, left: [...on.getImageData(2, 50, 1, 1).data].slice(0, 3) };
  });
  assert.equal(shown.width, shown.height);
  assert.ok(shown.left[2] > 200 && shown.left[0] < 50, `the right half was chosen: ${shown.left}`);
  assert.deepEqual(problems(), []);
  const still = await world.visit({ who: "minji", script: false });
  await still.page.goto("/settings");
  await still.page.setInputFiles("#f-picture", file);
  await still.page.click("#picture form .button >> visible=true");
  await still.page.waitForURL(/done=picture/, { waitUntil: "domcontentloaded" });
  await still.context.close();
  await context.close();
});

for (const script of [true, false]) {
  test(`followers are approved, ${script ? "with" : "without"} scripts`, async () => {
    const [owner, fan] = script ? ["ada", "bob"] : ["bob", "ada"];
    const him = await world.visit({ who: owner });
    await him.page.goto("/settings/privacy");
    await him.page.check("[type=checkbox][name=approves_followers]");
    await him.page.click("main form button");
    await him.page.waitForURL(/done=privacy/, { waitUntil: "domcontentloaded" });
    assert.ok(await him.page.isChecked("[type=checkbox][name=approves_followers]"));

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
