// A member's day by the typed client, against the real binary: make client-test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMadang, type Schemas, type Tokens } from "../src/index.js";

type Serve = <T>(use: (url: string) => Promise<T>) => Promise<T>;
const { serve } = (await import(new URL("../../serve.mjs", import.meta.url).href)) as { serve: Serve };

const password = "blue-kite-over-han";

const join = async (url: string, username: string) => {
  const kept: (Tokens | undefined)[] = [];
  const madang = createMadang({ baseUrl: url, onTokens: (tokens) => kept.push(tokens) });
  const { data, error } = await madang.POST("/api/auth/register", {
    body: { username, email: `${username}@example.com`, password, password_confirm: password },
  });
  assert.equal(error, undefined);
  assert.ok(data && "access" in data); // a 202 says what somebody waits for
  madang.signIn(data);
  return { madang, kept, user: data.user };
};

await test("sign up, post, like, search; errors have types", () => serve(async (url) => {
  const { madang, kept, user } = await join(url, "haneul");
  assert.equal(user.username, "haneul");

  const { data: post } = await madang.POST("/api/posts", { body: { title: "첫 사진공유", content: "**고양이**가 잔다", tags: ["고양이"] } });
  assert.ok(post);
  const author: string = post.author.username;
  assert.equal(author, "haneul");

  const other = await join(url, "bada");
  const { data: liked, response } = await other.madang.POST("/api/posts/{id}/like", { params: { path: { id: post.id } } });
  assert.equal(response.status, 201);
  assert.equal(liked?.likes_count, 1);
  const { data: seen } = await other.madang.GET("/api/posts/{id}", { params: { path: { id: post.id } } });
  assert.equal(seen?.is_liked, true);
  assert.match(seen?.content_html ?? "", /<strong>고양이<\/strong>/);

  let found: Schemas["Post"][] = [];
  for (let tries = 0; tries < 50 && found.length === 0; tries++) { // the index follows the database
    const { data } = await madang.GET("/api/posts", { params: { query: { search: "공유", page_size: 5 } } });
    found = data?.results ?? [];
    if (found.length === 0) await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.deepEqual(found.map((one) => one.id), [post.id]);

  const missing = await madang.GET("/api/posts/{id}", { params: { path: { id: "nosuchpost00000" } } });
  assert.equal(missing.data, undefined);
  assert.equal(missing.response.status, 404);
  const message: string | undefined = missing.error?.message;
  assert.ok(message);
  const bad = await madang.POST("/api/posts", { body: { title: "", content: "" } });
  assert.equal(bad.error?.data?.["title"]?.code, "validation_required");
  // @ts-expect-error a title is text
  await madang.POST("/api/posts", { body: { title: 5 } });
  // @ts-expect-error a path that there isn't
  assert.equal((await madang.GET("/api/nothing")).response.status, 404);
  assert.equal(kept.length, 1);
}));

await test("an access token that is over is exchanged once, however many ask", () => serve(async (url) => {
  const { madang, kept } = await join(url, "haneul");
  const first = kept[0];
  assert.ok(first);
  madang.signIn({ access: `${first.access}x`, refresh: first.refresh });
  const answers = await Promise.all(Array.from({ length: 8 }, () => madang.GET("/api/users/me")));
  assert.deepEqual(answers.map(({ response }) => response.status), Array(8).fill(200));
  assert.equal(kept.length, 3); // joined, spoiled here, exchanged
  madang.signIn({ access: "x", refresh: "x" });
  assert.equal((await madang.GET("/api/users/me")).response.status, 401);
  assert.equal(kept.at(-1), undefined); // the session is over
}));

await test("records by PocketBase's own routes have types, too", () => serve(async (url) => {
  const { madang } = await join(url, "haneul");
  const { data } = await madang.GET("/api/collections/posts/records");
  assert.equal(data?.totalItems ?? 0, 0);
}));
