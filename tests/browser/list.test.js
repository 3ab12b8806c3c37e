// The reading list: kept in the browser, with notes, taken away and brought in again.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DOCUMENT, ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

/** The file that a button of the list gives. */
async function taken(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
  return readFile(await download.path(), "utf8");
}

onPage("documents and searches are kept with notes, taken away and brought in", { acceptDownloads: true }, async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const keep = page.locator(".hit .keep");
  const title = (await page.locator(".hit h2").nth(1).textContent()).trim();
  await keep.nth(1).click();
  assert.equal(await keep.nth(1).getAttribute("aria-pressed"), "true");
  await page.getByRole("button", { name: "Keep this search" }).click();
  await open(`${DOCUMENT}?ui=en`);
  await page.locator(".document-head .keep").click();
  await open("/list?ui=en");
  assert.equal(await page.locator("#kept li").count(), 3);
  const note = page.getByLabel(`Note on ${title}`);
  await note.fill("=1+1\nto be compared");
  await page.reload();
  assert.equal(await page.getByLabel(`Note on ${title}`).inputValue(), "=1+1\nto be compared");
  const json = await taken(page, "JSON");
  assert.equal(Object.keys(JSON.parse(json).documents).length, 2);
  assert.match(await taken(page, "Markdown"), /^- \[.*\]\(http/);
  assert.match(await taken(page, "CSV"), /"'=1\+1\nto be compared"/);
  const ris = await taken(page, "RIS");
  assert.equal(ris.match(/^TY {2}- /gm).length, 2);
  assert.match(ris, /N1 {2}- =1\+1 to be compared\r\n/);
  for (let left = 3; left > 0; left -= 1) await page.getByRole("button", { name: /^Remove/ }).first().click();
  assert.equal(await page.locator("#kept li").count(), 0);
  // Brought in again, with what does not belong on a list left out.
  const list = JSON.parse(json);
  list.documents.evil = { title: "<img src=x onerror=alert(1)>", url: "javascript:alert(1)" };
  const file = join(tmpdir(), `polidex-list-${process.pid}.json`);
  await writeFile(file, JSON.stringify(list));
  await page.setInputFiles("#import", file);
  await page.waitForSelector("#kept li");
  assert.equal(await page.locator("#kept li").count(), 3);
  assert.equal(await page.getByLabel(`Note on ${title}`).inputValue(), "=1+1\nto be compared");
  await writeFile(file, "[]");
  await page.setInputFiles("#import", file);
  await page.waitForSelector(".field-error");
  assert.equal(await page.locator("#kept li").count(), 3, "nothing is lost");
});

onPage("without JavaScript the list says what it needs", { javaScriptEnabled: false }, async ({ page, open }) => {
  await open("/list?ui=zh-Hant");
  assert.ok(await page.locator("noscript, .note").first().textContent());
});
