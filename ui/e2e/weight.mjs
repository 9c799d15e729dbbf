// What a page weighs: shared by the tests that hold it to its budget and by bench.mjs, which prints it.

const media = /\/api\/(media|files)\//;

/** weigh opens a page with an empty cache: bytes over the line but for media, and the URLs asked for before anything was painted. */
export async function weigh(context, page, path) {
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.setCacheDisabled", { cacheDisabled: true });
  await client.send("Network.setBypassServiceWorker", { bypass: true }); // it keeps what the page before fetched
  const light = new Set();
  let bytes = 0;
  client.on("Network.requestWillBeSent", (e) => { if (!media.test(e.request.url)) light.add(e.requestId); });
  client.on("Network.loadingFinished", (e) => { if (light.has(e.requestId)) bytes += e.encodedDataLength; });
  await page.goto(path, { waitUntil: "networkidle" });
  const before = await page.evaluate(() => {
    const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now();
    return performance.getEntries().filter((e) => ["navigation", "resource"].includes(e.entryType) && e.startTime < painted).map((e) => e.name);
  });
  await client.detach();
  return { bytes, before: before.filter((url) => !media.test(url)) };
}
