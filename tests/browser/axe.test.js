// WCAG 2.2 AA in every state × language × light and dark × 320 px and 1280 px (U34).
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { DOCUMENT, OTHERS, PHRASE, ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// The sheet changes nothing but colours in the dark, and no colour with the language: only what looks at colours looks twice.
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const open = (selector) => (page) => page.locator(selector).evaluateAll((folds) => folds.forEach((fold) => (fold.open = true)));
const STATES = {
  home: { path: "/?" },
  results: { path: query(ZH) },
  filtered: { path: `${query("innovation")}&lang=en&from=2024&to=2024` },
  unfolded: { path: query("housing policy"), act: open("details") },
  leftOut: { path: `${query(ZH)}&without=${encodeURIComponent("new quality productive forces")}` },
  asTyped: { path: `${query(ZH)}&expand=none` },
  translated: { path: query("低空經濟"), shows: ".by-translation" },
  most: { path: query("innovation hydrogen blog"), shows: ".divider" },
  explained: { path: `${query(`zzzz ${ZH}`)}&explain=true&source=002_e23275e6c80ec80e&source=003_ffee91429a66c156`, act: open(".why"), shows: ".absent" },
  corrected: { path: query("inovation"), shows: ".corrections" },
  duplicates: { base: OTHERS.hostile, path: query("findme"), act: open("details"), shows: ".duplicates[open]" },
  nothing: { path: query(PHRASE) },
  sources: { path: "/sources?q=innovation" },
  values: { path: "/filters/publisher?q=innovation" },
  document: { path: `${DOCUMENT}?q=${encodeURIComponent(ZH)}`, act: open("details") },
  outline: { path: "/documents/004_f70c433b98ebec33?q=energy" },
  published: { path: `${DOCUMENT}?view=published` },
  cited: { path: `${DOCUMENT}?cite=p3` },
  compared: { base: OTHERS.hostile, path: "/compare?a=earlier&b=record&q=findme", shows: ".compared ins" },
  comparedWith: { path: "/compare?a=002_e23275e6c80ec80e" },
  speakers: { base: OTHERS.hostile, path: "/documents/record?q=%E4%B8%BB%E5%B8%AD", act: open("details"), shows: ".speakers" },
  help: { path: "/help?" },
  api: { path: "/api?" },
  coverage: { path: "/coverage?" },
  reuse: { path: "/reuse?" },
  reuseOf: { path: `${DOCUMENT}/reuse?` },
  copies: { path: `${DOCUMENT}/copies?passage=p3` },
  versions: { path: `${DOCUMENT}/versions?as_of=2024` },
  renderings: { path: `/renderings?q=${encodeURIComponent(ZH)}` },
  readingList: { path: "/list?" },
  overTime: { path: `/timeline?q=innovation&q=${encodeURIComponent(ZH)}&unit=month`, shows: ".over-time" },
  byTranslation: { path: `${query(ZH)}&tier=translation`, shows: ".chips" },
  badRequest: { path: `${query(ZH)}&page=0`, status: 400, act: open("details") },
  badDates: { path: `${query(ZH)}&from=2025&to=2024`, status: 400 },
  missing: { path: `/documents/none?q=${encodeURIComponent(ZH)}`, status: 404 },
  tooLong: { path: query("a".repeat(4001)), status: 422 },
  tired: { base: OTHERS.tired, path: query(ZH), status: 429 },
  original: { base: OTHERS.originals, path: "/documents/fund/page?q=ferries&n=1&passage=p1", shows: ".leaf image" },
  originalNotDrawn: { base: OTHERS.originals, path: "/documents/mandarin/page?n=1", shows: ".leaf .note" },
  concordance: { path: `/concordance?q=${encodeURIComponent(ZH)}`, shows: ".kwic" },
  check: { path: "/check?" },
  login: { base: OTHERS.login, path: "/login?next=%2Fsearch" },
  loginFailed: { base: OTHERS.login, path: "/login?failed=1", shows: "#login-failed" },
  unready: { base: OTHERS.unready, path: query(ZH), status: 503 },
};

async function assertAccessible(page, what, rules) {
  // One frame, so no second page to put results together in; and nothing is told of what is well.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(TAGS)).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`);
  assert.deepEqual(told, [], what);
}

// Every state in every language is for CI; between commits, each state in one of them.
const isFull = process.env.POLIDEX_BROWSER === "required";
const LANGUAGES = ["en", "zh-Hant", "zh-Hans"];

Object.entries(STATES).forEach(([state, { base, path, status = 200, act, shows }], index) => {
  const needsOther = "base" in STATES[state];
  if (needsOther && !base) return;
  const dark = LANGUAGES[index % 3];
  for (const ui of isFull ? LANGUAGES : [dark]) {
    onPage(`axe: ${state}, ${ui}`, async ({ page, base: own }) => {
      const address = `${base ?? own}${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`;
      let response = await page.goto(address);
      for (let asked = 0; status === 429 && response.status() !== 429 && asked < 20; asked += 1) response = await page.goto(address);
      assert.equal(response.status(), status, address);
      await act?.(page);
      if (shows) assert.ok(await page.locator(shows).count(), `${state} shows ${shows}`);
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: "light" });
        await assertAccessible(page, `${state}, ${width} px`);
        if (ui !== dark) continue;
        await page.emulateMedia({ colorScheme: "dark" });
        await assertAccessible(page, `${state}, ${width} px, dark`, COLOUR_RULES);
      }
    });
  }
});

for (const ui of isFull ? LANGUAGES : ["zh-Hant"]) {
  onPage(`axe: filters open on a narrow screen, ${ui}`, { viewport: { width: 320, height: 900 } }, async ({ page, open }) => {
    await open(`${query("innovation")}&ui=${ui}`);
    await page.click("#open-filters");
    await page.waitForSelector("dialog[open]");
    await assertAccessible(page, "filters");
    await page.emulateMedia({ colorScheme: "dark" });
    await assertAccessible(page, "filters, dark", COLOUR_RULES);
  });
}
