// What an administrator does in the settings, and what members of a directory do at the door, in the words of the page.
import assert from "node:assert/strict";
import { passwordOf } from "./directory.mjs";

export class Administration {
  /** `person` is who sits in front of the page. */
  constructor(person) {
    this.person = person;
    this.page = person.page;
    this.text = person.text;
  }

  #field(key, options = { exact: true }) {
    return this.page.getByLabel(this.text(key), options);
  }

  /** Fills the form of a new OpenLDAP directory. */
  async describesDirectory(name, directory) {
    await this.person.open("/settings/providers");
    await this.person.press("providers.add");
    await this.page.getByRole("link", { name: this.text("providers.template.openldap") }).click();
    await this.#field("providers.field.name").fill(name);
    await this.#field("providers.field.urls").fill(directory.url);
    // Its label ends with the word that it may be left empty.
    await this.#field("providers.field.ca", { exact: false }).fill(directory.certificateAuthority);
    await this.#field("providers.field.bind_name").fill(directory.account);
    await this.#field("providers.field.bind_password").fill(directory.password);
    await this.#field("providers.field.user_bases").fill(`ou=people,${directory.base}`);
    await this.#field("providers.field.group_bases").fill(`ou=groups,${directory.base}`);
  }

  /** Fills the form of a new Active Directory. */
  async describesActiveDirectory(name, directory) {
    await this.person.open("/settings/providers");
    await this.person.press("providers.add");
    await this.page.getByRole("link", { name: this.text("providers.template.active_directory") }).click();
    await this.#field("providers.field.name").fill(name);
    await this.#field("providers.field.urls").fill(directory.url);
    await this.#field("providers.field.ca", { exact: false }).fill(directory.certificateAuthority);
    await this.#field("providers.field.bind_name").fill(directory.account);
    await this.#field("providers.field.bind_password").fill(directory.password);
    await this.#field("providers.field.user_bases").fill(directory.base);
    await this.#field("providers.field.group_bases").fill(directory.base);
  }

  /** Fills the form of a new GitHub Enterprise, which lets in whoever can sign in there. */
  async describesGitHub(name, github) {
    await this.person.open("/settings/providers");
    await this.person.press("providers.add");
    await this.page.getByRole("link", { name: this.text("providers.template.github_enterprise") }).click();
    await this.#field("providers.field.name").fill(name);
    await this.#field("providers.field.base_url").fill(github.url);
    await this.#field("providers.field.ca", { exact: false }).fill(github.certificateAuthority);
    await this.#field("providers.field.client_id").fill(github.clientId);
    await this.#field("providers.field.client_secret").fill(github.clientSecret);
    await this.#field("providers.field.admission").selectOption({ label: this.text("providers.admission.anyone") });
  }

  /** Tries the form's settings with somebody's name. */
  async testsWith(user, password) {
    await this.page.locator('[name="testUser"]').fill(user);
    await this.page.locator('[name="testPassword"]').fill(password);
    await this.person.press("providers.test.run");
  }

  async savesProvider(name) {
    await this.person.press("common.save");
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }

  /** Says that the new settings work, when the console waits for that word. */
  async confirmsWhenAsked() {
    const confirm = this.page.getByRole("button", { name: this.text("providers.unconfirmed.confirm"), exact: true });
    if (await confirm.isVisible()) {
      await confirm.click();
      await confirm.waitFor({ state: "detached" });
    }
  }

  async createsProject(cluster, name, namespaces) {
    await this.person.open(`/clusters/${cluster}/projects/new`);
    await this.#field("common.name").fill(name);
    for (const namespace of namespaces) {
      await this.page.getByRole("combobox", { name: this.text("projects.namespaces") }).fill(namespace);
      await this.page.getByRole("option", { name: namespace }).first().click();
    }
    await this.person.press("projects.create_submit");
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }

  /** Grants a role in the dialog that is opened from the page on screen. `scope` fills what the page does not give. */
  async grants(subject, role, scope = async () => {}) {
    await this.page.getByRole("button", { name: this.text("bindings.grant"), exact: true }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: this.text("bindings.subject") }).fill(subject);
    await dialog.getByRole("option", { name: subject }).first().click();
    await scope(dialog);
    await dialog.getByLabel(this.text("bindings.role"), { exact: true }).selectOption({ label: this.text(`roles.built_in.${role}`) });
    await dialog.getByRole("button", { name: this.text("bindings.grant_submit"), exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await this.page.getByRole("row").filter({ hasText: subject }).first().waitFor();
  }

  /** Takes back what somebody has on the page on screen. */
  async revokes(subject) {
    const row = this.page.getByRole("row").filter({ hasText: subject }).first();
    await row.getByRole("button", { name: this.text("bindings.revoke"), exact: true }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: this.text("bindings.revoke"), exact: true }).click();
    await row.waitFor({ state: "detached" });
  }
}

/** Signs in at the door through a directory; the caller says what is to be seen then. */
export async function signsInThrough(person, provider, name) {
  const { page, text } = person;
  await person.open("/");
  await page.getByLabel(text("sign_in.sign_in_with"), { exact: true }).selectOption({ label: provider });
  await page.getByLabel(text("sign_in.name"), { exact: true }).fill(name);
  await page.getByLabel(text("sign_in.password"), { exact: true }).fill(passwordOf(name));
  await person.press("sign_in.submit");
}

/** What a list of the console shows, by name. */
export async function namesIn(page) {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  return page.locator("tbody th.cell-name").allInnerTexts();
}

/** The list shows exactly these, sooner or later. */
export async function seesExactly(page, wanted, until) {
  let seen = [];
  await until(`the list shows ${wanted.join(", ") || "nothing"}`, async () => {
    seen = (await namesIn(page)).map((name) => name.trim()).sort();
    return JSON.stringify(seen) === JSON.stringify([...wanted].sort());
  }).catch((error) => assert.fail(`${error.message}; it shows ${JSON.stringify(seen)}`));
}
