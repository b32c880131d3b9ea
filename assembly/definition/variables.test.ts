import { describe, expect, test } from "vitest";
import { type LoadOptions, lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

/** The `$` that begins a variable, so that this file has no templates by accident. */
const V = "$";
const described = (text: string, options?: LoadOptions) => loadYaml(core, `agents: [{ name: a, role: logger, description: "${text}" }]\n`, options);
const description = (text: string, variables: Record<string, string> = {}) => described(text, { variables }).manifest.agents[0].description;

describe("values", () => {
  test.each([
    [`${V}{A}`, "one"],
    [`x${V}{A}y${V}{A}z`, "xoneyonez"],
    [`${V}{MISSING:-none}`, "none"],
    [`${V}{MISSING:-}`, ""],
    [`${V}{A:-none}`, "one"],
    [`${V}{EMPTY}`, ""],
    [`${V}${V}{A}`, `${V}{A}`],
    [`${V}${V}${V}{A}`, `${V}one`],
    [`5 ${V} and ${V}x`, `5 ${V} and ${V}x`],
    [`${V}`, `${V}`],
    [`${V}{B}`, `${V}{A} ${V}${V}`],
  ])("%s", (text, value) => {
    expect(description(text, { A: "one", EMPTY: "", B: `${V}{A} ${V}${V}` })).toBe(value);
  });

  test("are asked for once, and only those that are needed", () => {
    const yaml = `agents: [{ name: a, role: react, model: "${V}{M}", prompt: "${V}{P} ${V}{M} ${V}{D:-x}", api_key: "${V}{SECRET}" }]\n`;
    const loaded = loadYaml(core, yaml, { variables: { M: "gpt-4", P: "hi" } });
    expect(loaded.names).toEqual(["M", "P", "D"]);
    expect(loaded.manifest.agents[0]).toMatchObject({ model: "gpt-4", provider: "openai", prompt: "hi gpt-4 x", api_key: `${V}{SECRET}` });
  });

  test("are not looked for in keys", () => {
    const loaded = loadYaml(core, `vector_config: { "${V}{A}": 1 }\n`);
    expect(loaded.names).toEqual([]);
    expect(loaded.manifest.vector_config).toEqual({ [`${V}{A}`]: 1 });
  });

  test("become numbers, flags and durations where those are wanted", () => {
    const yaml = `seed: ${V}{S}\nconfig: { enable_tracing: "${V}{T}", send_timeout: "${V}{N}s" }\nmailbox: { overflow: "${V}{L}" }\n`;
    const { manifest } = loadYaml(core, yaml, { variables: { S: "0x10", T: "true", N: "5", L: "refuse" } });
    expect(manifest).toEqual({ seed: 16, config: { enable_tracing: true, send_timeout: 5000 }, mailbox: { overflow: "refuse" } });
    expect(lines(loadYaml(core, `seed: ${V}{S}\n`, { variables: { S: "many" } }))[0]).toBe(
      "warning no-agents 1:1 : no agents: there is nothing to run, only something to lay over another file",
    );
    expect(lines(loadYaml(core, `seed: ${V}{S}\n`, { variables: { S: "many" } }))[1]).toBe(
      "error wrong-type 1:7 seed: this must be a whole number, not the text `many`",
    );
  });
});

describe("without a value (R39)", () => {
  test("is an error where a run needs it", () => {
    expect(lines(described(`${V}{A:-x} ${V}{B}`))).toEqual(["error unset-variable 1:48 agents[0].description: the variable `B` has no value"]);
  });

  test("is a warning where only a provider does", () => {
    const loaded = loadYaml(core, `agents: [{ name: a, role: react, model: gpt-4, endpoint: "${V}{E}" }]\n`);
    expect(lines(loaded)).toEqual(["warning unset-variable 1:58 agents[0].endpoint: the variable `E` has no value: calls that need it will fail"]);
    expect(loaded.manifest.agents[0].providers[0].endpoint).toBe(`${V}{E}`);
  });

  test("is nothing where only the file is checked, or the key has no effect", () => {
    expect(lines(loadYaml(core, `agents: [{ name: a, role: react, model: "${V}{M}", priority: "${V}{P}" }]\n`, { checkOnly: true }))).toEqual([]);
    expect(lines(loadYaml(core, `vectorstore: { firestore: { project_id: "${V}{P}", collection: c } }\nagents: []\n`)).join()).not.toContain("unset");
  });
});

describe("secrets", () => {
  test("stay what they are", () => {
    const loaded = loadYaml(core, `llm: { api_key: "Bearer ${V}{K} ${V}${V}" }\n`);
    expect(loaded.names).toEqual([]);
    expect(loaded.manifest.llm.api_key).toBe(`Bearer ${V}{K} ${V}${V}`);
  });

  test("in the file are a warning that does not show them", () => {
    const [, line] = lines(loadYaml(core, "llm: { api_key: hunter2 }\n"));
    expect(line).toBe(
      `warning secret-in-file 1:17 llm.api_key: \`api_key\` holds a secret: keep it in a variable and write its name here, as in \`${V}{API_KEY}\``,
    );
    expect(lines(loadYaml(core, "llm: { api_key: 12345 }\n")).join()).not.toContain("12345");
  });
});

describe("what looks like a variable", () => {
  test.each([`${V}{a.b}`, `${V}{`, `${V}{}`, `${V}{A`, `${V}{1A}`, `${V}{A:x}`, `${V}{A:-x`])("%s stays, with a warning", (text) => {
    const loaded = described(text);
    expect(lines(loaded)).toEqual([expect.stringContaining("warning not-a-variable 1:48 agents[0].description")]);
    expect(loaded.manifest.agents[0].description).toBe(text);
  });

  test("a value may not grow beyond 1 MB", () => {
    const loaded = described(`${V}{A}${V}{A}`, { variables: { A: "x".repeat(600_000) } });
    expect(lines(loaded)).toEqual(["error value-too-long 1:48 agents[0].description: with its variables filled in it is more than 1 MB"]);
  });
});
