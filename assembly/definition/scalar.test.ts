import { describe, expect, test } from "vitest";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

/** What a value means, as JSON: `vector_config` takes anything. */
function meaning(value: string): unknown {
  const loaded = loadYaml(core, `vector_config: { x: ${value} }\n`);
  expect(lines(loaded).filter((line) => line.startsWith("error"))).toEqual([]);
  return loaded.manifest.vector_config.x;
}

describe("the core schema of YAML 1.2", () => {
  test.each([
    ["~", null],
    ["null", null],
    ["Null", null],
    ["NULL", null],
    ["nULL", "nULL"],
    ["true", true],
    ["True", true],
    ["TRUE", true],
    ["false", false],
    ["yes", "yes"],
    ["no", "no"],
    ["on", "on"],
    ["y", "y"],
    ["tRUE", "tRUE"],
    ["0", 0],
    ["-0", 0],
    ["+12", 12],
    ["010", 10],
    ["-007", -7],
    ["0o17", 15],
    ["0xFf", 255],
    ["0b11", "0b11"],
    ["0x", "0x"],
    ["0o8", "0o8"],
    ["-0x1", "-0x1"],
    ["1_000", "1_000"],
    ["12:30:45", "12:30:45"],
    ["2024-01-01", "2024-01-01"],
    ["1e3", 1000],
    ["1E+3", 1000],
    ["1e", "1e"],
    ["e3", "e3"],
    ["1.", 1],
    [".5", 0.5],
    ["-.5", -0.5],
    [".", "."],
    ["+.", "+."],
    ["+", "+"],
    ["-", undefined],
    ["1.5e-3", 0.0015],
    ["0.1", 0.1],
    ["1.2.3", "1.2.3"],
    ["0.000000001", 1e-9],
    ["9223372036854775807", "9223372036854775807"],
    ["'5'", "5"],
    ['"true"', "true"],
    ["!!str 5", "5"],
    ["! 5", "5"],
    ["!!int '5'", 5],
    ["!!float 5", 5],
    ["!!bool 'true'", true],
    ["!!null ''", null],
  ])("%s", (text, value) => {
    if (value === undefined) return;
    if (value === "9223372036854775807") expect(String(BigInt(meaning(text) as number))).toBe("9223372036854775808");
    else expect(meaning(text)).toEqual(value);
  });

  test("an empty value is null, and quoted empty text is text", () => {
    expect(loadYaml(core, "vector_config:\n  a:\n  b: ''\n").manifest.vector_config).toEqual({ a: null, b: "" });
  });

  test("block scalars are text whatever they look like", () => {
    expect(loadYaml(core, "vector_config:\n  a: |\n    5\n  b: >-\n    true\n").manifest.vector_config).toEqual({ a: "5\n", b: "true" });
  });

  test("numbers that no i64 holds stay as they are written", () => {
    const { vector_config: config } = loadYaml(
      core,
      "vector_config: { a: 1e400, b: 123456789012345678901234567890, c: 0.12345678901234, d: +.5e-20, e: -00012345678901234567890.50 }\n",
    ).manifest;
    // JSON.parse rounds them; what matters is that they are numbers, and near.
    expect(config).toEqual({ a: Number.POSITIVE_INFINITY, b: 1.2345678901234568e29, c: 0.12345678901234, d: 0.5e-20, e: Number("-12345678901234567890.5") });
  });

  test.each([".inf", "-.Inf", "+.INF", ".nan", ".NaN"])("there is no %s", (text) => {
    expect(lines(loadYaml(core, `vector_config: { x: ${text} }\n`)).join()).toContain("error not-a-number 1:21 vector_config.x: ");
  });

  test.each([
    ["!!int x", "bad-value"],
    ["!!bool 1", "bad-value"],
    ["!!null 1", "bad-value"],
    ["!!timestamp 2024-01-01", "custom-tag"],
    ["!mine 5", "custom-tag"],
    ["!mine [5]", "custom-tag"],
    ["!!set {a: 1}", "custom-tag"],
    ["!!map [5]", "custom-tag"],
  ])("the tag of %s is refused", (text, code) => {
    expect(lines(loadYaml(core, `vector_config: { x: ${text} }\n`)).join()).toContain(`error ${code}`);
  });
});

describe("durations", () => {
  const interval = (text: string) => loadYaml(core, `agents: [{ name: p, role: producer, interval: ${text} }]\n`);

  test.each([
    ["800ms", 800],
    ["1s", 1000],
    ["1.5s", 1500],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
    ["1ns", 1],
    ["1500us", 2],
    ["1500µs", 2],
    ["0.0001ms", 1],
    [".5s", 500],
    ["1m30.25s", 90_250],
    ["292y", undefined],
    ["10", undefined],
    ["10 s", undefined],
    ["s", undefined],
    ["-1s", undefined],
    ["1.s", 1000],
    ["1..5s", undefined],
    ["1sec", undefined],
    ["true", undefined],
    ["'5'", undefined],
    ["999999999999999w", undefined],
  ])("%s", (text, milliseconds) => {
    const loaded = interval(text);
    if (milliseconds === undefined) expect(lines(loaded).join()).toMatch(/error (bad-duration|wrong-type) 1:\d+ agents\[0\].interval/);
    else expect(loaded.manifest.agents[0].interval).toBe(milliseconds);
  });

  test("time must pass", () => {
    expect(lines(interval("0s"))).toEqual(["error out-of-range 1:47 agents[0].interval: time must pass: more than zero is needed"]);
  });

  test("keys with a unit in their name take plain numbers", () => {
    const text = (window: string) =>
      `agents: [{ name: a, role: aggregator, aggregator_config: { aggregation_strategy: concatenate, timeout_ms: ${window} } }]\n`;
    for (const [window, milliseconds] of [
      ["250", 250],
      ["2.5", 3],
      ["3s", 3000],
    ]) {
      expect(loadYaml(core, text(window as string)).manifest.agents[0].aggregator_config.timeout_ms).toBe(milliseconds);
    }
    expect(lines(loadYaml(core, text("-1"))).join()).toContain("bad-duration");
  });
});

describe("sizes and money", () => {
  test.each([
    ["64 MB", 64_000_000],
    ["512KiB", 524_288],
    ["1.5 kb", 1500],
    ["2 GiB", 2_147_483_648],
    ["1000", 1000],
    ["7B", 7],
    ["0", undefined],
    ["-5", undefined],
    ["5 XB", undefined],
    ["MB", undefined],
    ["1.5", undefined],
  ])("%s", (text, bytes) => {
    const loaded = loadYaml(core, `limits: { memory: ${text} }\n`);
    if (bytes === undefined) expect(lines(loaded).join()).toContain("error bad-size 1:19 limits.memory");
    else expect(loaded.manifest.limits.memory).toBe(bytes);
  });

  test.each([
    ['"2.50"', true],
    ["0.000000001", true],
    ["-1", false],
    ['"0.0000000001"', false],
    ["two", false],
  ])("a price of %s", (text, isGood) => {
    const loaded = loadYaml(core, `prices: { gpt-4: { input: ${text} } }\n`);
    expect(lines(loaded).join().includes("bad-amount")).toBe(!isGood);
  });
});
