// WCAG 2.2 AA in every state × language × light and dark × 320 px and 1280 px (U34).
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { DOCUMENT, PHRASE, ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const STATES = {
  home: "/?",
  results: query(ZH),
  filtered: `${query("innovation")}&lang=en&from=2024&to=2024`,
  nothing: query(PHRASE),
  error: `${query(ZH)}&page=0`,
  dates: `${query(ZH)}&from=2025&to=2024`,
  document: `${DOCUMENT}?q=${encodeURIComponent(ZH)}`,
  outline: "/documents/004_f70c433b98ebec33?q=energy",
  published: `${DOCUMENT}?view=published`,
  sources: "/sources?q=innovation",
  help: "/help?",
};

async function assertAccessible(page, what) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`);
  assert.deepEqual(told, [], what);
}

// Twelve combinations are for CI; between commits three of them see nearly all.
const isFull = process.env.POLIDEX_BROWSER === "required";
const SAMPLE = ["en light 320", "zh-Hant dark 1280", "zh-Hans light 320"];

for (const ui of ["en", "zh-Hant", "zh-Hans"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1280]) {
      if (!isFull && !SAMPLE.includes(`${ui} ${colorScheme} ${width}`)) continue;
      onPage(`axe: ${ui}, ${colorScheme}, ${width} px`, { colorScheme, viewport: { width, height: 900 } }, async ({ page, open }) => {
        for (const [state, path] of Object.entries(STATES)) {
          await open(`${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`);
          await assertAccessible(page, state);
        }
        if (width === 320) {
          await open(`${query("innovation")}&ui=${ui}`);
          await page.click("#open-filters");
          await page.waitForSelector("dialog[open]");
          await assertAccessible(page, "filters");
        }
      });
    }
  }
}
