// The API document in a browser: to try out (Swagger UI) and to read (Redoc).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, password, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

/** operation opens an operation of Swagger UI and returns it. */
async function operation(page, tag, id) {
  const block = page.locator(`[id^="operations-"][id$="-${id}"]`);
  if (!await block.isVisible()) await page.locator(`.opblock-tag[data-tag="${tag}"]`).click();
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  return block;
}

/** execute sends it, and returns the status and the body of the answer. */
async function execute(block) {
  await block.getByRole("button", { name: "Execute" }).click();
  await block.locator(".loading-container").waitFor({ state: "detached" });
  const live = block.locator(".live-responses-table").first();
  const status = await live.locator(".response-col_status").last().innerText();
  return { status: Number.parseInt(status, 10), body: await live.locator(".response-col_description .highlight-code").first().innerText() };
}

test("Swagger UI: authorize, try it out, on our routes and on PocketBase's", async () => {
  const { context, page, problems } = await world.visit({ script: true });
  await page.goto("/api/schema/swagger-ui/");
  const profile = await operation(page, "Accounts", "getProfile");
  assert.equal((await execute(profile)).status, 401);
  const refused = problems(); // a browser notes each 401
  assert.ok(refused.every((line) => line.includes("401")), refused.join("\n"));

  const { access } = await (await fetch(`${world.url}/api/auth/login`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ identity: "ada", password }),
  })).json();
  await page.locator(".auth-wrapper .authorize").first().click();
  await page.locator(".auth-container input").first().fill(access);
  await page.locator(".auth-btn-wrapper .authorize").click();
  await page.locator(".btn-done").click();
  const mine = await execute(profile);
  assert.equal(mine.status, 200);
  assert.match(mine.body, /"username": "ada"/);
  await shoot(page, "api-swagger", false);

  const write = await operation(page, "Posts", "createPost");
  await write.locator("textarea.body-param__text").fill(JSON.stringify({ title: "tried out", content: "from the document" }));
  const made = await execute(write);
  assert.equal(made.status, 201);
  assert.match(made.body, /"title": "tried out"/);

  const native = await operation(page, "posts (records)", "list_posts");
  const list = await execute(native);
  assert.equal(list.status, 200);
  assert.match(list.body, /"totalItems"/);
  assert.deepEqual(problems(), []);
  await context.close();
});

for (const [lang, word] of [["en", "Accounts"], ["ko", "계정"]]) {
  test(`both pages speak the reader's language: ${lang}`, async () => {
    const { context, page, problems } = await world.visit({ lang, script: true });
    await page.goto("/api/schema/swagger-ui/");
    await page.locator(".opblock-tag", { hasText: word }).first().waitFor();
    await page.goto("/api/schema/redoc");
    await page.getByText(word, { exact: true }).first().waitFor();
    await shoot(page, `api-redoc-${lang}`, false);
    assert.deepEqual(problems().filter((line) => !line.includes("cdn.redoc.ly")), []); // its makers' logo, which isn't let in
    await context.close();
  });
}
