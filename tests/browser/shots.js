// Takes a screenshot of every state, to be looked at: node shots.js BASE-URL [NAME-PART]; POLIDEX_WHOLE=1 takes whole pages.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./chromium.js";

const [base, only = ""] = process.argv.slice(2);
const folder = new URL("./screenshots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const q = encodeURIComponent;
const PAGES = {
  home: "/?",
  results: `/search?q=${q("新質生產力")}`,
  english: `/search?q=${q("productive forces")}&lang=en&from=2024&to=2024`,
  expanded: `/search?q=${q("housing policy")}`,
  translated: `/search?q=${q("低空經濟")}`,
  explained: `/search?q=${q("innovation zzzz")}&explain=true`,
  corrected: "/search?q=inovation",
  nothing: `/search?q=${q("「不存在的短語」")}&lang=en`,
  sources: `/sources?q=${q("新質生產力")}`,
  values: "/filters/publisher?q=innovation",
  document: `/documents/002_e23275e6c80ec80e?q=${q("新質生產力")}`,
  headings: "/documents/004_f70c433b98ebec33?q=energy",
  cited: "/documents/004_f70c433b98ebec33?q=energy&cite=p3",
  published: "/documents/002_e23275e6c80ec80e?view=published",
  error: `/search?q=${q("新質")}&page=0`,
  dates: `/search?q=${q("新質")}&from=2025&to=2024`,
  quoted: `/documents/002_e23275e6c80ec80e?cite=p3&style=gbt7714`,
  compared: `/compare?a=002_e23275e6c80ec80e&b=003_ffee91429a66c156&q=${q("新質生產力")}`,
  timeline: `/timeline?q=innovation&q=${q("新質生產力")}&unit=month`,
  reuse: "/reuse?",
  versions: "/documents/002_e23275e6c80ec80e/versions?as_of=2024",
  renderings: `/renderings?q=${q("新質生產力")}`,
  help: "/help?",
};
// What has to be done to see it, beside opening an address.
const ACTS = {
  explained: (page) => page.locator(".why").first().evaluate((fold) => (fold.open = true)).catch(() => {}),
  quoted: (page) => page.locator("#cite").scrollIntoViewIfNeeded(),
  cited: (page) => page.locator("#cite").scrollIntoViewIfNeeded(),
};
const LOOKS = [
  ["en", "light", 1280], ["en", "dark", 1280], ["en", "light", 320], ["zh-Hant", "light", 1280], ["zh-Hant", "dark", 320],
  ["zh-Hant", "dark", 1280], ["zh-Hans", "light", 1280], ["zh-Hans", "light", 320],
];

const browser = await launch();
for (const [ui, colorScheme, width] of LOOKS) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: width > 600 ? 900 : 640 } });
  // The sheet and the script as they are in the tree, not in the binary: to look at a change before it is built.
  if (process.env.POLIDEX_STATIC) {
    await page.route("**/static/polidex.*", (route) => route.fulfill({
      path: join(process.env.POLIDEX_STATIC, `polidex.${route.request().url().split(".").pop()}`),
    }));
  }
  for (const [name, path] of Object.entries(PAGES)) {
    const file = `${name}-${ui}-${colorScheme}-${width}`;
    if (!file.includes(only)) continue;
    await page.goto(`${base}${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`, { waitUntil: "networkidle" });
    await ACTS[name]?.(page);
    await page.screenshot({ path: `${folder}${file}.png`, fullPage: Boolean(process.env.POLIDEX_WHOLE) });
  }
  await page.close();
}
await browser.close();
