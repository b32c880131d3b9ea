import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { coreTable } from "./definition-core.ts";
import { jsonSchema } from "./definition-json-schema.ts";
import { readSchema } from "./definition-model.ts";
import { referencePage } from "./definition-reference.ts";

// Everything that is made from the schema of definitions: `npx tsx tools/definition-table.ts`, or with --check only compare.

/** The files to generate, by path from the repository's root. */
export function generate(): Record<string, string> {
  const schema = readSchema();
  return {
    "assembly/definition/table.ts": coreTable(schema),
    "docs/reference.md": referencePage(schema),
    "schema/aixlet.schema.json": jsonSchema(schema),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes("--check");
  for (const [path, text] of Object.entries(generate())) {
    const file = new URL(`../${path}`, import.meta.url);
    if (!check) writeFileSync(file, text);
    else if (readFileSync(file, "utf8") !== text) {
      console.error(`${path} is not what the schema gives: run npx tsx tools/definition-table.ts`);
      process.exitCode = 1;
    }
  }
}
