// Chinese input (U3–U6): nothing happens while an input method composes, exactly one search after it.
import assert from "node:assert/strict";
import { onPage, pause, query, withBrowser } from "./harness.js";

withBrowser();

async function compose(page, steps) {
  const devtools = await page.context().newCDPSession(page);
  for (const text of steps) {
    await devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await pause(60);
  }
  return devtools;
}

onPage("nothing is sent while composing, one search after it", async ({ page, open, searches }) => {
  await open("/?ui=en");
  await page.focus("#q");
  const devtools = await compose(page, ["x", "xin", "xinzhi", "新质"]);
  await pause(700);
  assert.deepEqual(searches, []);
  assert.equal(new URL(page.url()).pathname, "/");
  await devtools.send("Input.insertText", { text: "新质" });
  await page.waitForSelector(".hit mark");
  await pause(700);
  assert.deepEqual(searches, ["新质"]);
  assert.equal(new URL(page.url()).searchParams.get("q"), "新质");
});

onPage("keys that belong to the input method do nothing", async ({ page, open, searches }) => {
  await open(`${query("香港")}&ui=en`);
  await page.focus("#q");
  const before = page.url();
  await compose(page, ["ni"]);
  for (const key of ["Enter", "Escape", "ArrowUp", "ArrowDown"]) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code: key, windowsVirtualKeyCode: 229 });
  }
  await pause(500);
  assert.deepEqual(searches, []);
  assert.equal(page.url(), before);
  assert.match(await page.inputValue("#q"), /香港ni|ni/);
});

onPage("the Enter that ends a composition after the fact does not submit", async ({ page, open, searches }) => {
  await open("/?ui=en");
  await page.focus("#q");
  // WebKit's order: compositionend first, then a keydown of Enter that no longer says it is composing.
  const submitted = await page.evaluate(() => {
    const box = document.getElementById("q");
    let isPrevented = false;
    box.dispatchEvent(new CompositionEvent("compositionstart"));
    box.value = "房屋";
    box.dispatchEvent(new CompositionEvent("compositionend", { data: "房屋" }));
    const enter = new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true, cancelable: true });
    isPrevented = !box.dispatchEvent(enter);
    return !isPrevented;
  });
  assert.equal(submitted, false);
  await pause(600);
  assert.deepEqual(searches, ["房屋"]);
});

onPage("one Han character is enough", async ({ page, open, searches }) => {
  await open("/?ui=en");
  await page.fill("#q", "港");
  await page.waitForSelector(".hit mark");
  assert.deepEqual(searches, ["港"]);
});

onPage("full-width input is read as its ASCII twin", async ({ page, open }) => {
  const count = async (q) => {
    await open(`${query(q)}&expand=none&ui=en`);
    return page.locator(".hit").count();
  };
  const plain = await count('"low-altitude economy" innovation');
  assert.ok(plain > 0);
  for (const q of ["“low-altitude economy”　innovation", "「low-altitude economy」　innovation", "＂low-altitude economy＂ innovation"]) {
    assert.equal(await count(q), plain, q);
  }
});
