// Writing: nothing that was typed is lost, and files arrive whatever the connection does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const named = (name) => ({ name, mimeType: "image/gif", buffer: gif });
const saved = /^Saved /;

/** wav is a sound of silence of about as many bytes. */
function wav(bytes) {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0); head.writeUInt32LE(bytes + 36, 4); head.write("WAVEfmt ", 8); head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); head.writeUInt16LE(1, 22); head.writeUInt32LE(44100, 24); head.writeUInt32LE(88200, 28);
  head.writeUInt16LE(2, 32); head.writeUInt16LE(16, 34); head.write("data", 36); head.writeUInt32LE(bytes, 40);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
}

const state = (page, pattern) => page.waitForFunction((p) => new RegExp(p).test(document.querySelector("[data-state]").textContent), pattern.source);

/** open goes to a composer and waits until its modules are there. */
async function open(page, path) {
  await page.goto(path);
  await page.waitForSelector("[data-compose][data-ready]");
}

test("a draft is saved as one types, and a reload goes on with it", async () => {
  const { context, page, problems } = await world.visit({ who: "ada" });
  await open(page, "/new");
  await page.fill("#f-content", "Half a sent");
  await state(page, saved);
  assert.match(page.url(), /\/posts\/[a-z0-9]{15}\/edit$/);
  await page.setInputFiles(".pick input", [named("one.gif"), named("two.gif")]);
  await page.waitForFunction(() => document.querySelectorAll("[data-files] input[name=media]").length === 2);
  await page.fill("[data-files] li:first-child [name^=alt_]", "The first");
  await state(page, saved);
  await page.click("[data-files] li:first-child [data-down]");
  assert.match(await page.innerText("#toast"), /one\.gif: place 2 of 2/);
  await page.waitForResponse((r) => r.request().method() === "PATCH" && /\/api\/posts\//.test(r.url()) && r.ok());
  await shoot(page, "compose-draft");
  await page.reload();
  assert.equal(await page.inputValue("#f-content"), "Half a sent");
  assert.deepEqual(await page.locator("[data-files] [name^=alt_]").evaluateAll((all) => all.map((a) => a.value)), ["", "The first"]);
  await page.goto("/me/drafts");
  assert.match(await page.innerText(".drafts"), /Untitled\s+Half a sent/);
  await shoot(page, "drafts");
  await page.click(".drafts .button >> text=Publish now");
  assert.match(await page.innerText("#f-title-problem"), /blank/);
  await page.fill("#f-title", "A whole one");
  await page.click("button[value=published]");
  await page.waitForURL(/a-whole-one-/, { waitUntil: "domcontentloaded" });
  assert.equal(await page.locator(".gallery img").count(), 2);
  await open(page, "/new");
  assert.equal(await page.inputValue("#f-content"), "", "the next one begins empty");
  assert.deepEqual(problems().filter((p) => !/status of 400/.test(p)), []);
  await context.close();
});

test("without a connection it is kept on the device, and saved when there is one", async () => {
  const { context, page } = await world.visit({ who: "bob" });
  await open(page, "/new");
  await context.setOffline(true);
  await page.fill("#f-title", "On a train");
  await state(page, /kept on this device/);
  await shoot(page, "compose-offline");
  const asked = new Promise((done) => { page.once("dialog", (d) => { done(d.type()); d.dismiss(); }); });
  await page.evaluate(() => { location.href = "/me/drafts"; });
  assert.equal(await asked, "beforeunload");
  await context.setOffline(false);
  await state(page, saved);
  await page.goto("/me/drafts"); // and now nothing is asked
  assert.match(await page.innerText(".drafts"), /On a train/);
  await context.close();
});

test("what wasn't saved when the page died is there again", async () => {
  const { context, page } = await world.visit({ who: "bob" });
  await open(page, "/new");
  await page.route("**/api/posts", (r) => r.abort());
  await page.fill("#f-title", "Nearly lost");
  await state(page, /kept on this device/);
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await open(again, "/new");
  assert.equal(await again.inputValue("#f-title"), "Nearly lost");
  await state(again, saved);
  await context.close();
});

test("two tabs: the older asks before it writes over the newer", async () => {
  const { context, page } = await world.visit({ who: "ada" });
  const made = await api(page, "POST", "/api/posts", { title: "Of two minds", content: "one", status: "draft" });
  const edit = `/posts/${made.body.id}/edit`;
  await open(page, edit);
  const other = await context.newPage();
  await open(other, edit);
  await other.fill("#f-content", "the newer");
  await state(other, saved);
  await page.fill("#f-content", "the older");
  await page.waitForSelector("[data-newer]");
  await page.click("[data-newer] summary");
  assert.equal(await page.innerText("[data-newer] .theirs"), "the newer");
  await shoot(page, "compose-newer");
  await page.click("[data-newer] .button >> text=Keep mine");
  await state(page, saved);
  await other.fill("#f-content", "the newest");
  await other.waitForSelector("[data-newer]");
  await other.click("[data-newer] .button >> text=Use that version");
  await other.waitForFunction(() => document.querySelector("#f-content").value === "the older");
  await context.close();
});

test("a long upload pauses, survives a lost connection and a reload", async () => {
  const { context, page } = await world.visit({ who: "minji", lang: "ko" });
  const sound = { name: "바람.wav", mimeType: "audio/wav", buffer: wav(20 << 20) };
  await open(page, "/new");
  let pieces = 0;
  await page.route("**/api/media/uploads/*/content", (r) => { // the first piece comes with the beginning; the next never arrive
    if (r.request().method() === "PATCH" && pieces++ >= 1) return r.abort();
    return r.continue();
  });
  await page.setInputFiles(".pick input", sound);
  await page.waitForFunction(() => document.querySelector("progress")?.value > 0.7);
  await page.click("[data-files] .plain >> text=일시정지");
  assert.match(await page.innerText("[data-files]"), /일시정지됨/);
  await shoot(page, "compose-upload");
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await open(again, "/new");
  assert.match(await again.innerText("[data-pending]"), /바람\.wav/);
  const sent = [];
  again.on("request", (r) => { if (r.method() === "PATCH") sent.push(Number(r.headers()["upload-offset"])); });
  await again.setInputFiles(".pick input", sound);
  await again.waitForSelector("[data-files] input[name=media]", { state: "attached" });
  assert.ok(Math.min(...sent.filter((n) => !Number.isNaN(n))) >= 8 << 20, "it goes on where it was");
  await context.close();
});

test("files are pasted and dropped; one that was refused is tried again", async () => {
  const { context, page } = await world.visit({ who: "bob" });
  await open(page, "/new");
  let refused = 0;
  await page.route("**/api/media/uploads", (r) => (refused++ ? r.continue() : r.fulfill({ status: 403, contentType: "application/json", body: '{"message":"Not now."}' })));
  const give = (how, name) => page.evaluate(async ([how, name]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
    const data = new DataTransfer();
    data.items.add(new File([await new Promise((done) => { canvas.toBlob(done, "image/png"); })], name, { type: "image/png" }));
    if (how === "paste") document.querySelector("#f-content").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    else document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, [how, name]);
  await give("paste", "pasted.png");
  const row = page.locator("[data-files] li", { hasText: "pasted.png" });
  await row.getByRole("alert").waitFor();
  assert.equal(await row.getByRole("alert").innerText(), "Not now.");
  await row.getByRole("button", { name: "Try again" }).click();
  await give("drop", "dropped.png");
  await page.waitForFunction(() => document.querySelectorAll("[data-files] input[name=media]").length === 2);
  assert.equal(await page.getByRole("alert").count(), 0);
  await context.close();
});

test("a film's poster is a frame of it", async () => {
  const { context, page } = await world.visit({ who: "ada" });
  const found = await api(page, "GET", "/api/posts?media_type=video&page_size=1");
  const film = await (await context.request.get(found.body.results[0].media[0].stream_url)).body();
  await open(page, "/new");
  await page.setInputFiles(".pick input", { name: "film.mp4", mimeType: "video/mp4", buffer: film });
  await page.waitForSelector(".file img");
  const was = await page.getAttribute(".file img", "src");
  await page.click(".file .plain >> text=Choose the poster");
  await page.waitForFunction(() => document.querySelector("dialog video").readyState >= 2);
  await shoot(page, "compose-poster", false);
  await page.click("dialog .button >> text=Use this moment");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.notEqual(await page.getAttribute(".file img", "src"), was);
  await context.close();
});

test("the preview is what will be shown; tags and people are suggested", async () => {
  const { context, page, problems } = await world.visit({ who: "ada" });
  await open(page, "/new");
  await page.click("[data-preview]");
  await page.locator("#f-content").pressSequentially("**굵게** @jun");
  await page.waitForSelector(".preview strong");
  await page.waitForSelector("#f-content-suggestions [role=option]");
  await shoot(page, "compose-mention");
  await page.keyboard.press("Enter");
  assert.match(await page.inputValue("#f-content"), /@[a-z0-9_.]+ $/);
  await page.locator("#f-tags").pressSequentially("film, 고양");
  await page.waitForSelector("#f-tags-suggestions [role=option] >> text=#고양이");
  await page.click("#f-tags-suggestions [role=option] >> text=#고양이");
  assert.equal(await page.inputValue("#f-tags"), "film, 고양이, ");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a schedule is in the writer's time, wherever they are", async () => {
  const { context, page } = await world.visit({ who: "ada", zone: "America/New_York" });
  await open(page, "/new");
  assert.match(await page.innerText("#f-when-hint"), /New_York/);
  const day = new Date(Date.now() + 2 * 86400_000).toISOString().slice(0, 10);
  await page.fill("#f-title", "Of tomorrow");
  await page.fill("#f-content", "…");
  await page.fill("#f-when", `${day}T09:30`);
  await page.click("button[value=scheduled]");
  await page.waitForURL(/of-tomorrow-/, { waitUntil: "domcontentloaded" });
  const { body } = await api(page, "GET", "/api/users/me/drafts?status=scheduled");
  const mine = body.results.find((p) => p.title === "Of tomorrow");
  const local = new Date(mine.publish_at).toLocaleString("sv", { timeZone: "America/New_York" });
  assert.equal(local, `${day} 09:30:00`);
  await open(page, `/posts/${mine.id}/edit`);
  assert.equal(await page.inputValue("#f-when"), `${day}T09:30`);
  await page.goto("/me/drafts?status=scheduled");
  assert.match(await page.innerText(".drafts"), /Of tomorrow/);
  await shoot(page, "drafts-scheduled");

  await page.goto(`/me/drafts?view=calendar&month=${day.slice(0, 7)}`);
  await page.waitForSelector("[data-zone='America/New_York']"); // told by a script, and asked for again
  const next = new Date(Date.parse(day) + 86400_000).toISOString().slice(0, 10);
  await page.click(`#p-${mine.id} summary`);
  await page.fill(`#day-${mine.id}`, next);
  await page.click(`#p-${mine.id} form .button`);
  await page.waitForSelector(`#d-${next}`);
  await page.focus(`[href='#d-${next}']`);
  await page.keyboard.press("Enter");
  assert.match(page.url(), new RegExp(`#d-${next}$`));
  assert.match(await page.innerText(`#p-${mine.id}`), /09:30/, "at the same time of day");
  await page.focus(`[href='#d-${next}']`);
  await page.keyboard.press("PageDown");
  await page.waitForURL((u) => u.searchParams.get("month") > next.slice(0, 7));
  await context.close();
});
