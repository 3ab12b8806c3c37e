// The reading page (U18, U19, U41) and the walk without JavaScript (U1).
import assert from "node:assert/strict";
import { DOCUMENT, PHRASE, ZH, onPage, pause, query, withBrowser } from "./harness.js";

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

onPage("a passage link lands focused and not under the bar", async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const place = page.locator(".hit .place a:first-child").nth(2);
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

onPage("a walk without JavaScript from question to quoted passage", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open("/?ui=zh-Hant");
  await page.fill("#q", ZH);
  await page.click(".box button");
  await page.waitForURL("**/search?**");
  assert.ok((await page.locator(".hit mark").count()) > 0);
  await page.locator(".facet-lang a").first().click();
  await page.waitForSelector(".chips");
  await page.locator(".hit .place a:first-child").first().click();
  await page.waitForURL(/documents.*#p\d+/);
  assert.ok((await page.locator(".text mark").count()) > 0);
  await page.locator(".back a").click();
  await page.waitForURL("**/search?**");
  await open(query(PHRASE));
  assert.ok((await page.locator(".nothing a").count()) > 1);
});

onPage("a walk with the keyboard alone", async ({ page, open }) => {
  await open("/?ui=en");
  await page.keyboard.press("/");
  await page.keyboard.type('"low-altitude economy"');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".hit mark");
  const tabTo = async (wanted) => {
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((selector) => document.activeElement.matches(selector), wanted)) return;
    }
    assert.fail(`${wanted} is not reached by Tab`);
  };
  await tabTo(".hit .place a:first-child");
  await page.keyboard.press("Enter");
  await page.waitForURL(/documents.*#p\d+/);
  await page.keyboard.press("n");
  assert.match(await page.textContent("#status"), /^\d+ of \d+$/);
});
