// Two people write to each other, each in a browser of their own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { api, begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function barriers(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.any.map((a) => a.message).join(" ")}`));
  });
}

async function friends(...names) {
  const all = [];
  for (const [who, options] of names) all.push(await world.visit({ who, ...options }));
  for (const [i, one] of all.entries()) {
    for (const [j, [other]] of names.entries()) if (i !== j) await api(one.page, "POST", `/api/users/@${other}/follow`);
  }
  return all;
}

// open is the conversation, once its page hears what happens.
async function open(page, other) {
  const listening = page.waitForResponse((r) => /\/api\/realtime$/.test(r.url()) && r.request().method() === "POST" && r.ok());
  await page.goto(`/messages/${other}`);
  await listening;
}

const texts = (page) => page.$$eval(".message .bubble", (all) => all.map((b) => b.querySelector(":scope > div:not(.gallery), .typed, .gone")?.textContent.trim() ?? "(media)"));
const has = (page, text) => page.waitForFunction((t) => [...document.querySelectorAll(".message:not(.sending) .bubble")].some((b) => b.textContent.includes(t)), text);

async function paste(page, name) {
  await page.evaluate((name) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#1f6a57";
    pen.fillRect(0, 0, 320, 240);
    canvas.toBlob((blob) => {
      const data = new DataTransfer();
      data.items.add(new File([blob], name, { type: "image/png" }));
      document.querySelector("#say").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
  }, name);
}

test("typing, delivery, the read mark, a picture, a lost connection, and the end by a block", async () => {
  const [ada, bob] = await friends(["ada", { size: "desk" }], ["bob", { lang: "ko", size: "phone" }]);
  await api(bob.page, "PATCH", "/api/auth/profile", { locale: "ko" });
  await ada.page.goto("/@bob");
  await ada.page.click("a[href='/messages/bob#end']");
  await ada.page.waitForSelector("[data-first]");
  await shoot(ada.page, "talk-empty", false);
  await open(ada.page, "bob");

  // Hangul that is being composed isn't sent by the Enter that ends a syllable
  await ada.page.fill("#say", "안녕");
  await ada.page.$eval("#say", (box) => box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })));
  await ada.page.$eval("#say", (box) => box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true })));
  assert.equal(await ada.page.inputValue("#say"), "안녕");
  await ada.page.press("#say", "Shift+Enter");
  await ada.page.type("#say", "bob!");
  assert.equal(await ada.page.inputValue("#say"), "안녕\nbob!");
  await ada.page.press("#say", "Enter");
  await has(ada.page, "bob!");
  assert.equal(await ada.page.inputValue("#say"), "");
  assert.equal(await ada.page.locator("[data-first]").count(), 0);

  // bob sees that something came, wherever he is
  await bob.page.goto("/explore");
  await bob.page.waitForSelector("[data-unread-messages]:not([hidden])");
  assert.match(await bob.page.title(), /^(\(\d+\) )?/);
  await bob.page.goto("/messages");
  assert.match(await bob.page.innerText(".talks"), /안녕/);
  await shoot(bob.page, "talks", false);
  assert.deepEqual(await barriers(bob.page), []);
  await open(bob.page, "ada");
  await has(bob.page, "bob!");
  await ada.page.waitForSelector("[data-seen]:not([hidden])"); // and ada that he read it

  await bob.page.type("#say", "ㅎㅎ 반가워요");
  await ada.page.waitForSelector("[data-typing]:not([hidden])");
  await shoot(ada.page, "talk-typing", false);
  await bob.page.click(".fly");
  await has(ada.page, "반가워요");
  assert.equal(await ada.page.isVisible("[data-typing]"), false);
  await bob.page.waitForSelector("[data-unread-messages][hidden]", { state: "attached" });

  // a pasted picture with words about it
  await paste(ada.page, "yard.png");
  await ada.page.fill(".attached input[name^=alt_]", "A green yard");
  await ada.page.press("#say", "Enter");
  await bob.page.waitForSelector(".message img[alt='A green yard']");

  // a lost connection: it says so, and arrives once when tried again
  await ada.page.route("**/api/conversations/**/messages", (route) => route.abort());
  await ada.page.fill("#say", "once only");
  await ada.page.press("#say", "Enter");
  await ada.page.waitForSelector(".failed");
  await shoot(ada.page, "talk-failed", false);
  await ada.page.unroute("**/api/conversations/**/messages");
  await ada.page.click(".failed button:has-text('Try again')");
  await has(bob.page, "once only");
  await ada.page.waitForFunction(() => !document.querySelector(".sending"));
  assert.equal((await texts(bob.page)).filter((t) => t === "once only").length, 1);

  // taken back, for both
  await ada.page.locator(".message.mine .confirm summary").last().click();
  await ada.page.locator(".message.mine .confirm[open] .danger").click();
  await bob.page.waitForFunction(() => document.querySelector(".message:last-child .gone"));

  for (const { page } of [ada, bob]) assert.deepEqual(await barriers(page), []);
  await shoot(bob.page, "talk-ko", false);
  await shoot(ada.page, "talk", false);
  ada.problems(); // the aborted request is one
  assert.deepEqual(bob.problems(), []);

  await bob.page.setViewportSize({ width: 390, height: 844 });
  await bob.page.click(".talk-top .menu summary");
  await shoot(bob.page, "talk-menu", false);
  await bob.page.click(".talk-top button:has-text('차단')");
  await bob.page.waitForURL("**/messages");
  assert.equal(await bob.page.locator(".talks li").count(), 0);
  await ada.page.fill("#say", "are you there?");
  await ada.page.press("#say", "Enter");
  await ada.page.waitForSelector(".failed");
  assert.equal(await ada.page.locator(".failed button:has-text('Try again')").count(), 0, "trying again is of no use");
  await ada.context.close();
  await bob.context.close();
});

test("older messages come as one scrolls up, and what is read stays where it is", async () => {
  const [minji, junho] = await friends(["minji", { size: "phone" }], ["junho", {}]);
  for (let i = 0; i < 45; i++) await api(junho.page, "POST", "/api/conversations/@minji/messages", { content: `number ${i}` });
  await open(minji.page, "junho");
  assert.equal((await texts(minji.page)).length, 20);
  await minji.page.waitForFunction(() => scrollY > 0); // it begins at the end
  await minji.page.mouse.move(200, 400);
  for (let n = 0; (await texts(minji.page)).length < 45; n++) {
    assert.ok(n < 60, "older ones don't come");
    await minji.page.mouse.wheel(0, -400);
    await minji.page.waitForTimeout(100);
  }
  const all = await texts(minji.page);
  assert.deepEqual(all, Array.from({ length: 45 }, (_, i) => `number ${i}`));
  assert.equal(await minji.page.locator(".day").count(), 1);
  // one who reads above isn't pulled down
  await minji.page.evaluate(() => scrollTo(0, 0));
  await api(junho.page, "POST", "/api/conversations/@minji/messages", { content: "new below" });
  await minji.page.waitForSelector("[data-jump]:not([hidden])");
  assert.ok(await minji.page.evaluate(() => scrollY < 100));
  await minji.page.click("[data-jump] button");
  await has(minji.page, "new below");
  assert.deepEqual(minji.problems(), []);
  await minji.context.close();
  await junho.context.close();
});

test("without scripts all but the live parts works", async () => {
  const [sora, grace] = await friends(["sora", { script: true }], ["grace", { script: true }]);
  const plain = await world.visit({ script: false, size: "phone" });
  await plain.context.addCookies(await sora.context.cookies());
  const { page } = plain;
  await page.goto("/@grace");
  await page.click("a[href='/messages/grace#end']");
  await page.fill("#say", "by form");
  await page.setInputFiles(".clip input", { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64") });
  await page.click(".fly");
  await page.waitForURL("**/messages/grace#end");
  assert.equal(await page.locator(".message.mine").count(), 1);
  assert.equal(await page.locator(".message.mine img").count(), 1);
  await shoot(page, "talk-plain", false);
  await page.click(".message .confirm summary");
  await page.click(".message .danger");
  assert.match(await page.innerText(".message"), /was deleted|삭제된/);
  await page.click(".talk-top .menu summary");
  await page.click(".talk-top form[action$='/clear'] button");
  assert.match(await page.innerText("main"), /No messages yet|아직 메시지가 없어요/);
  for (const visitor of [sora, grace, plain]) await visitor.context.close();
});
