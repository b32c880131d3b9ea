import { describe, expect, test } from "vitest";
import { lines, loadSources, loadYaml, newCore } from "../../assembly/definition/testing.ts";
import { DefinitionRefused } from "../errors.ts";
import { readYaml } from "./nodes.ts";
import { bringIn } from "./uses.ts";

const core = newCore();

/** Brings in from these files; the first one is the definition. */
async function bring(files: Record<string, string>) {
  const [[path, text]] = Object.entries(files) as [[string, string]];
  const asked: string[] = [];
  const read = (name: string) => {
    asked.push(name);
    const content = files[name];
    if (content === undefined) throw new Error(`there is no ${name}`);
    return content;
  };
  return { source: await bringIn(readYaml(path, text), read, readYaml), asked };
}

async function refusal(files: Record<string, string>): Promise<string> {
  const error = await bring(files).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!DefinitionRefused.isInstance(error)) throw error ?? new Error("nothing is wrong");
  return (error as DefinitionRefused).problems.map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code}: ${message}`).join("\n");
}

const inner = "agents: [{ name: q, model: gpt-4 }]\nflow: q\n";

describe("definitions by their path", () => {
  test("stand where their paths stood, in flows and patterns", async () => {
    const { source, asked } = await bring({ "team/main.yaml": "flow: { use: ../parts/inner.yaml }\n", "parts/inner.yaml": inner });
    expect(asked).toEqual(["parts/inner.yaml"]);
    const inline = loadYaml(core, "flow: { use: { agents: [{ name: q, model: gpt-4 }], flow: q } }\n");
    expect(loadSources(core, [source]).hash).toBe(inline.hash);
    const nested = await bring({ "a.yaml": "orchestration: { pattern: nested, config: { definition: ./b.yaml } }\n", "b.yaml": inner });
    expect(lines(loadSources(core, [nested.source]))).toEqual([]);
  });

  test("are only sought where a path can stand", async () => {
    const { asked } = await bring({
      "a.yaml":
        "agents: [{ name: use, model: gpt-4, prompt: x }]\nflow: { sequence: [{ parallel: { branches: { use: use } } }, { choose: { by: x, cases: { use: use, y: { use: b.yaml } } } }] }\nvector_config: { use: x }\n",
      "b.yaml": inner,
    });
    expect(asked).toEqual(["b.yaml"]);
  });

  test("use others in turn, and keep their anchors to themselves", async () => {
    const files = {
      "a.yaml": "agents: [{ name: a, model: &m gpt-4 }, { name: b, model: *m }]\nflow: { sequence: [a, { use: d/b.yaml }, { use: d/b.yaml }] }\n",
      "d/b.yaml": "agents: [{ name: x, model: &m claude-3 }, { name: y, model: *m }]\nflow: { sequence: [x, { use: c.yaml }, y] }\n",
      "d/c.yaml": inner,
    };
    const { source, asked } = await bring(files);
    expect(asked).toEqual(["d/b.yaml", "d/c.yaml", "d/b.yaml", "d/c.yaml"]);
    const loaded = loadSources(core, [source]);
    expect(lines(loaded)).toEqual([]);
    expect(loaded.whole.agents.map(({ name }: { name: string }) => name)).toEqual([
      ...["a", "b", "flow.sequence[1].use/x", "flow.sequence[1].use/y", "flow.sequence[1].use.flow.sequence[1].use/q"],
      ...["flow.sequence[2].use/x", "flow.sequence[2].use/y", "flow.sequence[2].use.flow.sequence[1].use/q"],
    ]);
    expect(loaded.manifest.agents[3].model).toBe("claude-3");
  });

  test("have their problems where their path stands", async () => {
    const { source } = await bring({ "a.yaml": "flow:\n  use: b.yaml\n", "b.yaml": "agents: [{ nam: q }]\nflow: z\n" });
    expect(lines(loadSources(core, [source]))).toContain("error unknown-agent 2:8 flow.use.flow: there is no agent `z`");
  });

  test("are refused in a circle, and when nobody can read them", async () => {
    const use = (path: string) => `flow: { use: ${path} }\n`;
    expect(await refusal({ "a.yaml": use("a.yaml") })).toBe("a.yaml:1:14 definition-cycle: definitions use each other: a.yaml -> a.yaml");
    expect(await refusal({ "a.yaml": use("b.yaml"), "b.yaml": use("c.yaml"), "c.yaml": use("./b.yaml") })).toBe(
      "c.yaml:1:14 definition-cycle: definitions use each other: a.yaml -> b.yaml -> c.yaml -> b.yaml",
    );
    expect(await refusal({ "a.yaml": use("b.yaml") })).toBe("a.yaml:1:14 no-definition: there is no b.yaml");
    expect(await refusal({ "a.yaml": use("b.yaml"), "b.yaml": "- x\n" })).toBe("a.yaml:1:14 no-definition: b.yaml is no definition");
    expect(await refusal({ "a.yaml": use("b.yaml"), "b.yaml": "x: [\n" })).toContain("b.yaml:2:1 yaml-syntax");
    expect(lines(loadYaml(core, use("b.yaml")))).toContain(
      "error no-definition 1:14 flow.use: nobody is there to read `b.yaml`: put the definition itself here, or give the host a way to read it",
    );
  });

  test("do not multiply without end", async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 20; i++) files[`${i}.yaml`] = `flow: { sequence: [{ use: ${i + 1}.yaml }, { use: ${i + 1}.yaml }] }\n`;
    files["20.yaml"] = inner;
    expect(await refusal(files)).toContain("too-many-nodes");
  });
});
