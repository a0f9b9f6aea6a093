// Somebody else saves the object while it is being edited: nothing of either is lost.
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

test("a person whose object was changed meanwhile compares, merges and saves", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-edit");
  const path = `/api/v1/namespaces/${namespace}/configmaps/shared`;
  await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: "shared" }, data: { first: "yes" } });
  const { page, person, text } = await prepared(t, browser, cluster, "edit");
  await person.open(`/clusters/shown/core/v1/configmaps/${namespace}/shared?tab=edit`);
  const addLine = async (editor, after, line) => {
    await page.locator(`${editor} .cm-line`).filter({ hasText: after }).first().click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type(line);
  };
  await addLine(".cm-editor", "first: ", "mine: kept");

  // What is typed survives a reload of the page.
  await page.reload();
  await person.sees(text("object.yaml.draft_kept"));
  await page.locator(".cm-line").filter({ hasText: "mine: kept" }).waitFor();

  await cluster.merge(path, { data: { theirs: "kept" } });
  await person.press("object.yaml.save");
  await person.sees(text("object.yaml.conflict"));
  await person.press("object.yaml.reload");
  await page.locator(".cm-merge-a .cm-line").filter({ hasText: "theirs: kept" }).waitFor();
  await page.locator(".cm-merge-b .cm-line").filter({ hasText: "mine: kept" }).waitFor();
  await addLine(".cm-merge-b", "mine: kept", "theirs: kept");
  await person.press("object.yaml.save");
  await person.sees(text("object.yaml.saved", { name: "shared" }));
  assert.deepEqual((await cluster.get(path)).data, { first: "yes", mine: "kept", theirs: "kept" });
  // Saved, there is no draft any more.
  await page.reload();
  await page.locator("pre").getByText("theirs").waitFor();
  person.seesNoTrouble();
});
