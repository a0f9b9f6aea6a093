// A list without a mouse: filter, rows, drawer, dock, editor, search, help.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { ownNamespace, prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test("a person works a list with the keyboard alone", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-keys");
  for (const name of ["alpha", "beta", "gamma"]) {
    // No scheduler of this name: they stay as they are while the journey goes on.
    await cluster.create(`/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name },
      spec: { schedulerName: "nobody", containers: [{ name: "main", image: "busybox:1.36" }] },
    });
  }
  const { page, person, text } = await prepared(t, browser, cluster, "keys");
  const row = (name) => page.locator("tr[data-row]").filter({ hasText: name });
  const cursor = (name) => page.locator("tr.is-cursor").filter({ hasText: name }).waitFor();
  const press = (...keys) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
  await person.open(`/clusters/shown/core/v1/pods?namespace=${namespace}&sort=name`);
  await row("gamma").waitFor();

  await press("/");
  await page.keyboard.type("name~alp");
  await row("gamma").waitFor({ state: "detached" });
  await row("alpha").waitFor();
  await press("Escape");
  await row("gamma").waitFor();

  // Out of the field, the keys are the list's.
  await press("Tab", "j");
  await cursor("alpha");
  await press("j");
  await cursor("beta");
  await press("x");
  await person.sees(text("list.chosen_one", { count: 1 }));
  await press("Enter");
  const drawer = page.locator("aside.drawer");
  await drawer.getByRole("heading", { level: 2, name: "beta" }).waitFor();
  assert.match(page.url(), /open=/);

  const dock = page.locator("section.dock");
  await press("l");
  await dock.getByRole("button", { name: "beta" }).first().waitFor();
  await dock.getByText("has not started yet").waitFor();
  await press("y");
  await dock.getByText("schedulerName").first().waitFor();
  // Keys in the dock are the dock's: rows stay where they are.
  await dock.getByRole("button", { name: "beta" }).first().focus();
  await press("k", "x");
  await cursor("beta");
  await person.sees(text("list.chosen_one", { count: 1 }));
  await row("beta").focus();

  await press("Escape");
  await drawer.waitFor({ state: "detached" });
  await press("k");
  await cursor("alpha");
  await press("?");
  const help = page.getByRole("dialog", { name: text("shell.keys.title") });
  await help.waitFor();
  await press("Escape");
  await help.waitFor({ state: "hidden" });

  await row("alpha").focus();
  await press("e");
  await page.locator(".cm-content[contenteditable=true]").waitFor();
  assert.match(page.url(), /tab=edit/);
  await person.press("object.yaml.cancel");
  await page.waitForURL(/tab=yaml/);
  await press("Escape");
  await row("gamma").waitFor();

  await press("Control+k");
  await page.locator("dialog.palette input").waitFor();
  await page.keyboard.type("gamma");
  await page.getByRole("option").filter({ hasText: "gamma" }).first().waitFor();
  await press("Enter");
  await page.getByRole("heading", { level: 1, name: "gamma", exact: true }).waitFor();
  // The keyboard is at the heading of the new page.
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  person.seesNoTrouble();
});
