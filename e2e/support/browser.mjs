// A real Chromium: one for a test run, and a fresh profile for each journey.
import path from "node:path";
import { chromium } from "playwright-core";
import { artifacts, patience } from "./settings.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export async function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.MUSTER_CHROMIUM ?? "/usr/bin/chromium",
    args: flags,
    headless: true,
  });
}

/**
 * A page of a fresh profile, with what went wrong in it collected in `page.troubles`: script errors, what the content
 * security policy refused, and requests that the server failed.
 */
export async function openPage(browser, options = {}) {
  const { locale = "en-US", colorScheme = "light", viewport, storageState, ignoreHTTPSErrors } = options;
  const context = await browser.newContext({
    locale,
    ignoreHTTPSErrors,
    colorScheme,
    storageState,
    timezoneId: "Europe/Berlin",
    viewport: viewport ?? { width: 1440, height: 900 },
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // Answers such as 401 and 404 are part of the conversation; the page must handle them, and says so itself.
    if (/Failed to load resource/.test(message.text())) return;
    page.troubles.push(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) page.troubles.push(`${response.status()} ${response.url()}`);
  });
  return page;
}

/** Keeps a picture of the page under target/e2e/. */
export async function screenshot(page, name) {
  await page.screenshot({ path: path.join(artifacts, `${name}.png`), animations: "disabled" });
}
