// Starts the release binary on a free port with an index of seeds/, once for a test file.
// POLIDEX_URL names a running server instead.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = new URL("../../", import.meta.url).pathname;
const binary = process.env.POLIDEX_BINARY ?? join(root, "target/release/polidex");

export async function startServer() {
  if (process.env.POLIDEX_URL) return { url: process.env.POLIDEX_URL, stop() {} };
  if (!existsSync(binary)) throw new Error(`no ${binary}; run cargo build --release first`);
  const index = mkdtempSync(join(tmpdir(), "polidex-browser-"));
  const server = spawn(binary, ["serve", join(root, "seeds"), "--index", join(index, "index"), "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    server.once("exit", (code) => reject(new Error(`polidex ended with ${code}`)));
    createInterface({ input: server.stdout }).on("line", (line) => {
      const found = line.match(/^listening on (http:\S+)/);
      if (found) resolve(found[1]);
    });
  });
  return {
    url,
    stop() {
      server.kill("SIGTERM");
      rmSync(index, { recursive: true, force: true });
    },
  };
}
