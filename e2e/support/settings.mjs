// What a test run is told from outside.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The server's program. */
export const program = path.resolve(process.env.MUSTER_PROGRAM ?? path.join(root, "target/debug/muster"));

/** The program behind `cargo xtask`. */
export const xtask = path.resolve(process.env.MUSTER_XTASK ?? path.join(root, "target/debug/xtask"));

/** The kubeconfig of the cluster under test. */
export const kubeconfig = process.env.MUSTER_TEST_KUBECONFIG;

/** A file that says how to use the directory under test, as the test bed writes it (`access.json`). */
export const directoryFile = process.env.MUSTER_TEST_DIRECTORY;

/** The same of the Active Directory under test. */
export const activeDirectoryFile = process.env.MUSTER_TEST_ACTIVE_DIRECTORY;

/** Where screenshots and server logs go. */
export const artifacts = path.resolve(process.env.MUSTER_E2E_ARTIFACTS ?? path.join(root, "target/e2e"));
mkdirSync(artifacts, { recursive: true });

/** How long anything on a page may take before it counts as broken. */
export const patience = Number(process.env.MUSTER_E2E_PATIENCE ?? 30_000);
