import { readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Engine, memoryStore } from "../../host/index.ts";
import { aixlet, folder } from "./fake-io.ts";

// What docs/retrieval.md says is done as it says it.

const page = await readFile("docs/retrieval.md", "utf8");
const files = Object.fromEntries([...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, name, text]) => [name, text]));
const command = /```console\n\$ aixlet (.*)\n/.exec(page)?.[1] ?? "";
const given = JSON.parse(`{${/memoryStore\(\{ (documents: .*) \}\)/.exec(page)?.[1]}}`.replace(/([{,] *)(\w+):/g, '$1"$2":')) as object;
const script = `
- { when: { system: The guarantee lasts two years. }, give: Two years. }
- { give: Nobody knows. }
`;

let cwd: string;
beforeAll(async () => void (cwd = await folder({ ...files, "script.yaml": script })));
afterAll(() => rm(cwd, { recursive: true }));

it("the command finds the document, and the writer gets it", async () => {
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
  const { code, stdout, stderr } = await aixlet([...args, "--script", "script.yaml", "--quiet"], { cwd });
  expect([code, stdout], stderr).toEqual([0, "Two years.\n"]);
});

it("the application finds it, too", async () => {
  const asked: string[] = [];
  const model = (messages: { content: string }[]) => String(asked.push(messages[0].content));
  await using engine = await Engine.load(files["ask.yaml"], { models: { "gpt-4": model }, documents: memoryStore(given) });
  await engine.run("How long is the guarantee?").text();
  expect(asked[0]).toContain("The guarantee lasts two years.");
});

it("a file of documents that is none is refused", async () => {
  const other = await folder({ ...files, "handbook.yaml": "handbook: {id: guarantee, text: two years}" });
  const { code, stderr } = await aixlet(["run", "ask.yaml", "--documents", "handbook.yaml", "--input", "?"], { cwd: other });
  expect(code).toBe(2);
  expect(stderr).toContain("handbook.yaml is no list of documents");
  await rm(other, { recursive: true });
});
