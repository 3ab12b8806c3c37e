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
