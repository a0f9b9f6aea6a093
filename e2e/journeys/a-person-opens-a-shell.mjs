// A shell in a container that really runs: opened by key, typed into, kept while one goes elsewhere, left by keyboard, ended
// and opened anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, screenshot } from "../support/browser.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { ownNamespace, prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test("a person works in a container without leaving the browser", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-shell");
  const container = (name) => ({ name, image: "busybox:1.36", command: ["sleep", "100000"] });
  await cluster.create(`/api/v1/namespaces/${namespace}/pods`, {
    metadata: { name: "box" },
    spec: { terminationGracePeriodSeconds: 1, containers: [container("main"), container("side")] },
  });
  const { page, person, text } = await prepared(t, browser, cluster, "shell");
  await person.open(`/clusters/shown/core/v1/pods/${namespace}/box`);
  await page.getByText("Running", { exact: true }).first().waitFor({ timeout: 120_000 });

  await page.keyboard.press("s");
  const dock = page.locator("section.dock");
  const rows = dock.locator(".xterm-rows");
  const shows = (words) => rows.filter({ hasText: words }).waitFor();
  const prompt = () => rows.filter({ hasText: /[#$]\s*$/ }).waitFor();
  await prompt();
  // The text is not what is typed: only a shell makes it of that.
  await page.keyboard.type("echo hel''lo\n");
  await shows("hello");
  await page.keyboard.type("printf '\\033[38;2;10;200;30mgre''en\\033[0m\\n'\n");
  const coloured = rows.locator("span", { hasText: /^green$/ });
  await coloured.waitFor();
  assert.match((await coloured.getAttribute("style")) ?? "", /color/);
  await screenshot(page, "journey-shell");

  // Out of the terminal by keyboard, and on to another page: the shell is still there.
  await page.keyboard.press("Control+F6");
  const choice = dock.getByLabel(text("terminal.container"), { exact: true });
  assert.ok(await choice.evaluate((element) => element === document.activeElement));
  await page.locator(".side-bar").getByRole("link", { name: text("kinds.plural.deployments") }).click();
  await page.getByRole("heading", { level: 1, name: text("kinds.plural.deployments") }).waitFor();
  await shows("hello");

  await choice.selectOption("side");
  await prompt();
  await page.keyboard.type("hostname; exit 3\n");
  await dock.getByText(text("terminal.exited", { code: 3 })).waitFor();
  await dock.getByRole("button", { name: text("terminal.again"), exact: true }).click();
  await prompt();
  await page.keyboard.type("echo ag''ain\n");
  await shows("again");

  await dock.getByRole("button", { name: text("shell.dock.close"), exact: true }).click();
  await dock.waitFor({ state: "detached" });
  person.seesNoTrouble();
});
