import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Engine } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { keepGolden } from "./shelf.ts";
import { allStories } from "./stories.ts";

// `npm run golden`: keeps journals of the present version, and its engine, for all versions to come. For a release; the core is to be built before.

const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
for (const { name, definition, input, options, run } of await allStories()) {
  const store = new MemoryStore();
  const engine = await Engine.load(definition, { ...options, store });
  const { stop } = await engine.run(input, { ...run, id: name, seed: 1 });
  if (stop !== "done") throw new Error(`${name}: ${stop}`);
  await engine.close();
  await keepGolden(store, name, version, name);
  console.log(`${version}/${name}`);
}
