// What the pages weigh and how fast they are, on demo data: make bench-web. The first view of Home
// (bytes without media, requests before the first paint, time of the server), then Lighthouse on
// Home, Post and Profile, desktop and phone. What misses its budget is marked and fails the run.
import { chromium } from "playwright-core";
import lighthouse, { desktopConfig } from "lighthouse";
import { begin } from "./world.mjs";
import { weigh } from "./weight.mjs";

const budget = { bytes: 60_000, requests: 4, server: 5, score: 95 }; // bytes, requests, ms, of 100
const rounds = Number(process.env.ROUNDS) || 200; // of the server's time
const kinds = ["performance", "accessibility", "best-practices", "seo"];
let missed = false;

function row(cells) { process.stdout.write(`| ${cells.join(" | ")} |\n`); }
function table(heads) { process.stdout.write("\n"); row(heads); row(heads.map(() => "---")); }
function mark(value, good, unit = "") {
  if (!good) missed = true;
  return `${value}${unit}${good ? "" : " **missed**"}`;
}

/** serverTime is how long the whole answer of a page takes over loopback, one after another: median and 95th percentile in ms. */
async function serverTime(url, cookie) {
  const times = [];
  for (let n = 0; n < rounds + 20; n++) {
    const from = performance.now();
    const answer = await fetch(url, { headers: { cookie, "accept-encoding": "gzip" } });
    await answer.arrayBuffer();
    if (n >= 20) times.push(performance.now() - from); // the first ones warm up
  }
  times.sort((a, b) => a - b);
  return [0.5, 0.95].map((part) => times[Math.floor(times.length * part)]);
}

async function firstView(world) {
  table(["first view of Home", "without media", "requests before first paint", "server p50", "server p95"]);
  for (const who of [undefined, "ada"]) {
    const { context, page } = await world.visit({ who, size: "phone" });
    const { bytes, before } = await weigh(context, page, "/");
    const cookie = (await context.cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const [half, most] = await serverTime(`${world.url}/`, cookie);
    row([who ? "a member's" : "a stranger's", mark((bytes / 1000).toFixed(1), bytes <= budget.bytes, " KB"),
      mark(before.length, before.length <= budget.requests), mark(half.toFixed(2), half <= budget.server, " ms"), `${most.toFixed(2)} ms`]);
    await context.close();
  }
}

async function scores(world) {
  const port = 9000 + Math.floor(Math.random() * 900);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", `--remote-debugging-port=${port}`] });
  const found = await (await fetch(`${world.url}/api/posts?has_media=true&ordering=-likes_count&page_size=1`)).json();
  const pages = { Home: "/", Post: `/posts/${found.results[0].id}`, Profile: "/@minji" };
  if (process.env.ONLY) for (const name of Object.keys(pages)) if (!process.env.ONLY.includes(name)) delete pages[name];
  table(["Lighthouse", ...kinds, "first paint", "largest paint", "shift", "blocked"]);
  for (const [name, path] of Object.entries(pages)) {
    const address = (await fetch(world.url + path, { headers: { accept: "text/html" } })).url; // canonical, so that no redirect is measured
    for (const screen of ["desktop", "phone"]) {
      const { lhr } = await lighthouse(address, { port, output: "json", logLevel: "error", onlyCategories: kinds }, screen === "desktop" ? desktopConfig : undefined);
      const shown = (id) => lhr.audits[id]?.displayValue?.replaceAll(" ", " ") ?? "–";
      row([`${name}, ${screen}`, ...kinds.map((kind) => {
        const score = Math.round(lhr.categories[kind].score * 100);
        return mark(score, score >= budget.score);
      }), shown("first-contentful-paint"), shown("largest-contentful-paint"), shown("cumulative-layout-shift"), shown("total-blocking-time")]);
      if (process.env.WHY) explain(lhr);
    }
  }
  await browser.close();
}

/** explain says what keeps a page from 100: WHY=1. */
function explain(lhr) {
  for (const kind of kinds) {
    for (const { id, weight } of lhr.categories[kind].auditRefs) {
      const { score, title, displayValue = "", details } = lhr.audits[id];
      if (score === null || score >= 0.9 || (!weight && kind !== "performance")) continue;
      process.stdout.write(`    ${kind} ${score} ${id}: ${title} ${displayValue}\n`);
      for (const item of details?.items?.slice(0, 6) ?? []) process.stdout.write(`        ${JSON.stringify(item).slice(0, 300)}\n`);
    }
  }
}

const world = await begin();
try {
  await firstView(world);
  await scores(world);
} finally {
  await world.end();
}
process.exitCode = missed ? 1 : 0;
