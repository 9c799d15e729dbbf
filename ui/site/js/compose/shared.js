// Files that a device shared with the app: the worker keeps them until the composer takes them.
const kept = "madang-shared";

/** sharedFiles gives them, once. */
export async function sharedFiles() {
  if (!("caches" in window) || !(await caches.has(kept))) return [];
  const cache = await caches.open(kept);
  const files = [];
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    const name = decodeURIComponent(answer.headers.get("X-Name") ?? "");
    files.push(new File([await answer.blob()], name, { type: answer.headers.get("Content-Type") ?? "" }));
  }
  await caches.delete(kept);
  return files;
}
