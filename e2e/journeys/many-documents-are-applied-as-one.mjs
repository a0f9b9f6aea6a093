// Hundreds of documents are applied as one: while a single one is wrong, nothing is written, and that one is named.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { ownNamespace, prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

const count = 500;
const wrong = 321;

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** 500 ConfigMaps; the name of one of them is what is given. */
function documents(namespace, nameOfOne) {
  const one = (number) => {
    const name = number === wrong ? nameOfOne : `map-${number}`;
    return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  number: "${number}"\n`;
  };
  return Array.from({ length: count }, (_, index) => one(index + 1)).join("---\n");
}

test("a person applies 500 documents, of which one is refused, then none", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-documents");
  const maps = async () => {
    const { items } = await cluster.get(`/api/v1/namespaces/${namespace}/configmaps`);
    return items.filter(({ metadata }) => metadata.name !== "kube-root-ca.crt").length;
  };
  const { page, person, text } = await prepared(t, browser, cluster, "documents");
  await person.open("/clusters/shown/apply");
  const chooses = (content) =>
    page.locator("input[type=file]").setInputFiles({ name: "all.yaml", mimeType: "text/yaml", buffer: Buffer.from(content) });

  await chooses(documents(namespace, "Not_A_Name"));
  await page.locator(".cm-line").filter({ hasText: "map-1" }).first().waitFor();
  await person.press("apply.apply");
  await person.sees(text("apply.not_applied", { count: 1, total: count }), { timeout: 120_000 });
  await person.sees(text("apply.document", { number: wrong }));
  await person.sees("Not_A_Name");
  assert.equal(await maps(), 0, "nothing is written while one is refused");

  // Stopped while the cluster is asked, or while it writes: then it is said what stays.
  await chooses(documents(namespace, "right"));
  await person.press("apply.apply");
  await person.press("common.cancel");
  const stopped = page.getByText(text("apply.cancelled")).or(page.getByText("It was cancelled after"));
  await stopped.first().waitFor({ timeout: 120_000 });
  assert.ok((await maps()) < count, "what was cancelled is not all written");

  await person.press("apply.apply");
  await person.sees(text("apply.applied"), { timeout: 120_000 });
  assert.equal(await maps(), count);
  person.seesNoTrouble();
});
