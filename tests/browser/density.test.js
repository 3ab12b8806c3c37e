// The list of results: how much of it is seen at once, how it folds, and the histogram of its years (U17, U28).
import assert from "node:assert/strict";
import { ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

const QUERIES = [ZH, "innovation", "housing policy", "低空經濟"];

for (const [width, height, wanted] of [[1280, 860, 4], [360, 780, 2]]) {
  for (const ui of ["en", "zh-Hant", "zh-Hans"]) {
    onPage(`${wanted} hits above the fold at ${width} px, ${ui}`, { viewport: { width, height } }, async ({ page, open }) => {
      for (const q of QUERIES) {
        await open(`${query(q)}&ui=${ui}`);
        const seen = await page.evaluate(() => {
          const titles = [...document.querySelectorAll(".hit h2 a")];
          return [titles.filter((title) => title.getBoundingClientRect().bottom <= innerHeight).length, titles.length];
        });
        assert.ok(seen[0] >= Math.min(wanted, seen[1]), `${q}: ${seen}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, q);
      }
    });
  }
}

onPage("further passages fold out without JavaScript", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const fold = page.locator(".more").first();
  assert.ok(!(await fold.locator(".snippet").first().isVisible()));
  const top = (await fold.locator("summary").boundingBox()).y;
  await fold.locator("summary").click();
  assert.ok(await fold.locator(".snippet mark").first().isVisible());
  assert.equal((await fold.locator("summary").boundingBox()).y, top, "what was clicked stays where it is");
  await fold.locator(".place a").first().click();
  await page.waitForURL(/documents.*#p\d+/);
});

for (const javaScriptEnabled of [true, false]) {
  onPage(`a bar of the histogram is a link, by pointer and by key; JavaScript: ${javaScriptEnabled}`, { javaScriptEnabled }, async ({ page, open }) => {
    await open("/search?q=innovation&ui=en");
    // All documents are of one year: the bars are its months.
    const bars = page.locator(".histogram a");
    assert.equal(await bars.count(), 12);
    const full = bars.filter({ has: page.locator("title", { hasNotText: ": 0 " }) });
    const spoken = await full.first().locator("title").textContent();
    const [, count] = spoken.match(/: (\d+) document/);
    await full.first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/from=\d{4}-\d\d&to=\d{4}-\d\d/);
    await page.waitForSelector(".histogram a[aria-current]");
    assert.match(await page.locator(".count").textContent(), new RegExp(`^${count} document`));
    await full.last().click();
    await page.waitForFunction((spoken) => document.querySelector(".histogram a[aria-current] title")?.textContent !== spoken, spoken);
    assert.ok((await page.locator(".hit").count()) > 0);
    await page.locator(".chips .clear").click();
    await page.waitForURL((url) => !url.searchParams.has("from"));
  });
}

onPage("a count names its parts, and each part is a list", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const said = await page.locator(".count").textContent();
  const parts = page.locator(".count a");
  const counts = (await parts.allTextContents()).map((text) => Number(text.match(/\d+/)[0]));
  const whole = Number(said.match(/(\d+) documents/)[1]);
  assert.equal(counts.reduce((sum, count) => sum + count, 0), whole, said);
  await parts.last().click();
  await page.waitForURL("**tier=**");
  assert.match(await page.locator(".count").textContent(), new RegExp(`^${counts.at(-1)} document`));
  assert.equal(await page.locator(".hit").count(), counts.at(-1));
});
