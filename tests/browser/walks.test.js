// From a question to the quoted passage: without JavaScript, and without a mouse (U1, U10, U12, U15, U35).
import assert from "node:assert/strict";
import { PHRASE, ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

const focusIs = (page, selector) => page.evaluate((wanted) => document.activeElement.matches(wanted), selector);

/** Presses Tab until the focus is on `selector`, as a reader would. */
async function tabTo(page, selector, key = "Tab") {
  for (let step = 0; step < 150; step += 1) {
    await page.keyboard.press(key);
    if (await focusIs(page, selector)) return;
  }
  assert.fail(`${selector} is not reached by ${key}`);
}

onPage("a walk without JavaScript from question to quoted passage", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open("/?ui=zh-Hant");
  await page.fill("#q", ZH);
  await page.click(".box button");
  await page.waitForURL("**/search?**");
  for (const part of [".hit mark", ".facet-lang a", ".sorts a", ".languages a", ".expansions a", ".exports a", ".to-why"]) {
    assert.ok((await page.locator(part).count()) > 0, part);
  }
  // Every state is an address: the same one gives the same page, timing aside.
  const stable = async () => (await page.content()).replace(/<span class="seconds">.*?<\/span>/g, "");
  const once = await stable();
  await page.reload();
  assert.equal(await stable(), once);
  await page.locator(".facet-lang a").first().click();
  await page.waitForURL("**lang=**");
  assert.equal(await page.locator(".chips li").count(), 2);
  await page.locator(".to-why").first().click();
  await page.waitForURL("**explain=true**#why-1");
  assert.ok(await page.locator("#why-1").isVisible(), "the fold that is led to is open");
  assert.equal(await page.locator(".chips li").count(), 2, "filters stay");
  await page.locator(".hit .place a:not(.cite)").first().click();
  await page.waitForURL(/documents.*#p\d+/);
  const passage = new URL(page.url()).hash;
  assert.ok(await page.locator(`${passage} mark`).count() > 0);
  await page.locator(".back a").click();
  await page.waitForURL("**/search?**");
  await page.locator(".hit .cite").first().click();
  await page.waitForURL(/cite=p\d+.*#cite$/);
  const reference = await page.locator(".reference pre").first().textContent();
  assert.match(reference, /, (lines?|p\.) \d+|第.*[行頁條]/, "the place of the passage");
  assert.ok(!reference.includes("127.0.0.1"), "never the address of this machine");
  assert.ok(await page.locator(".reference pre").first().isVisible());
  await open(query(PHRASE));
  assert.ok((await page.locator(".nothing a").count()) > 1);
});

onPage("the walk of those who have neither mouse nor JavaScript", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open("/?ui=en");
  await tabTo(page, "#q");
  await page.keyboard.type("low-altitude economy");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?q=**");
  await tabTo(page, ".hit .cite");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#cite$/);
  assert.match(await page.locator(".reference pre").first().textContent(), /, (lines?|p\.) \d+|第.*[行頁條]/);
});

onPage("a walk with the keyboard alone", async ({ page, open }) => {
  await open("/?ui=en");
  await page.keyboard.press("/");
  await page.keyboard.type('"low-altitude economy"');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".hit mark");
  await tabTo(page, ".hit .place a:not(.cite)");
  await page.keyboard.press("Enter");
  await page.waitForURL(/documents.*#p\d+/);
  await page.keyboard.press("n");
  assert.match(await page.textContent("#status"), /^\d+ of \d+$/);
});

onPage("the whole of it by Tab and Enter, without a shortcut", async ({ page, open, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open("/?ui=en");
  await tabTo(page, "#q");
  await page.keyboard.type("innovation");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".hit mark");
  assert.ok(await focusIs(page, "#q"), "the focus stays in the box");
  await page.keyboard.press("Escape");
  if ((await page.inputValue("#q")) === "") await page.keyboard.type("innovation");
  await tabTo(page, ".facet-lang a");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".chips");
  assert.ok(await focusIs(page, ".facet-lang a[aria-current]"), "what was chosen has the focus");
  await tabTo(page, ".chips a", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector(".chips"));
  await tabTo(page, ".to-why");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".why[open]");
  assert.ok(await focusIs(page, "#why-1"), "the explanation has the focus");
  await tabTo(page, ".hit .place a:not(.cite)");
  await page.keyboard.press("Enter");
  await page.waitForURL(/documents.*#p\d+/);
  const passage = await page.evaluate(() => document.activeElement.id);
  assert.match(passage, /^p\d+$/);
  await tabTo(page, ".hits-buttons button:last-child", "Shift+Tab");
  await page.keyboard.press("Enter");
  assert.match(await page.textContent("#status"), /^\d+ of \d+$/);
  await page.goBack();
  await page.waitForSelector(".hit");
  await tabTo(page, ".hit .cite");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#cite$/);
  await tabTo(page, ".reference button");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".reference button").textContent === "Copied");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /, (lines?|p\.) \d+|第.*[行頁條]/);
});
