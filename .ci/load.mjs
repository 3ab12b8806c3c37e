// Asks one server from many connections at once and prints how fast it answers.
// usage: node load.mjs PROGRAM INDEX [FOLDER WITH questions.jsonl]; LOAD_SECONDS and LOAD_CLIENTS change the load (30 s, 16).
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [program, index, folder] = process.argv.slice(2);
const seconds = Number(process.env.LOAD_SECONDS ?? 30);
const clients = Number(process.env.LOAD_CLIENTS ?? 16);

const file = folder && join(folder, "questions.jsonl");
const questions =
  file && existsSync(file)
    ? readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line).q)
    : ["新質生產力", "innovation", '"low-altitude economy"', "housing policy", "第23條"];

const server = spawn(program, ["serve", "--index", index, "--listen", "127.0.0.1:0", "--rate-limit", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise((resolve, reject) => {
  server.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
  createInterface({ input: server.stdout }).on("line", (line) => {
    const found = line.match(/^listening on (http:\S+)/);
    if (found) resolve(found[1]);
  });
});

const times = [];
const statuses = new Map();
let next = 0;
const until = performance.now() + seconds * 1000;
async function ask() {
  while (performance.now() < until) {
    const q = questions[next++ % questions.length];
    // Pages and answers for programs in turn.
    const path = next % 2 ? "/search" : "/api/v1/search";
    const started = performance.now();
    const response = await fetch(`${url}${path}?q=${encodeURIComponent(q)}`);
    await response.arrayBuffer();
    times.push(performance.now() - started);
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  }
}
await Promise.all(Array.from({ length: clients }, ask));
const used = readFileSync(`/proc/${server.pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/);
server.removeAllListeners("exit");
server.kill("SIGTERM");

times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
console.log(`${clients} clients, ${seconds} s: ${(times.length / seconds).toFixed(0)} answers a second`);
console.log(`median ${at(0.5)} ms, 95 % ${at(0.95)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms; ${(used?.[1] / 1024).toFixed(0)} MiB at most`);
console.log(`statuses: ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`);
// Too busy is an answer (503 with Retry-After); anything else from 500 up is a fault.
const faults = [...statuses].filter(([status]) => status >= 500 && status !== 503);
process.exit(faults.length || !statuses.get(200) ? 1 : 0);
