// Documents, questions and addresses that want to be more than text (SAFETY S1, S2): walked in a browser, page after page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OTHERS, onPage, withBrowser } from "./harness.js";

withBrowser();

const base = OTHERS.hostile;
const PAYLOADS = [
  "<script>window.pwned=1</script>",
  "\"><img src=x onerror=window.pwned=1>",
  "</mark></title><svg/onload=window.pwned=1>",
  "' onfocus='window.pwned=1' autofocus='",
  "javascript:window.pwned=1",
  "\u2028\u202eevil\u2066\u061c",
];

/** What a page holds that it should not: elements, attributes and addresses that only a document could have brought. */
function foreignParts() {
  const told = (element) => element.outerHTML.slice(0, 160);
  const found = [];
  if (window.pwned) found.push("a script of a document ran");
  for (const element of document.querySelectorAll("*")) {
    const attributes = [...element.attributes].map(({ name }) => name);
    if (attributes.some((name) => /^on|^style$|^autofocus$|^srcdoc$/.test(name))) found.push(told(element));
    for (const name of ["href", "src", "action", "formaction", "data", "xlink:href"]) {
      const address = element.getAttribute(name)?.trim();
      if (address && !/^(https?:\/\/|\/(?!\/)|#|\?)/.test(address)) found.push(told(element));
    }
  }
  const scripts = [...document.scripts].filter((script) => !/^\/static\/(polidex|list|document)\.[0-9a-f]+\.js$/.test(script.getAttribute("src")));
  found.push(...scripts.map(told));
  found.push(...[...document.querySelectorAll("img, iframe, object, embed, frame, base, math, textarea, b, template")]
    // The page's own box for a draft.
    .filter((element) => !(location.pathname === "/check" && element.matches("form textarea#text"))).map(told));
  const inText = ".hit h2 a *, .snippet p *, .under *, .text :is(p, li, h2, h3, h4, h5, h6) *, .published pre *";
  for (const element of document.querySelectorAll(inText)) {
    if (!element.matches("mark, .cite-here")) found.push(told(element));
  }
  return found;
}

async function assertPlain(page, address) {
  assert.deepEqual(await page.evaluate(foreignParts), [], address);
}

const onHostile = (name, body) => (base ? onPage(name, body) : test(name, { skip: "started by cargo test" }, () => {}));

onHostile("every page of a hostile collection shows it as text", async ({ page }) => {
  const start = ["/", "/search?q=findme&per_page=100", "/search?q=findme&explain=true", "/search?q=nothing&kind=x", "/sources?q=findme",
    "/filters/publisher", "/filters/kind?q=findme", "/documents/none", "/compare?a=record&b=earlier&q=findme", "/compare?filter=findme", "/documents/record?q=findme&cite=p2"];
  for (const payload of PAYLOADS) {
    const text = encodeURIComponent(payload);
    start.push(`/search?q=${text}`, `/search?q=findme&publisher=${text}`, `/search?q=findme&kind=${text}&page=9`,
      `/search?q=${text}&page=0`, `/search?${text}=1`, `/documents/${text}`, `/${text}`, `/sources?filter=${text}`,
      `/filters/${text}`, `/search?q=findme&source=${text}`, `/search?q=findme&without=${text}`, `/search?q=findme&from=${text}`);
  }
  const waiting = [...start];
  const seen = new Set();
  // Every kind of link of every kind of page, not every page: filters multiply.
  const kinds = new Map();
  while (waiting.length > 0) {
    const path = waiting.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await page.goto(base + path, { waitUntil: "domcontentloaded" });
    await assertPlain(page, path);
    if (!/html/.test(response.headers()["content-type"])) continue;
    const links = await page.evaluate(() => [...document.links]
      .filter((link) => link.origin === location.origin && !link.hasAttribute("download") && !/\.(atom|csv|json|xml)/.test(link.pathname))
      .map((link) => ({ path: link.pathname + link.search, kind: `${link.pathname.split("/")[1]} ${link.closest("[class]")?.className}` })));
    for (const link of links) {
      const times = kinds.get(link.kind) ?? 0;
      const most = link.kind === "documents hit" ? 60 : 3;
      if (times >= most || seen.has(link.path)) continue;
      kinds.set(link.kind, times + 1);
      waiting.push(link.path);
    }
  }
  assert.ok(seen.size > 120, `${seen.size} pages`);
  // What is looked for would be seen.
  for (const html of ["<img src=/favicon.ico>", "<b>x</b>", "<a href=javascript:x>", "<script>x</script>"]) {
    await page.goto(`${base}/help`);
    await page.evaluate((html) => document.querySelector("main").insertAdjacentHTML("beforeend", html), html);
    assert.equal((await page.evaluate(foreignParts)).length > 0, true, html);
  }
});

onHostile("what is typed and suggested stays text while the page is live", async ({ page }) => {
  await page.goto(`${base}/?ui=en`);
  for (const payload of [...PAYLOADS, "findme"]) {
    await page.fill("#q", payload);
    await page.waitForTimeout(500);
    await assertPlain(page, payload);
  }
  await page.waitForSelector("#suggestions:not([hidden]) [role=option]");
  assert.ok((await page.locator("#suggestions [role=option]").allTextContents()).some((text) => /[<>"'&]/.test(text)));
  await page.locator("#q").blur();
  await page.locator(".hit h2 a").first().click();
  await page.waitForURL(/\/documents\//);
  await page.keyboard.press("n");
  await page.locator(".text [data-line]").first().hover();
  await assertPlain(page, page.url());
});

onHostile("a title that turns its direction turns nothing beside it", async ({ page }) => {
  await page.goto(`${base}/search?q=findme&per_page=100&ui=en`);
  const isolated = await page.evaluate(() => [...document.querySelectorAll(".hit h2, .meta > *, .facet .value bdi, .place a")]
    .filter((element) => !/isolate/.test(getComputedStyle(element).unicodeBidi)).map((element) => element.outerHTML.slice(0, 120)));
  assert.deepEqual(isolated, []);
});
