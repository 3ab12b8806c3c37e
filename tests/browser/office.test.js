// A site with a login, and one below a path.
import assert from "node:assert/strict";
import { OTHERS, onPage, query, withBrowser } from "./harness.js";

withBrowser();

if (OTHERS.login) {
  onPage("a reader logs in, goes on to what was wanted, and logs out", async ({ page }) => {
    const base = OTHERS.login;
    await page.goto(`${base}${query("housing")}&ui=en`);
    assert.equal(new URL(page.url()).pathname, "/login");
    await page.fill("#name", "reader");
    await page.fill("#password", "wrong horse");
    await page.press("#password", "Enter");
    await page.waitForSelector("#login-failed");
    await page.fill("#name", "reader");
    await page.fill("#password", "correct horse");
    await page.press("#password", "Enter");
    await page.waitForSelector("#answer");
    assert.equal(new URL(page.url()).pathname, "/search");
    assert.equal(new URL(page.url()).searchParams.get("q"), "housing");
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === "polidex_session");
    assert.ok(cookie.httpOnly && cookie.sameSite === "Lax");
    await page.locator("a[href='/login']").click();
    await page.waitForSelector("form[action='/logout']");
    assert.match(await page.textContent("main"), /reader/);
    await page.locator("form[action='/logout'] button").click();
    await page.waitForSelector("#password");
    await page.goto(`${base}/documents/002_e23275e6c80ec80e`);
    assert.equal(new URL(page.url()).pathname, "/login");
  });
}

if (OTHERS.below) {
  onPage("below a path, typing searches and suggests as at the root", async ({ page }) => {
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${OTHERS.below}/?ui=en`);
    await page.locator("#q").pressSequentially("housing", { delay: 30 });
    await page.waitForURL(/\/polidex\/search\?/);
    await page.waitForSelector("#answer mark");
    assert.ok(asked.includes("/polidex/search") && asked.includes("/polidex/api/v1/suggest"), asked.join(" "));
    // What is suggested lies over the first result until the box is left.
    await page.locator("#q").blur();
    await page.locator("#answer h2 a, #answer h3 a").first().click();
    await page.waitForSelector("main mark");
    assert.deepEqual(asked.filter((path) => !path.startsWith("/polidex/")), []);
  });
}
