// The directory under test: how it is reached, and the people in it.
import { readFileSync } from "node:fs";
import { directoryFile } from "./settings.mjs";

/** What the test bed says of its directory. */
export function directory() {
  if (!directoryFile) {
    throw new Error("MUSTER_TEST_DIRECTORY must name the access.json of a directory: cargo xtask directory up openldap");
  }
  const access = JSON.parse(readFileSync(directoryFile, "utf8"));
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
