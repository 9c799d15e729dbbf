// Hostile texts and files on every page that shows them, in a real browser: nothing executes, and nothing of
// theirs even gets as far as the content policy. testdata/hostile.json has the texts by class; each would call trap().
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { api, begin } from "./world.mjs";

const texts = Object.values(JSON.parse(readFileSync(new URL("testdata/hostile.json", import.meta.url), "utf8"))).flat();

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

/** trapped opens somebody's browser in which whatever executes is noted: sprung() is all of it until now. */
async function trapped(who) {
  const visit = await world.visit({ who });
  const hits = [];
  await visit.context.exposeFunction("caught", (what) => hits.push(what));
  await visit.context.addInitScript(() => {
    for (const name of ["trap", "alert", "confirm", "prompt"]) window[name] = () => window.caught(`${name} on ${location.href}`);
    document.addEventListener("securitypolicyviolation", (e) => window.caught(`${e.violatedDirective} ${e.blockedURI} ${e.sample} on ${location.href}`));
  });
  visit.context.on("page", (page) => page.on("dialog", (d) => { hits.push(`dialog ${d.message()}`); d.dismiss(); }));
  visit.sprung = () => hits.splice(0);
  return visit;
}

/** calm asserts that a page shows no more than texts: no script, handler or address of theirs is in its tree. */
async function calm({ page, sprung, problems }, path, expected = /$^/, until = "load") {
  await page.goto(path, { waitUntil: until });
  const odd = await page.evaluate(() => {
    const bad = [];
    for (const node of document.querySelectorAll("*")) {
      for (const { name, value } of node.attributes) {
        if (/^on/i.test(name)) bad.push(`${node.tagName} ${name}=${value}`);
        if (/^(href|src|action|formaction|data|xlink:href)$/i.test(name) && /^(javascript|vbscript|data:text)/i.test(value.replace(/[\s\x00-\x20]/g, ""))) bad.push(`${node.tagName} ${name}=${value}`);
      }
    }
    const ours = [...document.scripts].every((s) => (s.src ? new URL(s.src).origin === location.origin : s.type === "application/ld+json"));
    if (!ours) bad.push("a script that isn't ours");
    for (const tag of ["iframe", "object", "embed", "base", "math"]) if (document.querySelector(tag)) bad.push(tag);
    for (const node of document.querySelectorAll(".prose *, .card *, .comment *")) node.dispatchEvent(new MouseEvent("mouseover", { bubbles: true })); // what waits for a mouse
    return bad;
  });
  assert.deepEqual(odd, [], path);
  assert.deepEqual(sprung(), [], path);
  assert.deepEqual(problems().filter((p) => !expected.test(p)), [], path);
}

test(`${texts.length} texts as titles, contents, tags, warnings and comments execute nowhere`, async () => {
  assert.ok(new Set(texts).size >= 200);
  const ada = await trapped("ada");
  const told = await ada.page.evaluate(async (texts) => {
    const send = async (path, body, method = "POST") => {
      const answer = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      return { ok: answer.ok, status: answer.status, body: await answer.json() };
    };
    const ids = [], refused = [], previews = [];
    const place = document.createElement("div");
    place.className = "prose";
    document.querySelector("main").append(place);
    for (const [n, text] of texts.entries()) {
      const status = n % 10 === 0 ? "draft" : n % 10 === 1 ? "scheduled" : "published";
      const post = { title: text, content: `${text}\n\n${n % 7 ? "" : "tail"}`, tags: [text], content_warning: n % 3 ? "" : text, status, publish_at: status === "scheduled" ? new Date(Date.now() + 36e5).toISOString() : undefined };
      let made = await send("/api/posts", post);
      if (!made.ok) made = await send("/api/posts", { ...post, tags: [], title: text.slice(0, 190) }); // no tag can be made of it
      if (made.ok) ids.push(made.body.id); else refused.push([text, made.status]);
      const shown = await send("/api/posts/preview", { content: text });
      place.innerHTML = shown.body.content_html; // as the live preview does
      previews.push(place.innerHTML);
      const said = await send("/api/posts/" + ids[0] + "/comments", { content: text });
      if (!said.ok && n) await send("/api/posts/" + ids.at(-1) + "/comments", { content: text });
    }
    return { ids, refused, previews };
  }, texts);
  assert.deepEqual(told.refused, []);
  assert.ok(told.previews.every((html) => !/<(script|iframe|svg|math|style|form|input)\b/i.test(html)));
  const { body: mine } = await api(ada.page, "GET", "/api/posts?author=ada&page_size=100");
  const published = told.ids.filter((_, n) => n % 10 > 1);
  await ada.page.evaluate(async ({ texts, id }) => {
    for (const text of texts) {
      await fetch(`/api/posts/${id}/comments`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ content: text }) });
    }
  }, { texts, id: published[0] });
  assert.ok(mine.results.length === 100);
  assert.deepEqual(ada.problems().filter((p) => !/status of 40[04]/.test(p)), []); // tags of nothing, comments on a draft
  for (const path of ["/?tab=everyone&page_size=100", "/", "/@ada?page_size=100", "/@ada?page_size=100&page=2", "/explore", "/me/drafts?page_size=100", "/me/drafts?status=scheduled&page_size=100",
    "/me/drafts?view=calendar", "/me/stats", "/notifications?page_size=100", "/search?q=trap&page_size=100", "/search?q=script", "/search?q=trap&type=tags", "/bookmarks"]) await calm(ada, path);
  for (const page of [1, 2, 3]) await calm(ada, `/posts/${published[0]}?page_size=100&page=${page}`);
  for (const id of told.ids.filter((_, n) => n % 6 === 0)) await calm(ada, `/posts/${id}`, /status of 404/); // pictures that aren't there
  for (const id of told.ids.filter((_, n) => n % 24 === 0)) await calm(ada, `/posts/${id}/edit`);
  for (const text of texts.filter((_, n) => n % 15 === 0)) await calm(ada, `/search?q=${encodeURIComponent(text)}`);
  for (const text of texts.slice(60, 75)) await calm(ada, `/login?next=${encodeURIComponent(text)}&lang=${encodeURIComponent(text)}`);
  const bob = await trapped("bob");
  const first = (await api(bob.page, "GET", `/api/posts/${published[0]}/comments`)).body.results[0].id;
  for (const id of [published[0], published[50]]) await api(bob.page, "POST", "/api/reports", { target_type: "post", target_id: id, reason: "spam", note: texts[0] });
  await calm(bob, `/comments/${first}`);
  await calm(bob, "/@ada");
  await bob.context.close();
  const sora = await trapped("sora");
  await calm(sora, "/moderation");
  await sora.context.close();
  await ada.context.close();
});

test("hostile names and bios, alt texts and captions execute nowhere", async () => {
  const bob = await trapped("bob");
  const groups = Array.from({ length: Math.ceil(texts.length / 5) }, (_, n) => texts.slice(n * 5, n * 5 + 5));
  const refused = /status of 400/; // a name that is too long or none
  const found = await api(bob.page, "GET", "/api/posts?media_type=image&page_size=1");
  const picture = await (await bob.context.request.get(found.body.results[0].media[0].stream_url)).body();
  const media = [];
  for (let n = 0; n < 24; n++) {
    const alt = texts.slice(n * 10, n * 10 + 10).join("\n").slice(0, 1500);
    const made = await bob.context.request.post("/api/media", { multipart: { file: { name: n ? "a.jpg" : "\"><img src=x onerror=trap(1)>.jpg", mimeType: "image/jpeg", buffer: picture } }, headers: { Origin: world.url } });
    assert.equal(made.status(), 201, await made.text());
    media.push((await made.json()).id);
    assert.equal((await api(bob.page, "PATCH", `/api/media/${media[n]}`, { alt_text: alt })).status, 200);
  }
  for (let n = 0; n < media.length; n += 8) {
    const made = await api(bob.page, "POST", "/api/posts", { title: `Pictures ${n}`, content: "x", media: media.slice(n, n + 8), status: "published" });
    await calm(bob, `/posts/${made.body.id}`);
    await bob.page.click("[data-full] >> nth=0"); // one at a time, with its caption
    await bob.page.waitForSelector("dialog.viewer[open]");
    await bob.page.keyboard.press("ArrowRight");
    assert.deepEqual(bob.sprung(), []);
    await calm(bob, `/posts/${made.body.id}/edit`);
  }
  await calm(bob, "/@bob/media");
  for (const [n, group] of groups.entries()) {
    const answer = await api(bob.page, "PATCH", "/api/auth/profile", { name: group[0].slice(0, 50), bio: group.join("\n").slice(0, 500) });
    if (answer.status !== 200) await api(bob.page, "PATCH", "/api/auth/profile", { bio: group.join("\n").slice(0, 500) });
    await calm(bob, "/@bob/followers", refused);
    if (n % 12 === 0) for (const path of ["/settings", "/search?q=bob&type=users", "/", "/explore"]) await calm(bob, path);
  }

  const sound = await api(bob.page, "GET", "/api/posts?media_type=audio&page_size=1");
  const loud = await bob.context.request.get(sound.body.results[0].media[0].stream_url);
  const kind = loud.headers()["content-type"];
  const own = await bob.context.request.post("/api/media", { multipart: { file: { name: `a.${{ "audio/mpeg": "mp3", "audio/wav": "wav", "audio/flac": "flac", "audio/ogg": "ogg", "audio/mp4": "m4a" }[kind] ?? "wav"}`, mimeType: kind, buffer: await loud.body() } }, headers: { Origin: world.url } });
  assert.equal(own.status(), 201, await own.text());
  const { id } = await own.json();
  const cues = texts.filter((t) => !/-->|[\x00-\x1f\u2028\u2029]/.test(t)).map((t) => `00:00.000 --> 00:30.000\n${t}\n`).join("\n");
  const sent = await bob.context.request.put(`/api/media/${id}/captions/en/track.vtt`, { multipart: { label: texts[0].slice(0, 60), file: { name: "a.vtt", mimeType: "text/vtt", buffer: Buffer.from(`WEBVTT\n\n${cues}`) } }, headers: { Origin: world.url } });
  assert.ok([200, 201].includes(sent.status()), await sent.text());
  const heard = await api(bob.page, "POST", "/api/posts", { title: "Heard", content: "x", media: [id], status: "published" });
  await calm(bob, `/posts/${heard.body.id}`);
  await bob.page.waitForSelector("[data-player] .controls");
  await bob.page.click("button[data-captions]");
  await bob.page.click("[data-toggle-play]");
  await bob.page.waitForFunction(() => document.querySelector("audio").textTracks[0].activeCues?.length > 20);
  await calm(bob, `/media/${id}/captions`);
  assert.deepEqual(bob.sprung(), []);
  await bob.context.close();
});

test("hostile files are refused, or no more than what they look like", async () => {
  const ada = await trapped("ada");
  await ada.page.goto("/explore"); // the trap is in every page opened since
  await ada.page.evaluate(() => new Promise((stopped) => {
    document.addEventListener("securitypolicyviolation", () => stopped(), { once: true });
    window.trap(1);
    document.body.setAttribute("onclick", "trap(2)");
    document.body.click();
  }));
  assert.equal(ada.sprung().length, 2, "the trap works: a call, and what the content policy stopped");
  ada.problems();
  const page = "<!doctype html><script>trap(1);alert(1)</script>";
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="trap(1)"><script>alert(1)</script></svg>';
  const xml = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>trap(1)</script></html>`;
  const found = await api(ada.page, "GET", "/api/posts?media_type=image&page_size=1");
  const jpeg = await (await ada.context.request.get(found.body.results[0].media[0].stream_url)).body();
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, page.length + 2]), Buffer.from(page)]);
  const gif = Buffer.from("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xfe", "latin1");
  const rest = Buffer.from(",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", "latin1");
  const files = [
    ...["jpg", "png", "gif", "webp", "svg", "html", "mp4", "mp3", "wav"].flatMap((ext) => [page, svg, xml].map((body) => [`a.${ext}`, Buffer.from(body), false])),
    ["comment.jpg", Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]), true], ["behind.jpg", Buffer.concat([jpeg, Buffer.from(page)]), true],
    ["comment.gif", Buffer.concat([gif, Buffer.from([page.length]), Buffer.from(page), Buffer.from([0]), rest]), true], ["a.jpg.html", jpeg, false], ["a.svg", jpeg, false],
  ];
  let taken = 0;
  for (const [name, buffer, may] of files) {
    const answer = await ada.context.request.post("/api/media", { multipart: { file: { name, mimeType: "image/jpeg", buffer } }, headers: { Origin: world.url } });
    if (!may) assert.ok(answer.status() >= 400 && answer.status() < 500, `${name}: ${answer.status()}`);
    if (answer.status() !== 201) continue;
    taken++;
    const { stream_url: url, id } = await answer.json();
    const served = await ada.page.goto(url);
    assert.match(served.headers()["content-type"], /^image\//);
    assert.equal(served.headers()["x-content-type-options"], "nosniff");
    assert.ok(!(await served.body()).includes("trap(1)"), `${name} still carries a page`);
    assert.deepEqual(ada.sprung(), [], name);
    const shown = await api(ada.page, "POST", "/api/posts", { title: name, content: "x", media: [id], status: "published" }).catch(() => null);
    if (shown) assert.equal(shown.status, 201);
  }
  assert.ok(taken >= 2, "some are pictures all the same");
  ada.problems();
  await calm(ada, "/@ada/media");
  await ada.context.close();
});

const noGo = spawnSync("go", ["version"]).error && "the files are made by a Go test, and there is no Go";

test("the hostile films, sounds and pictures of the media tests execute nothing, opened and played", { skip: noGo }, async () => {
  const dir = mkdtempSync(join(tmpdir(), "madang-hostile-"));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  execFileSync("go", ["test", "./media", "-count=1", "-run", "^TestHandOver$"], { cwd: root, stdio: "ignore", env: { ...process.env, MADANG_HAND_OVER_FILES: dir } });
  const bob = await trapped("bob");
  const taken = [];
  for (const { what, as, path } of JSON.parse(readFileSync(join(dir, "list.json"), "utf8"))) {
    const sent = await bob.context.request.post("/api/media", { multipart: { file: { name: as, mimeType: "text/html", buffer: readFileSync(path) } }, headers: { Origin: world.url } });
    if (sent.status() === 201) taken.push({ what, ...await sent.json() });
  }
  rmSync(dir, { recursive: true, force: true });
  assert.ok(taken.filter((m) => m.media_type !== "image").length > 20, `${taken.length} were taken`);
  const broken = /status of 404|ERR_|decode|play\(\)/i; // what a browser makes of a broken file is its own affair
  for (const { what, stream_url: url } of taken) { // by itself
    const opened = await bob.context.newPage();
    await opened.goto(url, { waitUntil: "commit" }).catch(() => {}); // what isn't played is downloaded
    await opened.close();
    assert.deepEqual(bob.sprung(), [], what);
  }
  for (let n = 0; n < taken.length; n += 10) {
    const some = taken.slice(n, n + 10);
    const made = await api(bob.page, "POST", "/api/posts", { title: `Hostile ${n}`, content: "x", media: some.map((m) => m.id), status: "published" });
    assert.equal(made.status, 201);
    bob.problems();
    await calm(bob, `/posts/${made.body.id}`, broken, "domcontentloaded"); // of a film without an end a browser waits for more
    await bob.page.evaluate(async () => { // each begins, as far as the browser can
      for (const played of document.querySelectorAll("video, audio")) {
        played.muted = true;
        await Promise.race([played.play().catch(() => {}), new Promise((done) => { setTimeout(done, 300); })]);
        played.pause();
      }
    });
    assert.deepEqual(bob.sprung(), [], some.map((m) => m.what).join(", "));
    bob.problems();
  }
  await calm(bob, "/@bob/media", broken, "domcontentloaded");
  await bob.context.close();
});
