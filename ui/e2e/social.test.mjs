// Signing in by another site, in a real browser: a provider of the test's own, set up as an
// operator does in the dashboard.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { begin, sizes } from "./world.mjs";

let world, site, who;

/** elsewhere is Kakao as its documents say: it agrees at once, or says what went wrong. */
function elsewhere() {
  const sent = new Map();
  let codes = 0;
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url, "http://site");
    const say = (status, what) => { answer.writeHead(status, { "Content-Type": "application/json" }); answer.end(JSON.stringify(what)); };
    if (url.pathname === "/authorize") {
      const back = new URL(url.searchParams.get("redirect_uri"));
      back.searchParams.set("state", url.searchParams.get("state"));
      if (!who) back.searchParams.set("error", "access_denied");
      else { back.searchParams.set("code", `c${++codes}`); sent.set(`c${codes}`, who); }
      answer.writeHead(302, { Location: back.href });
      return answer.end();
    }
    if (url.pathname === "/token") {
      let body = "";
      for await (const piece of request) body += piece;
      const code = new URLSearchParams(body).get("code");
      if (!sent.has(code)) return say(400, { error: "invalid_grant", error_code: "KOE320" });
      return say(200, { access_token: code, token_type: "bearer", expires_in: 21599 });
    }
    const person = sent.get(request.headers.authorization?.slice(7));
    say(200, { id: person.id, properties: { nickname: person.name }, kakao_account: { email: person.email, is_email_valid: true, is_email_verified: person.verified } });
  });
  return new Promise((done) => { server.listen(0, "127.0.0.1", () => done(server)); });
}

async function call(path, method, body, token = "") {
  const answer = await fetch(world.url + path, { method, headers: { "Content-Type": "application/json", Authorization: token }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

before(async () => {
  world = await begin();
  site = await elsewhere();
  const at = `http://127.0.0.1:${site.address().port}`;
  execFileSync(process.env.MADANG, ["superuser", "upsert", "root@example.com", "operators 2026", "--dir", world.dir], { stdio: "ignore", cwd: world.dir });
  const { token } = await call("/api/collections/_superusers/auth-with-password", "POST", { identity: "root@example.com", password: "operators 2026" });
  await call("/api/collections/users", "PATCH", { oauth2: { enabled: true, providers: [
    { name: "kakao", clientId: "id", clientSecret: "secret", authURL: `${at}/authorize`, tokenURL: `${at}/token`, userInfoURL: `${at}/me` },
  ] } }, token);
});
after(async () => {
  site?.close();
  await world?.end();
});

const shot = process.env.SHOTS; // a folder for pictures to look at

for (const script of [true, false]) {
  test(`a stranger joins by Kakao and comes back, ${script ? "with" : "without"} scripts`, async () => {
    const { context, page, problems } = await world.visit({ lang: "ko", script });
    who = { id: script ? 71 : 72, name: "Wren", email: `wren${script}@example.com`, verified: true };
    await page.goto("/login?next=/explore");
    if (shot && script) for (const size of ["phone", "desk"]) { await page.setViewportSize(sizes[size]); await page.screenshot({ path: `${shot}/login-${size}.png` }); }
    await page.click("[data-provider=kakao]");
    await page.waitForURL((u) => u.pathname === "/explore", { waitUntil: "domcontentloaded" });
    await page.goto("/settings");
    assert.equal(await page.inputValue("#f-name"), "Wren");
    await page.goto("/settings/security");
    assert.equal(await page.locator("#connections li").count(), 1);
    if (shot && script) for (const theme of ["light", "dark"]) for (const size of ["phone", "desk"]) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(sizes[size]);
      await page.locator("#connections").scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${shot}/settings-${theme}-${size}.png` });
    }
    await context.clearCookies();
    await page.goto("/login");
    await page.click("[data-provider=kakao]");
    await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });
    assert.deepEqual(problems(), []);
    await context.close();
  });
}

test("who cancels there reads why, and is not signed in", async () => {
  const { context, page } = await world.visit();
  who = null;
  await page.goto("/login");
  await page.click("[data-provider=kakao]");
  await page.waitForSelector(".oops");
  assert.match(await page.textContent(".oops"), /given up/);
  assert.equal((await context.cookies()).some((c) => c.name === "madang_session"), false);
  await context.close();
});

test("a member connects Kakao and disconnects it", async () => {
  const { context, page, problems } = await world.visit({ who: "ada" });
  who = { id: 73, name: "Elsewhere" };
  await page.goto("/settings/security");
  await page.click("#connections a");
  await page.waitForURL(/done=connections/, { waitUntil: "domcontentloaded" });
  assert.match(await page.textContent(".done"), /changed/);
  await page.click("#connections button");
  await page.waitForURL(/done=connections/, { waitUntil: "domcontentloaded" });
  await page.waitForSelector("#connections a");
  assert.deepEqual(problems(), []);
  await context.close();
});
