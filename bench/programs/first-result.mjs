// What a new user's program does: import the package, load a file, get a result. Prints the CPU microseconds of the whole process.
import { readFile } from "node:fs/promises";

const [entry, file] = process.argv.slice(2);
if (entry !== "nothing") {
  const { Engine } = await import(entry);
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
  const fake = {
    specificationVersion: "v3",
    provider: "fake",
    modelId: "fake",
    doGenerate: async () => ({ content: [{ type: "text", text: "hello" }], finishReason: { unified: "stop" }, usage, warnings: [] }),
    doStream: () => Promise.reject(new Error("not streamed here")),
  };
  const engine = await Engine.load(await readFile(file, "utf8"), { models: { fake }, env: () => undefined });
  const { stop, text } = await engine.run("hello");
  if (stop !== "done" || text !== "hello") throw new Error(`${stop}: ${text}`);
}
const { user, system } = process.cpuUsage();
console.log(user + system);
