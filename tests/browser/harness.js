// One server and one browser for a test file; a fresh context for every test, which fails on any script error or on any
// breach of the content security policy.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./chromium.js";
import { startServer } from "./polidex.js";

let server, browser;

export function withBrowser() {
  before(async () => {
    server = await startServer();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });
}

/** Servers that only `cargo test` starts: of hostile documents, of no index yet, one that is soon tired of asking, one
 * with a login, one of PDFs whose pages it draws and one below a path. */
export const OTHERS = {
  hostile: process.env.POLIDEX_HOSTILE_URL,
  tired: process.env.POLIDEX_TIRED_URL,
  unready: process.env.POLIDEX_UNREADY_URL,
  login: process.env.POLIDEX_LOGIN_URL,
  originals: process.env.POLIDEX_ORIGINALS_URL,
  below: process.env.POLIDEX_BELOW_URL,
};
const isOurs = (url) => [server.url, ...Object.values(OTHERS)].some((base) => base && url.startsWith(base));

/** A test that gets a page and `open(path)`; `options` are those of a browser context. */
export function onPage(name, options, body) {
  if (typeof options === "function") [options, body] = [{}, options];
  test(name, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
    const page = await context.newPage();
    const troubles = [];
    const foreign = [];
    page.on("dialog", async (dialog) => {
      troubles.push(`a dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) troubles.push(message.text());
    });
    page.on("request", (request) => {
      if (!isOurs(request.url())) foreign.push(request.url());
    });
    try {
      await body({ page, context, base: server.url, open: (path) => page.goto(server.url + path), searches: searchesOf(page) });
      assert.deepEqual(troubles, []);
      assert.deepEqual(foreign, [], "no third-party request");
    } finally {
      await context.close();
    }
  });
}

/** The questions sent by script, in order: their `q`. */
function searchesOf(page) {
  const sent = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/search" && request.resourceType() === "fetch") sent.push(url.searchParams.get("q") ?? "");
  });
  return sent;
}

/** Opens `path` with the page's clock standing still: only `typeLetters` and `page.clock` move it, however slow the
 * machine is. */
export async function openWithClock(page, open, path) {
  await page.clock.install();
  await open(path);
  await page.clock.pauseAt(Date.now() + 60_000);
}

/** Types `word` into the search box, 30 ms of the page's clock between two keys, and waits as long as starts a search, too
 * short for an answer to be called slow. */
export async function typeLetters(page, word) {
  for (const letter of word) {
    await page.locator("#q").press(letter);
    await page.clock.runFor(30);
  }
  await page.clock.runFor(200);
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const ZH = "新質生產力";
export const PHRASE = "「不存在的短語」";
export const DOCUMENT = "/documents/002_e23275e6c80ec80e";
export const query = (q) => `/search?q=${encodeURIComponent(q)}`;
