// The texts that a page shows, read from the same files as the application: journeys run in every language.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const locales = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../frontend/locales");

/** Gives `text(key, values)` for one language, for example `text("signIn.title")`. An unknown key is an error. */
export function texts(language) {
  const folder = path.join(locales, language);
  const areas = {};
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".json")) areas[path.basename(file, ".json")] = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
  }
  return (key, values = {}) => {
    const found = key.split(".").reduce((value, part) => value?.[part], areas);
    if (typeof found !== "string") throw new Error(`there is no text ${key} in ${language}`);
    return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  };
}
