// What axe cannot see: order of focus, what lies over what, landmarks, skip links, sorting, finding and copying
// (U26, U35, U36, U41).
import assert from "node:assert/strict";
import { DOCUMENT, PHRASE, ZH, onPage, query, withBrowser } from "./harness.js";

withBrowser();

const OUTLINE = "/documents/004_f70c433b98ebec33?q=energy";
const PAGES = ["/?", query(ZH), `${query("innovation")}&explain=true&lang=en`, query(PHRASE), "/sources?q=innovation", "/filters/kind?",
  `${DOCUMENT}?q=${encodeURIComponent(ZH)}`, OUTLINE, `${DOCUMENT}?view=published`, "/help?", "/coverage?",
  "/compare?a=002_e23275e6c80ec80e&b=003_ffee91429a66c156", "/compare?", `${query(ZH)}&page=0`];
const inEnglish = (path) => `${path}${path.endsWith("?") ? "" : "&"}ui=en`;

onPage("landmarks, one heading of the first rank, results in an ordered list", async ({ page, open }) => {
  for (const path of PAGES) {
    await open(inEnglish(path));
    for (const role of ["banner", "search", "main", "contentinfo"]) {
      const found = await page.getByRole(role).count();
      assert.ok(role === "search" ? found >= 1 : found === 1, `${path}: ${found} × ${role}`);
    }
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, path);
  }
  await open(inEnglish(query(ZH)));
  assert.equal(await page.getByRole("complementary", { name: "Filters" }).count(), 1);
  assert.equal(await page.locator("ol.hits > li.hit > h2").count(), await page.locator(".hit").count());
});

onPage("skip links lead to results and filters, in one step each", async ({ page, open }) => {
  await open(inEnglish(query(ZH)));
  for (const [name, id] of [["Skip to results", "results"], ["Skip to filters", "filters"]]) {
    await page.evaluate(() => document.activeElement.blur());
    await page.locator("body").focus();
    const link = page.getByRole("link", { name });
    for (let step = 0; step < 3 && !(await link.evaluate((element) => element === document.activeElement)); step += 1) {
      await page.keyboard.press("Tab");
    }
    const box = await link.boundingBox();
    assert.ok(box.y >= 0, `${name} is seen while it has the focus`);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
    await open(inEnglish(query(ZH)));
  }
  await open(inEnglish(OUTLINE));
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.hash), "#main");
});

/** Walks through the page by Tab and tells what the focus meets. */
async function walk(page, look, most = 400) {
  await page.evaluate(() => {
    scrollTo(0, 0);
    window.walked = new Set();
  });
  const met = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(look);
    if (seen === null) return met;
    met.push(seen);
  }
  assert.fail("the walk has no end");
}

/** One focused element: is it seen, or does something lie over it; null once the walk is round. */
function lookAtFocus() {
  const element = document.activeElement;
  if (!element || element === document.body || window.walked.has(element)) return null;
  window.walked.add(element);
  const name = (element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 60);
  const boxes = [...element.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
  const inView = boxes.filter((box) => box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
  const clear = inView.some((box) => {
    const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
    return points.some(([x, y]) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return top && (element.contains(top) || top.contains(element));
    });
  });
  const style = getComputedStyle(element);
  const ring = getComputedStyle(element.closest(".box") ?? element);
  const hasRing = [style, ring].some((one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2);
  return { name, tag: element.tagName, clear, hasRing };
}

for (const [width, height] of [[1280, 900], [320, 480]]) {
  onPage(`all is reached by Tab, ringed, and covered by nothing, at ${width} px`, { viewport: { width, height } }, async ({ page, open }) => {
    for (const path of PAGES) {
      await open(inEnglish(path));
      await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
      const met = await walk(page, lookAtFocus);
      const covered = met.filter(({ clear }) => !clear);
      assert.deepEqual(covered, [], `${path}: covered`);
      assert.deepEqual(met.filter(({ hasRing }) => !hasRing), [], `${path}: no ring`);
      // What the map in the margin links to is in the text's own order too.
      const focusable = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, [tabindex='0']")]
        .filter((element) => element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true })).length);
      assert.equal(met.length, focusable, `${path}: what can be clicked can be reached`);
    }
  });
}

onPage("nothing is wider than a screen of 320 px, folds open, in any language", { viewport: { width: 320, height: 640 } }, async ({ page, open }) => {
  for (const path of PAGES) {
    for (const ui of ["en", "zh-Hant", "zh-Hans"]) {
      await open(`${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`);
      await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${path} ${ui}: ${width}`);
    }
  }
});

onPage("text cut off by wider spacing: none", { bypassCSP: true, viewport: { width: 320, height: 640 } }, async ({ page, open }) => {
  for (const path of PAGES) {
    await open(inEnglish(path));
    await page.addStyleTag({
      content: "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }",
    });
    const cut = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((element) => {
      const style = getComputedStyle(element);
      const hides = /hidden|clip/.test(style.overflow) && element.textContent.trim() && !element.closest(".unseen, .filters-title, summary");
      const isClamped = element.matches(".facet .value, .chips bdi");
      return hides && !isClamped && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
    }).map((element) => element.outerHTML.slice(0, 120)));
    assert.deepEqual(cut, [], path);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320, path);
  }
});

onPage("every run of Chinese or English says its language", async ({ page, open }) => {
  for (const path of PAGES) {
    for (const ui of ["en", "zh-Hans"]) {
      await open(`${path}${path.endsWith("?") ? "" : "&"}ui=${ui}`);
      const wrong = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const wrong = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.data.trim();
          const lang = node.parentElement.closest("[lang]").lang;
          // Names, code and what the reader typed are what they are; a sentence must be read by the right voice.
          if (node.parentElement.closest("code, pre, bdi:not([lang]), kbd, .published, .meta, .repairs, .print-only, title, script")) continue;
          // A passage of a document has one language, also where it holds a name of the other (U38).
          const passage = node.parentElement.closest(".text [lang], .compared [lang]");
          const said = (passage ?? node.parentElement).textContent;
          const isMixed = passage && /\p{Script=Han}/u.test(said) && /[a-z]{4,}/i.test(said);
          if (isMixed) continue;
          const isChinese = /\p{Script=Han}{4,}/u.test(text);
          const isEnglish = !/\p{Script=Han}/u.test(text) && (text.match(/\b[a-z]{2,}\b/gi) ?? []).length >= 4;
          if (isChinese && !lang.startsWith("zh")) wrong.push(`${lang}: ${text.slice(0, 60)}`);
          if (isEnglish && lang !== "en") wrong.push(`${lang}: ${text.slice(0, 60)}`);
        }
        return wrong;
      });
      assert.deepEqual(wrong, [], `${path} in ${ui}`);
    }
  }
});

onPage("help stands in the same place of every page, and the query is never asked for twice", async ({ page, open }) => {
  const places = new Set();
  for (const path of PAGES) {
    await open(inEnglish(path));
    const box = await page.locator(".to-help").boundingBox();
    places.add(`${Math.round(box.y)}`);
    const q = new URL(page.url()).searchParams.get("q") ?? "";
    assert.equal(await page.inputValue("#q"), q, path);
  }
  assert.equal(places.size, 1, [...places].join(" "));
});

onPage("results are sorted by relevance, newest or oldest; without a query by date", async ({ page, open }) => {
  const dates = () => page.locator(".hit time").evaluateAll((times) => times.map((time) => time.dateTime));
  const current = () => page.locator(".sorts [aria-current]").allTextContents();
  await open(inEnglish("/search?"));
  assert.deepEqual(await current(), ["Newest"]);
  assert.equal(await page.locator(".sorts a").count(), 2, "relevance is nothing without a query");
  const newest = await dates();
  assert.ok(newest.length >= 5);
  assert.deepEqual(newest, [...newest].sort().reverse());
  await page.getByRole("link", { name: "Oldest" }).click();
  await page.waitForURL(/sort=date/);
  assert.deepEqual(await dates(), [...newest].sort());
  await open(inEnglish(`${query("productive forces")}&expand=none`));
  assert.deepEqual(await current(), ["Relevance"]);
  await page.getByRole("link", { name: "Newest" }).click();
  await page.waitForURL(/sort=-date/);
  assert.deepEqual(await current(), ["Newest"]);
  assert.deepEqual(await dates(), [...(await dates())].sort().reverse());
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".sorts [aria-current]").textContent === "Relevance");
});

onPage("the browser finds the phrase as it stands, and copies nothing but the source", async ({ page, open }) => {
  await open(inEnglish(query(`「${ZH}」`)));
  await page.locator("#q").blur();
  const found = await page.evaluate((phrase) => {
    getSelection().removeAllRanges();
    const places = [];
    // The box and the heading come before the results, as they do on the page.
    while (places.length < 12 && window.find(phrase)) places.push(getSelection().anchorNode.parentElement?.closest("h1, .snippet")?.className);
    return places;
  }, ZH);
  assert.ok(found.includes("heading") && found.includes("snippet"), String(found));
  const { hits } = await (await page.request.get(`${new URL(page.url()).origin}/api/v1/search?q=${encodeURIComponent(`「${ZH}」`)}`)).json();
  const wanted = hits.flatMap((hit) => hit.passages.map((passage) => passage.text));
  await page.locator(".more").evaluateAll((folds) => folds.forEach((fold) => (fold.open = true)));
  const copied = await page.locator(".snippet p:not(.under)").evaluateAll((snippets) => snippets.map((snippet) => {
    getSelection().selectAllChildren(snippet);
    return getSelection().toString();
  }));
  const flat = (text) => text.replace(/\s+/g, " ").trim();
  assert.deepEqual(copied.map(flat), wanted.map(flat));
  assert.ok(!copied.join("").match(/[\u200b\u2060\ufeff\u00ad]/), "no invisible characters");
  await open(`${DOCUMENT}?q=${encodeURIComponent(ZH)}&ui=en`);
  // A run across marks, and across what is hung beside the text.
  const run = await page.locator(".text p:has(mark)").first().evaluate((passage) => {
    const mark = passage.querySelector("mark");
    const text = passage.textContent;
    const at = text.indexOf(mark.textContent);
    return text.slice(Math.max(0, at - 4), at + mark.textContent.length + 4).split("\n").sort((a, b) => b.length - a.length)[0];
  });
  assert.equal(await page.evaluate((run) => {
    getSelection().removeAllRanges();
    return window.find(run);
  }, run), true, run);
  const all = await page.evaluate(() => {
    getSelection().selectAllChildren(document.querySelector(".text"));
    return getSelection().toString();
  });
  assert.ok(!/^\d+$/m.test(all.split("\n").filter((line) => line.length < 4).join("\n")), "line numbers are not copied");
});
