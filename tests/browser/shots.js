// Takes a screenshot of every state, to be looked at: node shots.js BASE-URL [NAME-PART]
import { mkdirSync } from "node:fs";
import { launch } from "./chromium.js";

const [base, only = ""] = process.argv.slice(2);
const folder = new URL("./screenshots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const PAGES = {
  home: "/?",
  results: `/search?q=${encodeURIComponent("新質生產力")}`,
  english: `/search?q=${encodeURIComponent("productive forces")}&lang=en&from=2024&to=2024`,
  nothing: `/search?q=${encodeURIComponent("「不存在的短語」")}&lang=en`,
  document: `/documents/002_e23275e6c80ec80e?q=${encodeURIComponent("新質生產力")}`,
  headings: "/documents/004_f70c433b98ebec33?q=energy",
  published: "/documents/002_e23275e6c80ec80e?view=published",
  error: `/search?q=${encodeURIComponent("新質")}&page=0`,
  dates: `/search?q=${encodeURIComponent("新質")}&from=2025&to=2024`,
  help: "/help?",
};
const LOOKS = [
  ["en", "light", 1280], ["en", "dark", 1280], ["en", "light", 320], ["zh-Hant", "light", 1280], ["zh-Hant", "dark", 320],
  ["zh-Hant", "dark", 1280], ["zh-Hans", "light", 1280], ["zh-Hans", "light", 320],
];

const browser = await launch();
for (const [ui, colorScheme, width] of LOOKS) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: width > 600 ? 900 : 640 } });
  for (const [name, path] of Object.entries(PAGES)) {
    const file = `${name}-${ui}-${colorScheme}-${width}`;
    if (!file.includes(only)) continue;
    await page.goto(`${base}${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`, { waitUntil: "networkidle" });
    await page.screenshot({ path: `${folder}${file}.png`, fullPage: width < 600 ? false : false });
  }
  await page.close();
}
await browser.close();
