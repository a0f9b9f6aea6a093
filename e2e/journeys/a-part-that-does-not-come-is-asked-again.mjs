// Settings are loaded when they are opened: while they cannot be, the page says so, and goes on when they can.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, screenshot } from "../support/browser.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test("a person opens settings that do not come, asks again, and works on", async (t) => {
  const { page, person, text } = await prepared(t, browser, cluster, "part");
  const parts = [];
  page.on("request", (request) => {
    if (/\/split_\w+-[0-9a-f]+\.wasm$/.test(request.url())) parts.push(request.url());
  });
  await person.open("/clusters");
  await person.sees("shown");
  assert.deepEqual(parts, [], "what nobody opened is not loaded");

  await page.route(/\/split_/, (route) => route.abort());
  await person.press("settings.title");
  await page.getByRole("heading", { level: 1, name: text("shell.part_missing") }).waitFor();
  await screenshot(page, "part-missing");
  await page.unroute(/\/split_/);
  await person.press("common.retry");
  const heading = page.getByRole("heading", { level: 1 });
  await heading.filter({ hasNotText: text("shell.part_missing") }).waitFor();
  assert.ok(parts.length > 0);

  // What is here is not asked for again.
  const asked = parts.length;
  await person.press("shell.clusters");
  await heading.filter({ hasText: text("clusters.title") }).waitFor();
  await person.press("settings.title");
  await heading.filter({ hasNotText: text("clusters.title") }).waitFor();
  assert.equal(parts.length, asked);
});
