// The registration of a cluster: chosen among the contexts of a kubeconfig, renamed, labelled, removed. Every way leads to
// what is shown everywhere else, and the cluster itself goes on.
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

/** A kubeconfig with three contexts: one that works, one whose user is a program to be run, one whose file is elsewhere. */
function threeContexts() {
  const base64 = (text) => Buffer.from(text).toString("base64");
  const context = (name, user) => `- name: ${name}\n  context: {cluster: here, user: ${user}}\n`;
  return [
    "apiVersion: v1\nkind: Config\ncurrent-context: by-program\nclusters:\n- name: here\n  cluster:\n",
    `    server: ${cluster.url}\n    certificate-authority-data: ${base64(cluster.authority)}\n`,
    `contexts:\n${context("by-program", "program")}${context("production", "works")}${context("by-file", "file")}`,
    "users:\n- name: program\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never}}\n",
    `- name: works\n  user:\n${cluster.user.replace(/^/gm, "    ")}\n`,
    "- name: file\n  user: {tokenFile: /var/run/token}\n",
  ].join("");
}

test("a person chooses a context, renames the cluster, labels it, and removes it", async (t) => {
  const { api, page, person, text } = await prepared(t, browser, cluster, "registration");
  await person.open("/clusters/new");
  await page.getByLabel(text("clusters.kubeconfig"), { exact: true }).fill(threeContexts());
  // What cannot be used says why, and cannot be chosen; the one that works is proposed, though it is not the current one.
  const contexts = page.getByRole("radio");
  await page.getByRole("radio", { checked: true }).waitFor({ state: "attached" });
  assert.deepEqual(await contexts.evaluateAll((radios) => radios.map((radio) => radio.disabled)), [true, false, true]);
  await person.sees(/exec/);
  await person.sees(/tokenFile/);
  const name = page.getByLabel(text("clusters.name_label"), { exact: true });
  assert.equal(await name.inputValue(), "production", "the context's name is proposed");
  await screenshot(page, "journey-registration-contexts");
  await person.press("clusters.submit");
  await page.getByRole("heading", { level: 1, name: "production", exact: true }).waitFor();

  const row = (named) => page.getByRole("row").filter({ hasText: named });
  const chooses = async (named, key) => {
    await row(named).getByRole("button", { name: text("clusters.actions_of", { name: named }), exact: true }).click();
    await page.getByRole("menuitem", { name: text(key), exact: true }).click();
  };
  const dialog = page.getByRole("dialog");
  const saves = () => dialog.getByRole("button", { name: text("clusters.save"), exact: true }).click();

  await person.open("/clusters");
  await chooses("production", "clusters.rename");
  const newName = dialog.getByLabel(text("clusters.name_label"), { exact: true });
  await newName.fill("shown");
  await saves();
  await dialog.getByText(text("clusters.name_taken")).waitFor();
  await newName.fill("no/name");
  await saves();
  await dialog.locator(".field-problem").waitFor();
  assert.equal(await newName.inputValue(), "no/name", "what was typed is kept");
  await newName.fill("production eu");
  await saves();
  await dialog.waitFor({ state: "detached" });
  await row("production eu").waitFor();
  // Its pages are found under the new name, too.
  await person.open("/clusters/production%20eu");
  await page.getByRole("heading", { level: 1, name: "production eu", exact: true }).waitFor();
  await person.open("/clusters");

  await chooses("production eu", "clusters.labels");
  const labels = dialog.getByLabel(text("clusters.labels_label"), { exact: true });
  await labels.fill("env=prod, -bad-=x");
  await saves();
  await dialog.locator(".field-problem").waitFor();
  await labels.fill("env=prod, team");
  await saves();
  await dialog.waitFor({ state: "detached" });
  for (const label of ["env=prod", "team"]) await row("production eu").getByText(label, { exact: true }).waitFor();

  await chooses("production eu", "clusters.remove");
  await screenshot(page, "journey-registration-remove");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await row("production eu").waitFor();
  await chooses("production eu", "clusters.remove");
  await dialog.getByRole("button", { name: text("clusters.remove_confirm"), exact: true }).click();
  await row("production eu").waitFor({ state: "detached" });
  const left = await api.call("GET", "/api/v1/clusters");
  assert.deepEqual(left.items.map((item) => item.name), ["shown"]);
  assert.ok(await cluster.get("/api/v1/namespaces/default"), "the cluster goes on");
  person.seesNoTrouble();
});
