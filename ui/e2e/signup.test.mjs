// Signing up where programs are kept out and people are let in: proof of work, invitations, approval.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { begin, password, shoot } from "./world.mjs";

/** under is a world with settings of its own. */
async function under(settings) {
  Object.assign(process.env, settings);
  const world = await begin();
  for (const name of Object.keys(settings)) delete process.env[name];
  worlds.push(world);
  return world;
}
const worlds = [];
after(async () => { for (const world of worlds) await world.end(); });

async function fill(page, name, more = {}) {
  for (const [field, value] of Object.entries({ username: name, email: `${name}@example.com`, password, password_confirm: password, ...more })) await page.fill(`#f-${field}`, value);
}

const there = async (world, name) => (await fetch(`${world.url}/api/users/@${name}`)).status === 200;

test("a browser proves its work by itself, and a mail is the way without scripts", async () => {
  const world = await under({ SIGNUP_DEFENCE: "always" });
  const { context, page, problems } = await world.visit({ lang: "ko" });
  await page.goto("/signup");
  assert.equal(await page.locator(".trap").isVisible() && (await page.locator(".trap").boundingBox()).x >= 0, false, "people don't see the trap");
  await fill(page, "worker");
  await page.waitForFunction(() => document.querySelector("[name=proof]").value !== "");
  await page.waitForTimeout(2500); // as people type
  await shoot(page, "signup");
  await page.click(".door form button");
  await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });
  assert.ok(await there(world, "worker"));
  assert.deepEqual(problems(), []);
  await context.close();

  const quick = await world.visit({});
  await quick.page.goto("/signup");
  await fill(quick.page, "quick");
  await quick.page.click(".door form button");
  const home = () => quick.page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });
  const tooSoon = quick.page.getByRole("alert").waitFor().then(() => true, () => false); // sooner than anybody types
  if (await Promise.race([tooSoon, home().then(() => false)])) { // on a busy machine the proof alone takes as long
    await quick.page.fill("#f-password", password);
    await quick.page.fill("#f-password_confirm", password);
    await quick.page.waitForTimeout(2500);
    await quick.page.click(".door form button");
    await home();
  }
  await quick.context.close();

  const plain = await world.visit({ script: false });
  await plain.page.goto("/signup");
  await fill(plain.page, "plain");
  await plain.page.waitForTimeout(2500);
  await plain.page.click(".door form button");
  await plain.page.waitForURL(/signup\/waiting/);
  assert.match(await plain.page.innerText("main"), /24 hours/);
  await shoot(plain.page, "waiting");
  assert.equal(await there(world, "plain"), false);
  await plain.context.close();
});

test("somebody joins by an invitation, and who isn't invited doesn't", async () => {
  const world = await under({ REGISTRATION: "invite" });
  const ada = await world.visit({ who: "ada" });
  await ada.page.goto("/settings/invites");
  await ada.page.fill("#f-note", "For a friend");
  await ada.page.click("main form button");
  await ada.page.waitForURL(/done=invite/, { waitUntil: "domcontentloaded" });
  const link = await ada.page.innerText("code.address");
  await shoot(ada.page, "invites");
  const friend = await world.visit({});
  await friend.page.goto("/signup");
  assert.match(await friend.page.innerText("main"), /by invitation/);
  assert.equal(await friend.page.locator("#f-username").count(), 0);
  await friend.page.goto(new URL(link).pathname);
  await shoot(friend.page, "join");
  await fill(friend.page, "friend");
  await friend.page.click(".door form button");
  await friend.page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });
  await ada.page.reload();
  assert.match(await ada.page.innerText(".invite"), /@friend/);
  assert.deepEqual([...ada.problems(), ...friend.problems()], []);
  const sora = await world.visit({ who: "sora", lang: "ko" });
  const { id } = await (await fetch(`${world.url}/api/users/@ada`)).json();
  await sora.page.goto(`/moderation/invites/${id}`);
  assert.match(await sora.page.innerText(".tree"), /@friend/);
  await shoot(sora.page, "branch");
  await sora.page.click("main form button");
  await sora.page.waitForURL(/done=1/, { waitUntil: "domcontentloaded" });
  assert.match(await sora.page.innerText(".tree"), /정지됨/);
  assert.deepEqual(sora.problems(), []);
  for (const { context } of [ada, friend, sora]) await context.close();
});

test("a moderator lets somebody in, and refuses somebody else", async () => {
  const world = await under({ REGISTRATION: "approval" });
  for (const name of ["hopeful", "unlucky"]) {
    const visit = await world.visit({ lang: "ko" });
    await visit.page.goto("/signup");
    await fill(visit.page, name, { message: "그림을 그립니다." });
    if (name === "hopeful") await shoot(visit.page, "apply");
    await visit.page.click(".door form button");
    await visit.page.waitForURL(/signup\/waiting\?for=approval/);
    await visit.context.close();
  }
  const sora = await world.visit({ who: "sora", lang: "ko" });
  await sora.page.goto("/moderation/applications");
  await shoot(sora.page, "applications");
  await sora.page.locator(".case", { hasText: "hopeful" }).getByRole("button", { name: "승인" }).click();
  await sora.page.waitForFunction(() => document.querySelectorAll(".case").length === 1);
  await sora.page.fill(".case textarea", "One account a person.");
  await sora.page.locator(".case").getByRole("button", { name: "거절" }).click();
  await sora.page.getByText("기다리는 사람이 없습니다.").waitFor();
  assert.ok(await there(world, "hopeful"));
  assert.equal(await there(world, "unlucky"), false);
  assert.deepEqual(sora.problems(), []);
  await sora.context.close();
});

test("statistics by the hours of one's own clock, and a table of them", async () => {
  const world = worlds.at(-1);
  const ada = await world.visit({ who: "ada", lang: "ko", zone: "Australia/Adelaide" });
  await ada.page.goto("/me/stats?period=7d&interval=hour");
  await ada.page.waitForSelector("[data-zone='Australia/Adelaide']"); // told by a script, and asked for again
  assert.match(await ada.page.innerText("main"), /Australia\/Adelaide/);
  assert.equal(await ada.page.locator(".chart").count(), 3);
  await shoot(ada.page, "stats");
  const [file] = await Promise.all([ada.page.waitForEvent("download"), ada.page.click(".spans .end")]);
  const rows = readFileSync(await file.path(), "utf8").split("\r\n");
  assert.equal(rows[0], "\ufeffdate,views,own_views,bot_views,likes,comments");
  assert.ok(rows.length > 7 * 24 - 24, String(rows.length));
  await ada.page.goto("/me/stats"); // the server knows by now
  assert.equal(await ada.page.getAttribute("[data-zone]", "data-zone"), "Australia/Adelaide");
  await ada.page.locator(".best a.muted").first().click();
  await ada.page.waitForURL(/\/posts\/.*\/stats/, { waitUntil: "domcontentloaded" });
  assert.equal(await ada.page.locator(".chart").count(), 3);
  await shoot(ada.page, "post-stats");
  assert.deepEqual(ada.problems(), []);
  await ada.context.close();
});
