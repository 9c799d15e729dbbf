// What happened to one, as it happens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, begin, shoot } from "./world.mjs";

let world;
before(async () => { world = await begin(); });
after(() => world?.end());

test("the bell counts while one looks, and the page reads", async () => {
  const ada = await world.visit({ who: "ada" });
  const bob = await world.visit({ who: "bob" });
  assert.equal((await api(ada.page, "POST", "/api/notifications/read", {})).status, 200);
  const made = await api(ada.page, "POST", "/api/posts", { title: "Under the tree", content: "Shade for everybody." });
  assert.equal(made.status, 201);

  const listening = ada.page.waitForResponse((r) => r.url().endsWith("/api/notifications?unread=true&page_size=1"));
  await ada.page.goto("/explore");
  const count = ada.page.locator("[data-unread]");
  assert.equal(await count.isVisible(), false);
  await listening;
  assert.equal((await api(bob.page, "POST", `/api/posts/${made.body.id}/like`)).status, 201);
  await count.waitFor({ state: "visible" });
  assert.equal(await count.textContent(), "1");
  assert.match(await ada.page.title(), /^\(1\) /);

  await api(bob.page, "POST", `/api/posts/${made.body.id}/comments`, { content: "I was there, too" });
  await ada.page.waitForFunction(() => document.querySelector("[data-unread]").textContent === "2");
  await ada.page.click("header .bell[data-live]");
  await ada.page.getByText("liked “Under the tree”").waitFor();
  await shoot(ada.page, "notifications");
  await ada.page.reload();
  assert.equal(await count.isVisible(), false);
  await ada.page.getByRole("link", { name: /commented on “Under the tree”/ }).click();
  await ada.page.getByText("I was there, too").first().waitFor();
  assert.deepEqual([...ada.problems(), ...bob.problems()], []);
});
