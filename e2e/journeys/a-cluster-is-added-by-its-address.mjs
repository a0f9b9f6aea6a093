// A cluster is added by address, CA and token: wrong ones are told apart, and what was typed is kept.
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

/** A token of a service account that may do everything, as an administrator would make one for the console. */
async function consoleToken(t, namespace) {
  const name = namespace;
  await cluster.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  const bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
  t.after(() => cluster.remove(`${bindings}/${name}`));
  await cluster.create(bindings, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  const answer = await cluster.request("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 3600 },
  });
  assert.equal(answer.status, 201, answer.text);
  return JSON.parse(answer.text).status.token;
}

test("a person adds a cluster by its address, and reads what is wrong until it is right", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-address");
  const token = await consoleToken(t, namespace);
  const { page, person, text } = await prepared(t, browser, cluster, "address");
  await person.open("/clusters/new");
  await page.getByRole("tab", { name: text("clusters.way_address") }).click();
  // The label of a field that may be left empty ends with that.
  const field = (key) => page.getByLabel(text(key), { exact: key !== "clusters.ca" });
  const adds = async (typed) => {
    for (const [key, value] of Object.entries(typed)) await field(`clusters.${key}`).fill(value);
    await person.press("clusters.submit");
  };

  const problem = (key) => page.locator(".field").filter({ has: field(key) }).locator(".field-problem");
  await adds({ url: "not an address", token: "wrong", name_label: "by address" });
  await problem("clusters.url").waitFor();
  await adds({ url: cluster.url, ca: "not a certificate", token });
  await problem("clusters.ca").waitFor();
  // Without the right CA, whoever answers there is not given the token.
  await adds({ ca: "" });
  await problem("clusters.ca").waitFor();
  assert.equal(await field("clusters.token").inputValue(), token, "what was typed is kept");
  await adds({ ca: cluster.authority, token: "wrong" });
  await problem("clusters.token").waitFor();
  await adds({ token });
  await page.getByRole("heading", { level: 1, name: "by address", exact: true }).waitFor();
  await person.open("/clusters");
  await page.getByRole("row").filter({ hasText: "by address" }).getByText(text("clusters.state.ready")).waitFor();
  person.seesNoTrouble();
});
