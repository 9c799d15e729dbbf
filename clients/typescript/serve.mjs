// A fresh Madang on a free port, for as long as somebody uses it. MADANG names the binary.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().on("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** serve starts it, calls use with its address, and ends it. */
export async function serve(use) {
  if (!process.env.MADANG) throw new Error("MADANG must name the binary, as make client does");
  const dir = await mkdtemp(join(tmpdir(), "madang-client-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(process.env.MADANG, ["serve", "--http", url.slice(7), "--dir", join(dir, "data")], {
    cwd: dir, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, RATE_LIMITS: "off", FFMPEG: "off", VIPS: "off" },
  });
  let said = "";
  server.stderr.on("data", (chunk) => { said += chunk; });
  const ended = new Promise((resolve) => { server.on("exit", resolve); });
  try {
    await Promise.race([answers(`${url}/api/ready`), ended.then(() => { throw new Error(`it ended: ${said}`); })]);
    return await use(url);
  } finally {
    server.kill();
    await ended;
    await rm(dir, { recursive: true, force: true });
  }
}

async function answers(url) {
  const until = Date.now() + 60_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > until) throw new Error(`${url} doesn't answer`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}
