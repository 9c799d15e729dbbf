// The operator's pages in PocketBase's dashboard.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { begin, password, shoot } from "./world.mjs";

const root = "root@example.com";
const pages = {
  overview: { hash: "#/madang", en: "Top posts", ko: "인기 글" },
  moderation: { hash: "#/madang/moderation", en: "Banned words", ko: "금칙어" },
  words: { hash: "#/madang/moderation?tab=words", en: "What happens", ko: "처리" },
  suspended: { hash: "#/madang/moderation?tab=suspended", en: "Suspended", ko: "정지된 사람" },
  log: { hash: "#/madang/moderation?tab=log", en: "Log", ko: "처리 기록" },
  bulk: { hash: "#/madang/bulk", en: "All on this page", ko: "이 페이지 모두" },
  bulkPosts: { hash: "#/madang/bulk?of=posts", en: "Feature", ko: "추천" },
  bulkFiles: { hash: "#/madang/bulk?of=media", en: "Process again", ko: "다시 처리" },
  media: { hash: "#/madang/media", en: "Largest files", ko: "가장 큰 파일" },
  experiments: { hash: "#/madang/experiments", en: "New experiment", ko: "새 실험" },
  search: { hash: "#/madang/search", en: "Documents in the index", ko: "색인된 문서" },
  jobs: { hash: "#/madang/jobs", en: "Schedules", ko: "예약된 일" },
  audit: { hash: "#/madang/audit", en: "signed in", ko: "로그인" },
  doctor: { hash: "#/madang/setup", en: "a password alone opens the dashboard", ko: "비밀번호만으로 대시보드가 열립니다" }, // what the program says, too
  setup: { hash: "#/madang/setup", en: "Address", ko: "주소" },
};

let world;
const vault = mkdtempSync(join(tmpdir(), "madang-e2e-vault-"));
before(async () => {
  world = await begin({ env: { BACKUP_TO: vault } });
  execFileSync(process.env.MADANG, ["superuser", "create", root, password, "--dir", world.dir], { stdio: "ignore", cwd: world.dir });
});
after(async () => {
  await world?.end();
  rmSync(vault, { recursive: true, force: true });
});

/** operator is a visit of the dashboard, signed in. */
async function operator(options) {
  const visit = await world.visit(options);
  await visit.page.goto("/_/#/login");
  await visit.page.fill("input[type=email]", root);
  await visit.page.fill("input[type=password]", password);
  await visit.page.press("input[type=password]", "Enter");
  await visit.page.waitForSelector(".app-header");
  await visit.page.click("#madang-doctor button"); // what isn't set up on this instance is told at once
  return visit;
}

async function open(page, hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForSelector(".madang .skeleton-loader", { state: "detached" });
}

for (const lang of ["en", "ko"]) {
  for (const theme of ["light", "dark"]) {
    test(`every page opens without a complaint: ${lang}, ${theme}`, async () => {
      const { context, page, problems } = await operator({ lang, theme, script: true });
      for (const [name, { hash, [lang]: words }] of Object.entries(pages)) {
        await open(page, hash);
        await page.locator(".madang").getByText(words, { exact: true }).first().waitFor();
        assert.equal(await page.locator(".madang .alert.danger").count(), 0, `${name} failed`);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dashboard-${name}-${lang}-${theme}.png`, fullPage: true });
      }
      assert.deepEqual(problems(), []);
      await context.close();
    });
  }
}

test("an experiment is made, started, read and stopped", async () => {
  const { context, page, problems } = await operator({ script: true });
  await open(page, pages.experiments.hash);
  await page.fill("#madang-x-key", "greeting");
  await page.fill("#madang-x-name", "How we greet");
  await page.getByRole("button", { name: "Add" }).click();
  const ours = page.locator(".madang-section", { has: page.getByRole("heading", { name: "How we greet" }) }); // the demo has one as well
  await ours.getByRole("button", { name: "Start" }).click();
  await ours.getByText("running", { exact: true }).waitFor();
  const seen = { old: 0, new: 0 }; // who gets what is drawn anew each time: 75 of each, of whom 15 and 60 convert
  for (let i = 0; Math.min(seen.old, seen.new) < 75; i++) {
    const cookie = `madang_experiments=${String(i).padStart(22, "0")}`;
    const { variant } = await (await fetch(`${world.url}/api/experiments/greeting`, { headers: { cookie } })).json();
    assert.ok(variant in seen, variant);
    if ((seen[variant]++ % 5 === 0) === (variant === "old")) await fetch(`${world.url}/api/experiments/greeting/convert`, { method: "POST", headers: { cookie, "Content-Type": "application/json" }, body: "{}" });
  }
  await page.getByRole("button", { name: "Refresh" }).click();
  await ours.getByText(/new does better than old/).waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dashboard-experiment.png`, fullPage: true });
  await ours.getByLabel("Everybody then gets").first().selectOption("new");
  await ours.getByRole("button", { name: "Stop" }).click();
  await page.locator(".modal footer").getByText("Stop", { exact: true }).click();
  await page.getByText("everybody gets new").waitFor();
  assert.equal((await (await fetch(`${world.url}/api/experiments/greeting`)).json()).variant, "new");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a report is decided, and the decision undone", async () => {
  const ask = async (path, options) => (await fetch(world.url + path, options)).json();
  const json = (body, token) => ({ method: "POST", headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) });
  const { access } = await ask("/api/auth/login", json({ identity: "ada", password }));
  const post = (await ask("/api/posts?page_size=50")).results.find((one) => one.author.username !== "ada");
  const report = await ask("/api/reports", json({ target_type: "post", target_id: post.id, reason: "spam", detail: "buy this" }, access));
  assert.ok(report.id, JSON.stringify(report));
  const { context, page, problems } = await operator({ script: true });
  await open(page, pages.moderation.hash);
  await page.locator(".madang-card", { hasText: "buy this" }).getByRole("button", { name: "Hide" }).click();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dashboard-decide.png` });
  await page.fill("#madang-note", "no advertising here");
  await page.locator(".modal footer").getByText("Hide", { exact: true }).click();
  await page.locator(".madang-card", { hasText: "buy this" }).waitFor({ state: "detached" });
  await open(page, pages.log.hash);
  await page.locator(".madang tr", { hasText: "no advertising here" }).getByRole("button", { name: "Undo" }).click();
  await page.locator(".modal footer").getByText("Undo", { exact: true }).click();
  await page.locator(".madang tr", { hasText: "no advertising here" }).getByText("undone").waitFor();
  assert.deepEqual(problems(), []);
  await context.close();
});

test("many posts are hidden at once, and shown again; what was done is in the audit log", async () => {
  const { context, page, problems } = await operator({ script: true });
  await open(page, "#/madang/bulk?of=posts");
  const boxes = page.locator(".madang .madang-box");
  for (const i of [0, 1, 2]) await boxes.nth(i).check();
  await page.getByText("3 selected").waitFor();
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await page.fill("#bulk-note", "a flood");
  await page.locator(".modal, [role=dialog], dialog").getByRole("button", { name: "Hide" }).click();
  await page.getByText("done 3, failed 0.").waitFor();
  await page.locator(".madang .alert").getByRole("button", { name: "Undo" }).click();
  await page.getByText("Undo: done 3, failed 0.").waitFor();
  await open(page, "#/madang/audit?target=posts");
  await page.locator(".madang summary", { hasText: "is_hidden" }).first().click();
  await page.getByText("moderator", { exact: true }).first().waitFor();
  assert.deepEqual(problems(), []);
  await context.close();
});

test("what an operator features stands first on Explore", async () => {
  const { context, page, problems } = await operator({ script: true });
  await open(page, "#/madang/bulk?of=posts");
  const rows = page.locator(".madang tbody tr");
  const title = await rows.nth(1).locator("td a").first().innerText();
  await rows.nth(1).locator(".madang-box").check();
  await page.getByRole("button", { name: "Feature", exact: true }).click();
  await page.locator(".modal footer").getByText("Feature", { exact: true }).click();
  await page.getByText("done 1, failed 0.").waitFor();
  assert.deepEqual(problems(), []);
  await context.close();
  for (const [lang, heading] of [["en", "Featured"], ["ko", "추천 글"]]) {
    const stranger = await world.visit({ lang, script: false });
    await stranger.page.goto("/explore");
    const featured = stranger.page.locator("section", { has: stranger.page.getByRole("heading", { name: heading, exact: true }) });
    assert.match(await featured.locator("article").first().innerText(), new RegExp(title.slice(0, 20).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
    await shoot(stranger.page, `explore-featured-${lang}`);
    assert.deepEqual(stranger.problems(), []);
    await stranger.context.close();
  }
});

test("the setup tries what it lists", async () => {
  const { context, page, problems } = await operator({ script: true });
  await open(page, pages.setup.hash);
  await page.locator("[data-key=test-address]").click();
  await page.locator(".toast, .toasts, [class*=toast]").getByText(/no address is set/).first().waitFor();
  await page.locator("[data-key=back-up]").click();
  await page.locator(".modal footer").getByText("Back up now", { exact: true }).click();
  await page.getByText("Queued.").first().waitFor();
  const done = async () => (await fetch(`${world.url}/api/jobs?kind=backup.take&state=done`, {
    headers: { Authorization: await page.evaluate(() => app.pb.authStore.token) },
  })).json();
  for (let tries = 0; tries < 300 && (await done()).count === 0; tries++) await page.waitForTimeout(200);
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText(/the newest backup is of/).waitFor();
  assert.deepEqual(problems(), []);
  await context.close();
});

test("counters can't be edited in a record", async () => {
  const { context, page } = await operator({ script: true });
  await page.evaluate(() => { location.hash = "#/collections?collection=users"; });
  await page.locator(".page-content tbody tr").first().click();
  await page.waitForSelector("input[name=followers_count]");
  assert.equal(await page.locator("input[name=followers_count]").getAttribute("readonly"), "");
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dashboard-record.png` });
  await context.close();
});

test("a word is banned and allowed again", async () => {
  const { context, page, problems } = await operator({ script: true });
  await open(page, pages.words.hash);
  await page.fill("#madang-pattern", "rhubarbish");
  await page.click(".madang form button[type=submit]");
  const row = page.locator(".madang tr", { hasText: "rhubarbish" });
  await row.waitFor();
  await row.getByRole("button").click();
  await page.locator(".modal").getByText("Remove", { exact: true }).click();
  await row.waitFor({ state: "detached" });
  assert.deepEqual(problems(), []);
  await context.close();
});

test("the index is rebuilt, with its progress, and a kind of jobs pauses", async () => {
  const { context, page, problems } = await operator({ script: true });
  await open(page, pages.search.hash);
  await page.click("[data-key=rebuild]");
  await page.locator(".modal").getByText("Rebuild", { exact: true }).click();
  await page.locator(".madang .label.success", { hasText: "done" }).waitFor();
  await open(page, pages.jobs.hash);
  await page.click("[data-key='search.rebuild']");
  await page.locator(".modal").getByText("Pause", { exact: true }).click();
  await page.locator(".madang .label.warning", { hasText: "Paused" }).waitFor();
  await page.click("[data-key='search.rebuild']");
  await page.locator(".madang .label.warning", { hasText: "Paused" }).waitFor({ state: "detached" });
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a phone shows it as well", async () => {
  const { context, page } = await operator({ size: "phone", script: true });
  for (const name of ["overview", "setup"]) {
    await open(page, pages[name].hash);
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= window, `${name} is ${content} wide`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dashboard-${name}-phone.png`, fullPage: true });
  }
  await context.close();
});
