// Type and media (U37–U42, 1.4.12): glyphs by language, line breaking, forced colours, print, text spacing.
import assert from "node:assert/strict";
import { DOCUMENT, ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

onPage("the same characters are drawn as each region writes them", async ({ page, open }) => {
  await open("/?ui=en");
  const drawn = {};
  for (const lang of ["zh-Hant-HK", "zh-Hans"]) {
    await page.evaluate((lang) => {
      const sample = document.createElement("p");
      sample.id = "sample";
      sample.lang = lang;
      sample.textContent = "骨直角化令";
      document.getElementById("sample")?.remove();
      document.body.prepend(sample);
    }, lang);
    drawn[lang] = (await page.locator("#sample").screenshot()).toString("base64");
  }
  assert.notEqual(drawn["zh-Hant-HK"], drawn["zh-Hans"]);
});

onPage("Chinese text breaks strictly, stands upright and keeps its measure", async ({ page, open }) => {
  await open(`${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=zh-Hant`);
  const style = await page.locator(".text p:lang(zh)").first().evaluate((passage) => {
    const { lineBreak, wordBreak, fontStyle, textAlign, lineHeight, fontSize, letterSpacing } = getComputedStyle(passage);
    const ems = passage.getBoundingClientRect().width / parseFloat(fontSize);
    return { lineBreak, wordBreak, fontStyle, textAlign, letterSpacing, leading: parseFloat(lineHeight) / parseFloat(fontSize), ems };
  });
  assert.equal(style.lineBreak, "strict");
  assert.equal(style.wordBreak, "normal");
  assert.equal(style.fontStyle, "normal");
  assert.equal(style.letterSpacing, "normal");
  assert.notEqual(style.textAlign, "justify");
  assert.ok(style.leading >= 1.7, `line height ${style.leading}`);
  assert.ok(style.ems <= 40.01, `${style.ems} characters`);
});

onPage("quotation marks, dashes and ellipses of English text are as wide as letters, on every page", async ({ page, open }) => {
  const q = encodeURIComponent(ZH);
  const pages = ["/?", `${query(ZH)}&explain=true`, query("「不存在的短語」"), `${DOCUMENT}?q=${q}`, `${DOCUMENT}?cite=p3`, `${DOCUMENT}?view=published`,
    "/help?", "/api?", "/list?", "/coverage?", "/check?", "/sources?", "/not-held?", "/concordance?q=innovation", `/timeline?q=innovation&q=${q}`,
    "/compare?a=002_e23275e6c80ec80e&b=003_ffee91429a66c156", "/compare?", `${query(ZH)}&page=0`];
  let measured = 0;
  for (const path of pages) {
    for (const ui of ["en", "zh-Hant"]) {
      await open(`${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`);
      const [wide, count] = await page.evaluate(() => {
        const wide = [];
        let count = 0;
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const parent = node.parentElement;
          if (!parent.closest("[lang]").lang.startsWith("en") || parent.closest("script, code, pre") || !parent.checkVisibility()) continue;
          for (const { index } of node.data.matchAll(/[“”‘’–—…]/g)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + 1);
            const { width } = range.getBoundingClientRect();
            const sign = node.data[index];
            const most = { "—": 1.05, "…": 1.05, "–": 0.75 }[sign] ?? 0.6;
            count += 1;
            if (width > most * parseFloat(getComputedStyle(parent).fontSize)) wide.push(`${sign} in ${node.data.trim().slice(0, 60)}: ${width}`);
          }
        }
        return [wide, count];
      });
      assert.deepEqual(wide, [], `${path} in ${ui}`);
      measured += count;
    }
  }
  assert.ok(measured > 50, `${measured} signs`);
});

onPage("marks are not by colour alone, and keep in forced colours", { forcedColors: "active" }, async ({ page, open }) => {
  await open(`${query(ZH)}&ui=en`);
  const [mark, plain] = await page.evaluate(() => {
    const styles = [document.querySelector(".snippet mark"), document.querySelector(".snippet p")].map((element) => getComputedStyle(element));
    return styles.map(({ backgroundColor, textDecorationLine }) => ({ backgroundColor, textDecorationLine }));
  });
  assert.notEqual(mark.backgroundColor, plain.backgroundColor);
  assert.equal(mark.textDecorationLine, "underline");
});

onPage("on paper there are results and addresses, no controls", async ({ page, open }) => {
  await open(`${query(ZH)}&lang=zh-Hant&ui=en`);
  await page.emulateMedia({ media: "print" });
  for (const hidden of ["#filters", ".ask", ".chips", ".exports", ".tools"]) assert.ok(await page.locator(hidden).isHidden(), hidden);
  assert.ok(await page.locator(".print-only").isVisible());
  assert.match(await page.textContent(".print-only"), /\/search\?q=.+ · \d{4}-\d\d-\d\d/);
  const address = await page.locator(".hit h2 a").first().evaluate((link) => getComputedStyle(link, "::after").content);
  assert.match(address, /\/documents\//);
});

onPage("wider text spacing loses nothing", { bypassCSP: true, viewport: { width: 320, height: 640 } }, async ({ page, open }) => {
  for (const path of [`${query(ZH)}&ui=en`, `${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=zh-Hant`, "/help?ui=en"]) {
    await open(path);
    await page.addStyleTag({
      content: "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }",
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 320, `${path}: ${wide}`);
  }
});

onPage("nothing moves for those who want no motion", { reducedMotion: "reduce" }, async ({ page, open }) => {
  await open(`${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=en`);
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  const before = await page.evaluate(() => scrollY);
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => scrollY), before);
});
