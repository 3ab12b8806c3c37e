// Suggestions in the search box (U3–U10): a combobox that never stands in the way of typing, and nothing while composing.
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { onPage, pause, query, withBrowser } from "./harness.js";

withBrowser();

const OPEN = "#suggestions:not([hidden]) [role=option]";
const options = (page) => page.locator(OPEN).allTextContents();
const state = (page) =>
  page.evaluate(() => {
    const box = document.getElementById("q");
    return {
      value: box.value,
      role: box.getAttribute("role"),
      expanded: box.getAttribute("aria-expanded"),
      active: document.getElementById(box.getAttribute("aria-activedescendant") ?? "")?.querySelector("bdi").textContent ?? null,
      focused: document.activeElement === box,
    };
  });

/** The server reads its suggestions while it starts: the first test may come before it is done. */
async function openAndType(page, open, text, path = "/?ui=en") {
  await open(path);
  for (let tries = 0; tries < 50; tries += 1) {
    const found = await page.evaluate(async (q) => (await (await fetch(`/api/v1/suggest?q=${encodeURIComponent(q)}`)).json()).suggestions.length, "政");
    if (found > 0) break;
    await pause(100);
  }
  await page.focus("#q");
  await page.keyboard.insertText(text);
}

onPage("typing by sound offers the characters, and the keys choose", async ({ page, open }) => {
  await openAndType(page, open, "xinzhi");
  await page.waitForSelector(OPEN);
  assert.deepEqual(await state(page), { value: "xinzhi", role: "combobox", expanded: "true", active: null, focused: true });
  await page.keyboard.press("ArrowDown");
  assert.equal((await state(page)).active, "新質生產力");
  assert.equal(await page.locator("[role=option][aria-selected=true]").count(), 1);
  await page.keyboard.press("ArrowUp");
  assert.equal((await state(page)).active, null);
  await page.keyboard.press("ArrowUp");
  const last = (await page.locator("[role=option] bdi").allTextContents()).at(-1);
  assert.equal((await state(page)).active, last);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => new URL(location.href).searchParams.get("q") === "新質生產力");
  assert.deepEqual(await options(page), []);
  assert.equal((await state(page)).expanded, "false");
});

onPage("Enter with no active option submits what was typed", async ({ page, open }) => {
  await openAndType(page, open, "innov");
  await page.waitForSelector(OPEN);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => new URL(location.href).searchParams.get("q") === "innov");
  assert.equal(await page.inputValue("#q"), "innov");
  assert.deepEqual(await options(page), []);
});

onPage("Escape closes the suggestions first and clears the box then", async ({ page, open }) => {
  await openAndType(page, open, "政");
  await page.waitForSelector(OPEN);
  await page.keyboard.press("Escape");
  assert.deepEqual(await options(page), []);
  assert.equal(await page.inputValue("#q"), "政");
  await page.keyboard.press("ArrowDown");
  await page.waitForSelector(OPEN);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#q"), "");
});

onPage("a click chooses, leaving the box closes", async ({ page, open }) => {
  await openAndType(page, open, "新");
  await page.waitForSelector(OPEN);
  const wanted = await page.locator(`${OPEN} bdi`).nth(1).textContent();
  await page.locator(OPEN).nth(1).click();
  await page.waitForFunction((q) => new URL(location.href).searchParams.get("q") === q, wanted);
  await page.fill("#q", "");
  await page.keyboard.insertText("政");
  await page.waitForSelector(OPEN);
  await page.locator(".wordmark").focus();
  assert.deepEqual(await options(page), []);
});

onPage("one Latin letter suggests nothing, one character does", async ({ page, open }) => {
  await openAndType(page, open, "p");
  await pause(500);
  assert.deepEqual(await options(page), []);
  await page.fill("#q", "");
  await page.keyboard.insertText("港");
  await page.waitForSelector(OPEN);
});

onPage("only the newest suggestions are shown", async ({ page, open }) => {
  await openAndType(page, open, "");
  await page.route("**/api/v1/suggest?q=innov*", async (route) => {
    await pause(800);
    await route.continue().catch(() => {});
  });
  await page.fill("#q", "innov");
  await pause(300);
  await page.fill("#q", "新質");
  await page.waitForSelector(OPEN);
  await pause(1000);
  assert.ok((await options(page)).every((text) => text.includes("新質")), String(await options(page)));
});

onPage("nothing opens, changes or is sent while composing", async ({ page, open }) => {
  const sent = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/api/v1/suggest") sent.push(url.searchParams.get("q"));
  });
  await openAndType(page, open, "政");
  await page.waitForSelector(OPEN);
  const before = await options(page);
  sent.length = 0;
  const devtools = await page.context().newCDPSession(page);
  for (const text of ["x", "xin", "新"]) {
    await devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await pause(250);
    assert.deepEqual(await options(page), before);
  }
  for (const key of ["ArrowDown", "Enter", "Escape"]) {
    await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code: key, windowsVirtualKeyCode: 229 });
  }
  assert.deepEqual(await options(page), before);
  assert.equal((await state(page)).active, null);
  assert.deepEqual(sent, []);
  await devtools.send("Input.insertText", { text: "新" });
  await pause(600);
  assert.deepEqual(sent, ["政新"]);
});

onPage("the Enter behind a composition chooses nothing (WebKit's order)", async ({ page, open }) => {
  await openAndType(page, open, "新");
  await page.waitForSelector(OPEN);
  await page.keyboard.press("ArrowDown");
  const prevented = await page.evaluate(() => {
    const box = document.getElementById("q");
    box.dispatchEvent(new CompositionEvent("compositionstart"));
    box.dispatchEvent(new CompositionEvent("compositionend", { data: "新" }));
    return !box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
  });
  assert.equal(prevented, true);
  await pause(700);
  assert.equal(await page.inputValue("#q"), "新");
  assert.ok(["新", null].includes(new URL(page.url()).searchParams.get("q")), page.url());
});

onPage("without JavaScript the box is a plain form", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open("/?ui=en");
  assert.equal(await page.locator("#q").getAttribute("role"), null);
  assert.equal(await page.locator("#suggestions").count(), 0);
  await page.fill("#q", "新質");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".hit");
});

onPage("suggestions stay inside the window and close for the reading page's box too", async ({ page, open }) => {
  await openAndType(page, open, "innov", "/documents/002_e23275e6c80ec80e?ui=en");
  await page.waitForSelector(OPEN);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
});

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
for (const [ui, colorScheme, width] of [["en", "light", 1280], ["zh-Hant", "dark", 320], ["zh-Hans", "dark", 1280], ["en", "light", 320]]) {
  onPage(`axe with suggestions open: ${ui}, ${colorScheme}, ${width} px`, { colorScheme, viewport: { width, height: 900 } }, async ({ page, open }) => {
    await openAndType(page, open, "新", `${query("香港")}&ui=${ui}`.replace(encodeURIComponent("香港"), ""));
    await page.waitForSelector(OPEN);
    await page.keyboard.press("ArrowDown");
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`), []);
    const list = await page.locator("#suggestions").boundingBox();
    assert.ok(list.x >= 0 && list.x + list.width <= width, JSON.stringify(list));
    const names = await options(page);
    assert.equal(new Set(names).size, names.length);
    if (process.env.POLIDEX_SHOTS) await page.screenshot({ path: `${process.env.POLIDEX_SHOTS}/suggest-${ui}-${colorScheme}-${width}.png` });
  });
}
