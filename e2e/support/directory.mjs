// The directory under test: how it is reached, and the people in it.
import { readFileSync } from "node:fs";
import { activeDirectoryFile, directoryFile } from "./settings.mjs";

/** What the test bed says of its OpenLDAP. */
export function directory() {
  return access(directoryFile, "MUSTER_TEST_DIRECTORY", "openldap");
}

/** What the test bed says of its Active Directory. */
export function activeDirectory() {
  return access(activeDirectoryFile, "MUSTER_TEST_ACTIVE_DIRECTORY", "samba");
}

function access(file, variable, kind) {
  if (!file) throw new Error(`${variable} must name the access.json of a directory: cargo xtask directory up ${kind}`);
  const access = JSON.parse(readFileSync(file, "utf8"));
  return {
    url: access.url,
    certificateAuthority: access.certificate_authority,
    base: access.base,
    account: access.service_account,
    password: access.service_password,
  };
}

/** The password of one of the directory's people. */
export function passwordOf(name) {
  return `${name[0].toUpperCase()}${name.slice(1)}-secret-1`;
}
