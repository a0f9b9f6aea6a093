// Filter, order and page are in the address: they survive a reload, the back button leads through them, and what cannot be
// read says so.
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

test("a list can be left, reloaded and come back to as it was", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-address");
  for (const name of ["one", "two", "three"]) {
    await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name, labels: { number: name } } });
  }
  const { page, person, text } = await prepared(t, browser, cluster, "address");
  const list = `/clusters/shown/core/v1/configmaps?namespace=${namespace}`;
  const names = () => page.locator("tr[data-row] th").allInnerTexts();
  const showsNames = (...wanted) =>
    page.waitForFunction(
      (wanted) => {
        const shown = [...document.querySelectorAll("tr[data-row] th")].map((cell) => cell.innerText.trim());
        return JSON.stringify(shown) === JSON.stringify(wanted);
      },
      wanted,
    );

  await person.open(`${list}&filter=name!=kube-root-ca.crt`);
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await page.waitForURL(/sort=name/);
  await showsNames("one", "three", "two");
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await page.waitForURL(/sort=-name/);
  await showsNames("two", "three", "one");
  await page.goBack();
  await showsNames("one", "three", "two");
  await page.reload();
  await showsNames("one", "three", "two");

  await person.open(`${list}&filter=name!=kube-root-ca.crt&sort=name&pageSize=2&page=2`);
  await showsNames("two");
  await page.getByRole("button", { name: text("ui.pagination.previous") }).click();
  await showsNames("one", "three");

  // A filter that cannot be read says why and keeps the rows of the one before.
  await page.locator("input[data-filter]").fill("name!=kube-root-ca.crt age>>1");
  await page.locator("#filter-problem .field-problem").waitFor();
  assert.deepEqual((await names()).map((name) => name.trim()), ["one", "three"]);
  await page.locator("input[data-filter]").fill("label number=two");
  await page.locator("#filter-problem .field-problem").waitFor({ state: "detached" });
  await showsNames("two");

  // Labels and an order that there is not come from outside: the one can be taken out, the other is.
  await person.open(`${list}&labelSelector=number%3Dthree&sort=no-such-column`);
  await showsNames("three");
  assert.doesNotMatch(page.url(), /sort=/);
  await page.getByRole("button", { name: text("list.clear_labels") }).click();
  await page.locator("tr[data-row]").filter({ hasText: "two" }).waitFor();

  // The namespace stays chosen in the list of the next kind.
  await page.getByRole("navigation", { name: text("shell.navigation") }).getByRole("link", { name: text("kinds.plural.secrets"), exact: true }).click();
  await page.waitForURL(new RegExp(`secrets\\?namespace=${namespace}`));
  person.seesNoTrouble();
});

test("the side bar counts what the chosen namespaces have, and goes on counting", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-counts");
  const service = (name) =>
    cluster.create(`/api/v1/namespaces/${namespace}/services`, { metadata: { name }, spec: { clusterIP: "None" } });
  for (const name of ["one", "two"]) await service(name);
  const { page, person, text } = await prepared(t, browser, cluster, "counts");
  await person.open(`/clusters/shown/core/v1/configmaps?namespace=${namespace}`);
  const link = page
    .getByRole("navigation", { name: text("shell.navigation") })
    .getByRole("link", { name: text("kinds.plural.services"), exact: true });
  await link.filter({ hasText: /2$/ }).waitFor();
  await service("three");
  await link.filter({ hasText: /3$/ }).waitFor();
  // Nobody counts without a cluster on screen.
  await person.open("/clusters");
  await link.filter({ hasNotText: /\d/ }).waitFor();
  person.seesNoTrouble();
});
