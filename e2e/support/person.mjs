// What a person does in the console, in the words of the page: the same steps serve every language.
import assert from "node:assert/strict";
import { patience } from "./settings.mjs";

export const administrator = { name: "ada", password: "correct horse battery staple" };

export class Person {
  /** `text` gives the texts of the language that the page is in. */
  constructor(page, console_, text) {
    this.page = page;
    this.console = console_;
    this.text = text;
  }

  #field(key) {
    return this.page.getByLabel(this.text(key), { exact: true });
  }

  async open(address) {
    await this.page.goto(`${this.console.url}${address}`);
  }

  /** A button or link of the page, by its text. */
  press(key, values) {
    const name = this.text(key, values);
    return this.page.getByRole("button", { name, exact: true }).or(this.page.getByRole("link", { name, exact: true })).first().click();
  }

  /** Waits until the page shows a text. */
  async sees(wanted, options = {}) {
    await this.page.getByText(wanted, { exact: options.exact ?? false }).first().waitFor({ timeout: options.timeout ?? patience });
  }

  /** The very first start: the printed link leads to the page that creates the administrator. */
  async createsTheAdministrator(link) {
    await this.page.goto(link);
    await this.#field("first_start.name").fill(administrator.name);
    await this.#field("first_start.password").fill(administrator.password);
    await this.#field("first_start.password_again").fill(administrator.password);
    await this.press("first_start.submit");
    await this.page.getByRole("heading", { level: 1, name: this.text("clusters.title") }).waitFor();
  }

  async signsIn() {
    await this.open("/");
    await this.#field("sign_in.name").fill(administrator.name);
    await this.#field("sign_in.password").fill(administrator.password);
    await this.press("sign_in.submit");
    await this.page.getByRole("heading", { level: 1, name: this.text("clusters.title") }).waitFor();
  }

  /** Adds a cluster by the text of its kubeconfig, and waits until it is ready. */
  async addsCluster(name, kubeconfig) {
    await this.press("clusters.add");
    await this.#field("clusters.kubeconfig").fill(kubeconfig);
    // When its contexts are shown, everything below moves: a click that is on its way would miss its button.
    await this.page.getByRole("radio", { checked: true }).waitFor({ state: "attached" });
    const field = this.#field("clusters.name_label");
    await field.waitFor();
    await field.fill(name);
    await this.press("clusters.submit");
    // Leaving before the answer is there would take the request back.
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
    await this.open("/clusters");
    await this.page
      .getByRole("row")
      .filter({ hasText: name })
      .getByText(this.text("clusters.state.ready"))
      .waitFor();
  }

  /** Fills the deployment form and deploys into a new namespace. */
  async deploys({ cluster, name, namespace, image, words }) {
    await this.open(`/clusters/${encodeURIComponent(cluster)}/deploy`);
    await this.#field("deploy.name").fill(name);
    await this.#field("deploy.namespace").selectOption({ label: this.text("deploy.namespace_new") });
    await this.#field("deploy.namespace_new_name").fill(namespace);
    await this.#field("deploy.image").fill(image);
    const [command, argument] = words;
    await this.#field("deploy.command").fill(command);
    await this.#field("deploy.arguments").fill(argument);
    // What will be created stands beside the form, and the cluster has been asked.
    await this.sees(this.text("deploy.dry_run_accepted"));
    await this.sees("kind: Deployment");
    await this.press("deploy.submit_other", { count: 2 });
    await this.page.getByRole("heading", { level: 1, name: this.text("rollout.title", { name }) }).waitFor();
  }

  /** Waits until the rollout's page says that all wanted pods are there. */
  async seesCompleteRollout(count) {
    const wanted = this.page.locator(".rollout-numbers div").filter({ hasText: this.text("rollout.desired") });
    await wanted.getByText(String(count), { exact: true }).waitFor({ timeout: 2 * patience });
    const headline = this.page.locator(".rollout-headline").getByText(this.text("rollout.state.complete"), { exact: true });
    await headline.waitFor({ timeout: 2 * patience });
  }

  async scales(name, count) {
    await this.press("rollout.scale");
    await this.#field("rollout.scale_label").fill(String(count));
    await this.page.getByRole("dialog").getByRole("button", { name: this.text("rollout.scale_submit"), exact: true }).click();
    await this.seesCompleteRollout(count);
  }

  async restarts() {
    await this.press("rollout.restart");
    await this.page.getByRole("dialog").getByRole("button", { name: this.text("rollout.restart_confirm"), exact: true }).click();
    await this.sees(this.text("rollout.restarted"));
  }

  async deletes() {
    await this.press("rollout.delete");
    await this.page.getByRole("dialog").getByRole("button", { name: this.text("rollout.delete_confirm"), exact: true }).click();
  }

  /** Makes an API token for one cluster or project, in the account, and reads its secret. */
  async makesToken(name, place) {
    await this.open("/account");
    await this.#field("account.token_name").fill(name);
    await this.page.getByText(this.text("account.token_scope"), { exact: true }).click();
    await this.page.getByRole("combobox", { name: this.text("account.token_places") }).fill(place);
    await this.page.getByRole("option", { name: place }).first().click();
    await this.press("account.token_create");
    const secret = await this.page.getByLabel(this.text("account.token_secret_label"), { exact: true }).innerText();
    await this.press("account.token_secret_done");
    return secret.trim();
  }

  /** Nothing went wrong behind the page's back. */
  seesNoTrouble() {
    assert.deepEqual(this.page.troubles, []);
  }
}
