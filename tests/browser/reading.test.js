// The reading page (U18, U19, U41).
import assert from "node:assert/strict";
import { DOCUMENT, ZH, onPage, pause, query, withBrowser } from "./harness.js";

withBrowser();

onPage("hit n of m by button and by key, wrapping", async ({ page, open }) => {
  await open(`${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=en`);
  const count = await page.locator(".text mark").count();
  assert.ok(count >= 5, `${count} marks`);
  assert.equal(await page.textContent("#status"), `1 of ${count}`);
  await page.keyboard.press("n");
  const first = Number((await page.textContent("#status")).split(" ")[0]);
  await page.keyboard.press("n");
  assert.equal(await page.textContent("#status"), `${first + 1} of ${count}`);
  await page.getByRole("button", { name: "Previous hit" }).click();
  assert.equal(await page.textContent("#status"), `${first} of ${count}`);
  for (let step = 0; step < count; step += 1) await page.keyboard.press("p");
  assert.equal(await page.textContent("#status"), `${first} of ${count}`);
  await pause(800);
  const box = await page.locator("mark.here").boundingBox();
  const bar = await page.locator(".hit-bar").boundingBox();
  assert.ok(box.y >= bar.y + bar.height && box.y + box.height <= 900, "in view and not under the bar");
});

onPage("phrases, words, beginnings, other forms and translations are walked through alike", async ({ page, open }) => {
  for (const [q, marked] of [[`「${ZH}」`, ZH], ["productiv*", "productivity"], ["新质生产力", ZH], [`${ZH} innovation`, "innovation"]]) {
    await open(`${DOCUMENT}?q=${encodeURIComponent(q)}&ui=en`);
    const texts = (await page.locator(".text mark").allTextContents()).map((text) => text.toLowerCase().replace(/\s+/g, ""));
    assert.ok(texts.includes(marked), `${q}: ${texts}`);
    await page.keyboard.press("n");
    assert.match(await page.textContent("#status"), new RegExp(`^\\d+ of ${texts.length}$`));
    assert.equal(await page.locator("mark.here").count(), 1);
  }
});

onPage("a passage link lands focused and not under the bar", async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const place = page.locator(".matching .place a:first-child").nth(2);
  const hash = new URL(await place.getAttribute("href"), page.url()).hash;
  await place.click();
  await page.waitForURL(`**${hash}`);
  await pause(300);
  assert.equal(await page.evaluate(() => `#${document.activeElement.id}`), hash);
  const passage = await page.locator(hash).boundingBox();
  const bar = await page.locator(".hit-bar").boundingBox();
  const isAtEnd = await page.evaluate(() => innerHeight + scrollY >= document.documentElement.scrollHeight - 2);
  assert.ok(passage.y >= bar.y + bar.height - 1 || isAtEnd, "below the bar");
  assert.ok(passage.y < 900, "in view");
});

onPage("copying a passage gives the source's characters", async ({ page, open }) => {
  await open(`${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=en`);
  const [copied, stored] = await page.evaluate(async () => {
    const passage = document.querySelector(".text p:has(mark)");
    getSelection().selectAllChildren(passage);
    const id = location.pathname.split("/").pop();
    const document_ = await (await fetch(`/api/v1/documents/${id}`)).json();
    return [getSelection().toString(), document_.passages.find((one) => one.id === passage.id).text];
  });
  assert.equal(copied.trim(), stored.trim());
});

onPage("the text as published is one click away, with what was repaired", async ({ page, open }) => {
  await open(`${DOCUMENT}?ui=en`);
  await page.getByRole("link", { name: "As published" }).click();
  await page.waitForSelector(".published");
  assert.ok((await page.textContent(".published")).includes("ю͑ྗᙄࡰ"));
  assert.ok((await page.textContent(".repairs")).includes("吳永嘉"));
});

const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

onPage("a selection is copied as a quotation with its reference, in the style chosen", CLIPBOARD, async ({ page, open }) => {
  await open(`${DOCUMENT}?ui=en`);
  const words = await page.evaluate(() => {
    const passage = [...document.querySelectorAll(".text p:lang(zh-Hant)")].find((one) => one.textContent.length > 40);
    const range = document.createRange();
    const node = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT).nextNode();
    range.setStart(node, 0);
    range.setEnd(node, 12);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return range.toString();
  });
  const button = page.locator(".quote.floating");
  await button.waitFor();
  await button.click();
  await page.waitForFunction(() => document.getElementById("status").textContent === "Copied");
  const plain = await copied(page);
  assert.ok(plain.startsWith(`「${words.replace(/\s+/g, " ").trim()}」 `), plain);
  assert.ok(plain.length > words.length + 40 && !plain.includes("127.0.0.1"), plain);
  // Another style is chosen once, on the page of a quotation, and kept for the next.
  await open(`${DOCUMENT}?ui=en&cite=p3`);
  await page.locator(".styles a", { hasText: "GB/T 7714" }).click();
  await page.waitForURL(/style=gbt7714/);
  assert.equal(await page.locator(".styles [aria-current]").textContent(), "GB/T 7714");
  await open(`${DOCUMENT}?ui=en`);
  await page.evaluate(() => document.querySelector(".text p").scrollIntoView());
  await page.keyboard.press("c");
  await page.waitForFunction(() => document.getElementById("status").textContent === "Copied");
  assert.match(await copied(page), /^[「“].+[」”] .+\[[A-Z]+(\/OL)?\]\./s);
});

onPage("a quotation is there to be copied without JavaScript", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  await page.locator(".matching .cite").first().click();
  const quotation = page.locator(".quotation pre");
  assert.ok(await quotation.isVisible());
  const text = await quotation.textContent();
  assert.match(text, /^[「“].+[」”] .+/s);
  await page.getByRole("link", { name: "APA" }).click();
  await page.waitForURL(/style=apa/);
  assert.match(await quotation.textContent(), /\(\d{4}.*\)\./);
});

onPage("back and forward keep the place without the browser's copy of the page", async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const link = page.locator(".hit h2 a").nth(2);
  await link.scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollBy(0, 150));
  await pause(300);
  const inList = await page.evaluate(() => scrollY);
  assert.ok(inList > 100, String(inList));
  await link.evaluate((element) => element.click());
  await page.waitForURL(/documents/);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  await pause(300);
  const inText = await page.evaluate(() => scrollY);
  const isKept = () => page.evaluate(() => performance.getEntriesByType("navigation")[0].type);
  await page.goBack();
  await page.waitForFunction((y) => Math.abs(scrollY - y) < 3, inList);
  assert.equal(await isKept(), "back_forward", "loaded anew");
  await page.goForward();
  await page.waitForFunction((y) => Math.abs(scrollY - y) < 3, inText);
  await page.goBack();
  await page.waitForFunction((y) => Math.abs(scrollY - y) < 3, inList);
});

for (const [width, height] of [[1280, 860], [360, 780]]) {
  onPage(`the text begins above the fold, at ${width} px`, { viewport: { width, height } }, async ({ page, open }) => {
    for (const id of ["000_9ac07af73a5acd48", "001_139a885daddb3b1d", "002_e23275e6c80ec80e", "003_ffee91429a66c156", "004_f70c433b98ebec33"]) {
      for (const ui of ["en", "zh-Hant"]) {
        await open(`/documents/${id}?q=${encodeURIComponent(ZH)}&ui=${ui}`);
        const first = await page.locator(".text [data-line]").first().boundingBox();
        assert.ok(first.y + 60 < height, `${id} ${ui}: ${first.y}`);
      }
    }
  });
}

onPage("the counter says the hit in view while the reader scrolls", async ({ page, open }) => {
  await open(`${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=en`);
  const count = await page.locator(".text mark").count();
  const last = page.locator(".text mark").nth(count - 1);
  await page.mouse.wheel(0, 10);
  await last.evaluate((mark) => mark.scrollIntoView({ block: "end", behavior: "instant" }));
  await page.waitForFunction((count) => Number(document.querySelector(".hit-count").textContent.split(" ")[0]) > 1, count);
  const shown = Number((await page.textContent(".hit-count")).split(" ")[0]);
  const inView = await page.locator(".text mark").evaluateAll((marks) => marks.findIndex((mark) => {
    const { top, bottom } = mark.getBoundingClientRect();
    return top >= document.getElementById("hit-bar").getBoundingClientRect().bottom - 1 && bottom <= innerHeight;
  }));
  assert.equal(shown, inView + 1);
});
