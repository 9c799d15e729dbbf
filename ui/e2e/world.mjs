// A world to test in: the real binary over a folder of its own, filled by `madang demo`,
// and a Chromium that notes everything that goes wrong on a page.
import { spawn, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

export const password = "a quiet yard 2026";
const binary = process.env.MADANG;
if (!binary) throw new Error("say where the binary is: MADANG=/path (make e2e does)");

export const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };

/** community is a folder with the demo of this binary, made once a day: it takes as long as many a test. */
function community() {
  const made = join(import.meta.dirname, "out", `demo-${Math.trunc(statSync(binary).mtimeMs)}-${new Date().toISOString().slice(0, 10)}`);
  if (existsSync(made)) return made;
  mkdirSync(dirname(made), { recursive: true });
  for (const name of readdirSync(dirname(made))) if (name.startsWith("demo-")) rmSync(join(dirname(made), name), { recursive: true });
  const making = mkdtempSync(join(dirname(made), "making-"));
  execFileSync(binary, ["demo", "--dir", making, "--password", password], { stdio: "ignore", cwd: making });
  try {
    renameSync(making, made);
  } catch (problem) {
    if (!existsSync(made)) throw problem;
    rmSync(making, { recursive: true }); // another test file was faster
  }
  return made;
}

/** begin starts server and browser, with flags to serve by and variables of its environment; end() stops both and removes the data. */
export async function begin({ flags = [], env = {} } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "madang-e2e-"));
  cpSync(community(), dir, { recursive: true });
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(binary, ["serve", "--dir", dir, "--http", url.slice(7), ...flags], {
    stdio: "ignore", cwd: dir, env: { ...process.env, RATE_LIMITS: "off", ...env }, // one address signs in more often than people do
  });
  const ended = new Promise((done) => server.once("exit", done));
  await answers(url, ended);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"],
  });
  const world = { url, dir };
  world.visit = (options) => visit(browser, url, options);
  world.end = async () => {
    await browser.close();
    server.kill("SIGTERM");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  return world;
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer().once("error", fail).listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function answers(url, ended) {
  let gone = false;
  ended.then(() => { gone = true; });
  for (let tries = 0; tries < 200 && !gone; tries++) {
    const ok = await fetch(`${url}/api/health`).then((r) => r.ok, () => false);
    if (ok) return;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  throw new Error("the server doesn't answer");
}

/**
 * visit opens a browser of somebody: who (a username of the demo, or nobody), lang, theme,
 * size, script (false: none), at (by which address) and zone (of their clock; else the instance's). problems() is what went wrong on its pages until now.
 */
async function visit(browser, url, { who, lang = "en", theme = "light", size = "desk", script = true, at = url, zone = "Asia/Seoul" } = {}) {
  const context = await browser.newContext({
    baseURL: at, locale: lang === "ko" ? "ko-KR" : "en-US", colorScheme: theme, viewport: sizes[size],
    javaScriptEnabled: script, reducedMotion: "reduce", timezoneId: zone,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env.PATIENCE) || 60_000); // ms; the machine may be busy
  const problems = [];
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) problems.push(`${page.url()}: ${m.text()}`); });
  page.on("pageerror", (e) => problems.push(`${page.url()}: ${e.message}`));
  page.on("requestfailed", (r) => {
    if (!/ERR_ABORTED/.test(r.failure()?.errorText ?? "")) problems.push(`${r.url()}: ${r.failure()?.errorText}`);
  });
  page.on("response", (r) => { if (r.status() >= 500) problems.push(`${r.url()}: ${r.status()}`); });
  if (script) wakeful(page, new URL(at).origin);
  if (who) await signIn(page, who, password);
  return { context, page, problems: () => problems.splice(0) };
}

/** wakeful has goto and reload wait until the scripts of our pages have taken over their links and forms. */
function wakeful(page, origin) {
  for (const name of ["goto", "reload"]) {
    const plain = page[name].bind(page);
    page[name] = async (...args) => {
      const answer = await plain(...args);
      const ours = answer?.headers()["content-type"]?.startsWith("text/html") && page.url().startsWith(origin) && await page.locator("script[src^='/assets/'][src$='/js/site.js']").count();
      if (ours) await page.waitForSelector("html.awake", { state: "attached" });
      return answer;
    };
  }
}

export async function signIn(page, who, secret) {
  await page.goto("/login");
  await page.fill("#f-identity", who);
  await page.fill("#f-password", secret);
  await page.click(".door button");
  await page.waitForURL((u) => u.pathname === "/", { waitUntil: "domcontentloaded" });
}

/** sameOrigin asks the API with the cookie of the page's person. */
export function api(page, method, path, body) {
  return page.evaluate(async ([method, path, body]) => {
    const answer = await fetch(path, { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }, [method, path, body]);
}

/** shoot makes pictures of a page for a person to look at, in both themes and sizes, if SHOTS names a folder for them. */
export async function shoot(page, name, fullPage = true) {
  if (!process.env.SHOTS) return;
  for (const theme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(viewport);
      await page.screenshot({ path: `${process.env.SHOTS}/${name}-${size}-${theme}.png`, fullPage });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** barriers are what axe-core finds on the page: the rule and where it is broken. */
export async function barriers(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.any.map((a) => a.message).join(" ")}`));
  });
}
