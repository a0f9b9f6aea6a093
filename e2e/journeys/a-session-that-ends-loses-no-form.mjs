// The session ends while a form is open: signing in again leads back to it, and what was typed is still there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { administrator } from "../support/person.mjs";
import { prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test("a person whose session ended goes on where he was, with what he typed", async (t) => {
  const { api, page, person, text } = await prepared(t, browser, cluster, "session");
  const name = () => page.getByLabel(text("deploy.name"), { exact: true });
  await person.open("/clusters/shown/deploy");
  await name().fill("half-typed");
  await page.getByLabel(text("deploy.image"), { exact: true }).fill("busybox:1.36");
  await person.sees("half-typed");

  // It is the session of this page, too.
  await api.request("DELETE", "/api/v1/session");
  await page.getByLabel(text("deploy.replicas"), { exact: true }).fill("3");
  await page.getByText(text("sign_in.lead_return")).waitFor();
  await page.getByLabel(text("sign_in.name"), { exact: true }).fill(administrator.name);
  await page.getByLabel(text("sign_in.password"), { exact: true }).fill(administrator.password);
  await person.press("sign_in.submit");
  await name().waitFor();
  assert.equal(new URL(page.url()).pathname, "/clusters/shown/deploy");
  assert.equal(await name().inputValue(), "half-typed");
  assert.equal(await page.getByLabel(text("deploy.image"), { exact: true }).inputValue(), "busybox:1.36");
  assert.equal(await page.getByLabel(text("deploy.replicas"), { exact: true }).inputValue(), "3");
});
