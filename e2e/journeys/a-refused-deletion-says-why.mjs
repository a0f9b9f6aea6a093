// The cluster refuses to delete some of the chosen objects: what went is gone, and why the rest stayed is said.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { until } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { ownNamespace, prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test("a person deletes several objects, and reads why one of them stays", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-refused");
  const maps = `/api/v1/namespaces/${namespace}/configmaps`;
  await cluster.create(maps, { metadata: { name: "goes" } });
  await cluster.create(maps, { metadata: { name: "stays" } });
  const policies = "/apis/admissionregistration.k8s.io/v1";
  const name = "journey-refused";
  t.after(async () => {
    await cluster.remove(`${policies}/validatingadmissionpolicybindings/${name}`);
    await cluster.remove(`${policies}/validatingadmissionpolicies/${name}`);
  });
  await cluster.create(`${policies}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["configmaps"] }],
      },
      validations: [{ expression: "oldObject.metadata.name != 'stays'", message: "the auditors need it" }],
    },
  });
  await cluster.create(`${policies}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ["Deny"],
      matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } },
    },
  });
  await until("the policy holds", async () => (await cluster.request("DELETE", `${maps}/stays?dryRun=All`)).status >= 400, 60_000);

  const { page, person, text } = await prepared(t, browser, cluster, "refused");
  await person.open(`/clusters/shown/core/v1/configmaps?namespace=${namespace}&filter=name!=kube-root-ca.crt`);
  const row = (name) => page.locator("tr[data-row]").filter({ hasText: name });
  for (const name of ["goes", "stays"]) await row(name).getByRole("checkbox").check();
  await person.press("list.delete");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: text("list.delete_now"), exact: true }).click();
  await dialog.getByText(text("list.deletion.refused")).waitFor();
  await dialog.getByText("the auditors need it").waitFor();
  await row("goes").waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: text("common.cancel"), exact: true }).click();
  await row("stays").waitFor();
  assert.equal(await cluster.get(`${maps}/goes`), null);
  person.seesNoTrouble();
});
