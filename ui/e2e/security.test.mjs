// What one signs in with: two factors and passkeys, with an authenticator of the test's own.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { begin, password, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

// each code is good once: the steps that were used, by secret
const used = new Map();

/** code is what an app shows for a secret (RFC 6238), the next that wasn't used. */
function code(secret) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Math.max(Math.floor(Date.now() / 30000) - 1, (used.get(secret) ?? 0) + 1);
  used.set(secret, step);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const sum = createHmac("sha1", key).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

async function firstStep(page, who) {
  await page.goto("/login");
  await page.fill("#f-identity", who);
  await page.fill("#f-password", password);
  await page.click("form[action='/login'] button");
  await page.waitForSelector("#f-code");
}

/** authenticator gives the page a device that says yes. */
async function authenticator(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  } });
  return { client, authenticatorId };
}

for (const script of [true, false]) {
  const who = script ? "ada" : "bob";
  test(`two-factor sign-in is set up, used and turned off, ${script ? "with" : "without"} scripts`, async () => {
    const { context, page, problems } = await world.visit({ who, lang: script ? "ko" : "en", script });
    await page.goto("/settings/security");
    if (script) await shoot(page, "security");
    await page.click("a[href='/settings/two-factor']");
    if (script) await shoot(page, "two-factor-off");
    await page.click("main form .button");
    const secret = await page.inputValue("[name=secret]");
    assert.equal((await page.innerText(".secret")).replaceAll(" ", ""), secret);
    assert.ok((await page.locator(".qr svg").boundingBox()).width > 150, "the picture can be scanned");
    if (script) await shoot(page, "totp");
    await page.fill("#f-code", "000000");
    await page.click("main form[action='/settings/two-factor'] .button");
    assert.ok(await page.innerText("#f-code-problem"));
    assert.equal(await page.inputValue("[name=secret]"), secret, "a wrong code shows the same picture");
    await page.fill("#f-code", code(secret));
    await page.click("main form[action='/settings/two-factor'] .button");
    const codes = await page.locator("#codes code").allInnerTexts();
    assert.equal(codes.length, 10);
    if (script) await shoot(page, "codes");
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
    assert.equal(file.suggestedFilename(), `madang-${who}-codes.txt`);
    const text = [];
    for await (const piece of await file.createReadStream()) text.push(piece);
    assert.equal(Buffer.concat(text).toString(), `${codes.join("\n")}\n`);
    if (script) {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.click("[data-copy]");
      assert.equal((await page.evaluate(() => navigator.clipboard.readText())).trim(), codes.join("\n"));
    } else assert.equal(await page.locator("[data-copy]:visible, [data-print]:visible").count(), 0);

    await context.clearCookies();
    await firstStep(page, who);
    if (script) await shoot(page, "login-code");
    await page.fill("#f-code", codes[0]);
    await page.click("form[action='/login'] button");
    await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });

    await page.goto("/settings/two-factor");
    if (script) await shoot(page, "two-factor-on");
    await page.locator("summary").last().click();
    await page.fill("#f-off-password", password);
    await page.fill("#f-off-code", codes[1]);
    await page.click("form[action$='/off'] button");
    await page.waitForURL(/done=two_factor_off/, { waitUntil: "domcontentloaded" });
    assert.deepEqual(problems().filter((p) => !/status of 400/.test(p)), []);
    await context.close();
  });
}

test("a passkey is added, signs in, is the second step, and is removed", async () => {
  const at = world.url.replace("127.0.0.1", "localhost"); // to which passkeys are bound without PUBLIC_URL
  const { context, page, problems } = await world.visit({ at, who: "minji", lang: "en" });
  await authenticator(page);
  await page.goto("/settings/passkeys");
  await page.fill("#f-add-name", "My phone");
  await page.fill("#f-add-password", "wrong");
  await page.click("[data-passkey] .button");
  await page.waitForSelector("[data-problem] >> text=/.+/");
  assert.equal(await page.getAttribute("#f-add-password", "aria-invalid"), "true");
  await page.fill("#f-add-password", password);
  await page.click("[data-passkey] .button");
  await page.waitForURL(/done=passkey_added/);
  assert.match(await page.innerText(".rows"), /My phone/);
  await shoot(page, "passkeys");
  await page.fill("#f-add-password", password);
  await page.click("[data-passkey] .button");
  await page.waitForFunction(() => /already|이미/.test(document.querySelector("[data-problem]").textContent));

  await page.click(".menu summary");
  await page.click(".menu button");
  await page.goto("/login?next=/explore");
  await shoot(page, "login-passkey");
  await page.click("[data-passkey] button");
  await page.waitForURL((u) => u.pathname === "/explore", { waitUntil: "domcontentloaded" });

  await page.goto("/settings/two-factor");
  await page.click("main form .button");
  const secret = await page.inputValue("[name=secret]");
  await page.fill("#f-code", code(secret));
  await page.click("main form[action='/settings/two-factor'] .button");
  await page.waitForSelector("#codes");
  await context.clearCookies();
  await firstStep(page, "minji");
  await shoot(page, "login-second-step");
  await page.click("[data-passkey] button");
  await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });

  await page.goto("/settings/passkeys");
  await page.click("summary >> nth=-1");
  await page.fill("[id^=f-remove][id$=password]", password);
  await page.fill("[id^=f-remove][id$=code]", code(secret));
  await shoot(page, "passkey-remove");
  await page.click(".rows .danger");
  await page.waitForURL(/done=passkey_removed/, { waitUntil: "domcontentloaded" });
  assert.deepEqual(problems().filter((p) => !/status of 400/.test(p)), []);
  await context.close();
});

test("who cancels is told so, and an address without a name says why there are none", async () => {
  const at = world.url.replace("127.0.0.1", "localhost");
  const { context, page } = await world.visit({ at });
  const { client, authenticatorId } = await authenticator(page);
  await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.goto("/login");
  await page.click("[data-passkey] button");
  await page.waitForFunction(() => /cancelled/.test(document.querySelector("[data-problem]").textContent));
  await context.close();
  const other = await world.visit({ who: "ada" });
  await other.page.goto("/settings/passkeys");
  assert.match(await other.page.innerText("main"), /aren't available here/);
  await shoot(other.page, "passkeys-no-address");
  await other.context.close();
});
