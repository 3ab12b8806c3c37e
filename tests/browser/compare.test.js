// Two documents side by side: rows that scroll as one, what differs, marks in both, choosing, without JavaScript (U51).
import assert from "node:assert/strict";
import { ZH, onPage, withBrowser } from "./harness.js";

withBrowser();

const [A, B] = ["003_ffee91429a66c156", "004_f70c433b98ebec33"];
const PAIR = `/compare?a=${A}&b=${B}&q=${encodeURIComponent(ZH)}`;

onPage("a document is laid beside another, chosen by its title, without JavaScript", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open(`/documents/${A}?q=${encodeURIComponent(ZH)}&ui=en`);
  await page.getByRole("link", { name: "Compare…", exact: true }).click();
  await page.waitForURL(/compare/);
  await page.locator(".sources a").first().click();
  await page.waitForURL(/&b=/);
  assert.ok((await page.locator(".compared tbody tr").count()) > 1);
  assert.ok((await page.locator(".compared mark").count()) > 0, "the query is marked");
  await page.getByRole("link", { name: "Swap sides" }).click();
  await page.waitForURL((url) => url.searchParams.get("b") === A);
  const view = page.getByRole("link", { name: /Only what differs/ });
  await view.click();
  await page.waitForURL(/show=changes/);
  assert.equal(await page.locator(".compared .same").count(), 0);
});

for (const width of [1280, 360]) {
  onPage(`both sides of a row stand at one height, titles stay in view, at ${width} px`, { viewport: { width, height: 780 } }, async ({ page, open }) => {
    await open(`${PAIR}&ui=en`);
    const offsets = await page.locator(".compared tbody tr").evaluateAll((rows) => rows.map((row) => {
      const [one, other] = [...row.children].map((cell) => cell.getBoundingClientRect());
      return Math.abs(one.top - other.top) + (one.right <= other.left + 1 ? 0 : 1000);
    }));
    assert.ok(offsets.every((offset) => offset < 1), String(offsets));
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const head = await page.locator(".compared thead th").first().boundingBox();
    assert.ok(head.y >= -1 && head.y < 50, String(head.y));
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
  });
}

onPage("a passage of a comparison leads to its place in the document", async ({ page, open }) => {
  await open(`${PAIR}&ui=en`);
  const link = page.locator(".compared .at").nth(1);
  const hash = new URL(await link.getAttribute("href"), page.url()).hash;
  await link.click();
  await page.waitForURL(`**${hash}`);
  assert.equal(await page.evaluate(() => `#${document.activeElement.id}`), hash);
});
