// Every part of the deployment form: what is wrong is said at its field, and what was typed is what the cluster has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, screenshot } from "../support/browser.mjs";
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

for (const [language, locale] of [
  ["en", "en-US"],
  ["zh-CN", "zh-CN"],
]) {
  test(`a person fills the whole form, mends what is wrong, and gets what was typed (${language})`, async (t) => {
    const namespace = await ownNamespace(t, cluster, `journey-form-${language.toLowerCase()}`);
    const { page, person, text } = await prepared(t, browser, cluster, `form-${language}`, { language, locale });
    const field = (key) => page.getByLabel(text(key), { exact: true });
    const fills = async (values) => {
      for (const [key, value] of Object.entries(values)) await field(`deploy.${key}`).fill(value);
    };
    await person.open("/clusters/shown/deploy");
    await field("deploy.namespace").selectOption({ label: namespace });
    await fills({ name: "web", replicas: "2", image: "busybox:1.36", command: "sh -c", arguments: `'sleep 86400' ""` });
    await field("deploy.pull_policy").selectOption({ label: text("deploy.pull_if_not_present") });
    await person.press("deploy.add_port");
    await fills({ container_port: "80800", port_name: "http" });
    await field("deploy.expose").check();
    await fills({ service_port: "80" });
    await person.press("deploy.add_variable");
    await fills({ variable_name: "GREETING", variable_value: "good day" });
    await fills({ cpu_request: "250m", cpu_limit: "0.5", memory_request: "1..5Gi", memory_limit: "64Mi" });
    await field("deploy.probe_kind").selectOption({ label: text("deploy.probe_command") });
    await fills({ probe_command_line: "true", probe_delay: "1", probe_period: "2" });
    await person.press("deploy.add_label");
    const label = page.getByRole("group", { name: text("deploy.label_key") });
    await label.getByLabel(text("deploy.label_key"), { exact: true }).fill("team");
    await label.getByLabel(text("deploy.label_value"), { exact: true }).fill("shop");

    // Two fields are wrong: each says so, and nothing is sent.
    await page.locator('button[type="submit"]').click();
    const wrong = page.locator(".field.is-wrong");
    await until("both fields say what is wrong", async () => (await wrong.count()) === 2);
    const said = async (key) => (await wrong.filter({ has: field(key) }).locator(".field-problem").innerText()).trim();
    assert.equal(await said("deploy.container_port"), text("deploy.problem.invalid-port"));
    assert.equal(await said("deploy.memory_request"), text("deploy.problem.invalid-quantity"));
    await screenshot(page, `form-${language}-wrong`);
    assert.equal(await cluster.get(`/apis/apps/v1/namespaces/${namespace}/deployments/web`), null);

    await fills({ container_port: "8080", memory_request: "32Mi" });
    await until("nothing is wrong any more", async () => (await wrong.count()) === 0);
    await person.sees(text("deploy.dry_run_accepted"));
    await person.press("deploy.submit_other", { count: 2 });
    await page.getByRole("heading", { level: 1, name: text("rollout.title", { name: "web" }) }).waitFor();
    await person.seesCompleteRollout(2);

    const deployment = await cluster.get(`/apis/apps/v1/namespaces/${namespace}/deployments/web`);
    const [container] = deployment.spec.template.spec.containers;
    assert.equal(deployment.spec.replicas, 2);
    assert.equal(deployment.metadata.labels.team, "shop");
    assert.deepEqual(container.command, ["sh", "-c"]);
    assert.deepEqual(container.args, ["sleep 86400", ""]);
    assert.equal(container.imagePullPolicy, "IfNotPresent");
    assert.deepEqual(container.ports, [{ name: "http", containerPort: 8080, protocol: "TCP" }]);
    assert.deepEqual(container.env, [{ name: "GREETING", value: "good day" }]);
    assert.deepEqual(container.resources, {
      requests: { cpu: "250m", memory: "32Mi" },
      limits: { cpu: "500m", memory: "64Mi" },
    });
    assert.deepEqual(container.readinessProbe.exec, { command: ["true"] });
    assert.equal(container.readinessProbe.initialDelaySeconds, 1);
    assert.equal(container.readinessProbe.periodSeconds, 2);
    const service = await cluster.get(`/api/v1/namespaces/${namespace}/services/web`);
    assert.deepEqual(
      service.spec.ports.map(({ name, port, targetPort }) => ({ name, port, targetPort })),
      [{ name: "http", port: 80, targetPort: "http" }],
    );
    person.seesNoTrouble();
  });
}
