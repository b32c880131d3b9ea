import { describe, expect, it } from "vitest";
import { DefinitionRefused, Engine } from "../../host/index.ts";
import { configs } from "./fuzz-definitions.ts";
import { FUZZ, Random } from "./random.ts";

/** As long as anybody should have to wait for an error. */
const LONGEST = 5_000;

const small = "agents:\n  - {name: a, role: react, prompt: p, model: m}\n";
const bytes = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, littleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
};
const bomb = `a: &a [${"lol,".repeat(9)}lol]\n${[..."bcdefghi"].map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]},`.repeat(9)}*${"abcdefgh"[i]}]\n`).join("")}`;
const deepBlock = Array.from({ length: 3000 }, (_, i) => `${" ".repeat(i)}a:\n`).join("");

/** The words that a file is refused with, in one line: `x.yaml:line:column: ...`. */
async function refusal(content: string | Uint8Array): Promise<string> {
  const begin = performance.now();
  const error = await Engine.load([{ path: "x.yaml", content }], { models: { m: () => "" } }).then(
    () => undefined,
    (error) => error,
  );
  expect(performance.now() - begin).toBeLessThan(LONGEST);
  expect(error).toBeInstanceOf(DefinitionRefused);
  return (error as DefinitionRefused).message;
}

describe("a file that is no definition", () => {
  const cases: [string, string | Uint8Array, RegExp][] = [
    ["an alias bomb", bomb, /^x\.yaml:\d+:\d+: .*(alias|nodes)/],
    ["an alias bomb where it may stand", `${bomb.replaceAll(/^(\w): /gm, "x-$1: ")}agents: *i\n`, /^x\.yaml:\d+:\d+: .*(alias|nodes|key)/],
    ["an alias to itself", "agents: &a [*a]\n", /^x\.yaml:1:\d+: /],
    ["an alias to nothing", "agents: *nobody\n", /^x\.yaml:1:9: /],
    ["more than 10 MB", `${small}# ${"x".repeat(10_000_000)}`, /^x\.yaml:1:1: .*10 MB/],
    ["more than 10 MB of bytes", bytes(`${small}# ${"ä".repeat(5_000_000)}`), /^x\.yaml:1:1: .*10 MB/],
    ["almost 10 MB of list", `agents:\n${"- a\n".repeat(2_400_000)}`, /^x\.yaml:\d+:\d+: .*10000 nodes/],
    ["almost 10 MB of keys", `${small}${Array.from({ length: 600_000 }, (_, i) => `key${i}: 1\n`).join("")}`, /^x\.yaml:\d+:\d+: .*10000 nodes/],
    ["a hundred thousand open brackets", `agents: ${"[".repeat(100_000)}`, /^x\.yaml:1:\d+: /],
    ["a hundred thousand open braces", `agents: ${"{a: ".repeat(100_000)}`, /^x\.yaml:1:\d+: /],
    ["a hundred thousand dashes", `agents: \n${"- ".repeat(100_000)}`, /^x\.yaml:\d+:\d+: /],
    ["three thousand levels of block", deepBlock, /^x\.yaml:\d+:\d+: /],
    ["thirty levels", `agents: ${"[".repeat(30)}${"]".repeat(30)}\n`, /^x\.yaml:1:\d+: /],
    ["a key twice", `${small}agents: []\n`, /^x\.yaml:3:1: .*agents/],
    ["UTF-16, little-endian", utf16(`\ufeff${small}`, true), /^x\.yaml:1:1: .*UTF-16.*UTF-8/],
    ["UTF-16, big-endian", utf16(`\ufeff${small}`, false), /^x\.yaml:1:1: .*UTF-16.*UTF-8/],
    ["UTF-16 without a mark", utf16(small, true), /^x\.yaml:1:1: .*UTF-16.*UTF-8/],
    ["Latin-1", Uint8Array.from(small.replace("prompt: p", "prompt: \u00e4"), (character) => character.charCodeAt(0)), /^x\.yaml:\d+:\d+: .*UTF-8/],
    ["half a character at the end", Uint8Array.from([...bytes(small), 0xe2, 0x82]), /^x\.yaml:\d+:\d+: .*UTF-8/],
    ["a surrogate that stands alone", small.replace("prompt: p", "prompt: \ud83d"), /^x\.yaml:\d+:\d+: .*surrogate/],
    ["zero bytes alone", "\u0000\u0000\u0000\u0000", /^x\.yaml:\d+:\d+: /],
    ["two documents", `${small}---\n${small}`, /^x\.yaml:\d+:\d+: .*documents/],
    ["a text", "hello", /^x\.yaml:1:1: /],
    ["JavaScript", "export default { agents: [] };\n", /^x\.yaml:1:\d+: /],
    ["an archive", Uint8Array.from([0x50, 0x4b, 3, 4, 0x14, 0, 0, 0, 8, 0, 0xff, 0xfe]), /^x\.yaml:1:11: .*UTF-8/],
    ["a tab for indentation", "agents:\n\t- {name: a}\n", /^x\.yaml:2:\d+: /],
    ["a quote that is not closed", 'agents:\n  - {name: "a}\n', /^x\.yaml:\d+:\d+: /],
    ["nothing", "", /^x\.yaml:1:1: /],
    ["a comment", "# later\n", /^x\.yaml:1:1: /],
    ["a zero byte", small.replace("prompt: p", "prompt: p\u0000q"), /^x\.yaml:\d+:\d+: a control character/],
    ["CRLF, and a mistake in line 4", "agents:\r\n  - name: a\r\n    role: react\r\n    modle: m\r\n", /^x\.yaml:4:5: .*modle.*model/m],
  ];

  it.each(cases)("is refused with its place, in a line: %s", async (_, content, words) => {
    const message = await refusal(content);
    expect(message).toMatch(words);
    for (const line of message.split("\n")) expect(line).toMatch(/^x\.yaml:[1-9]\d*:[1-9]\d*: ./);
  });

  it.each([
    ["CRLF", small.replaceAll("\n", "\r\n")],
    ["a byte order mark", bytes(`\ufeff${small}`)],
    ["a byte order mark in a text", `\ufeff${small}`],
    ["9 MB of comment", `${small}${`# ${"x".repeat(998)}\n`.repeat(9_000)}`],
    ["a directive", `%YAML 1.2\n---\n${small}...\n`],
  ])("is not one with %s", async (_, content) => {
    const engine = await Engine.load([{ path: "x.yaml", content }], { models: { m: () => "fine" } });
    expect(await engine.run("hi").text()).toBe("fine");
  });
});

describe("files with something wrong in them", () => {
  it("are read, or refused with a place that is in them", { timeout: 60_000 * FUZZ }, async () => {
    const random = new Random(42);
    const files = configs().map(bytes);
    const found = { read: 0, refused: 0 };
    for (let left = 400 * FUZZ; left > 0; left--) {
      const file = spoil(random.pick(files), random);
      const lines = new TextDecoder().decode(file).split(/\r\n|\r|\n/).length;
      const { problems, manifest } = await Engine.validate([{ path: "x.yaml", content: file }]);
      if (manifest === undefined) found.refused++;
      else found.read++;
      if (manifest === undefined) expect(problems.some(({ severity }) => severity === "error")).toBe(true);
      for (const { code, line, column, file, message } of problems) {
        expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
        expect(message).toMatch(/./);
        expect([file, line >= 1 && line <= lines, column >= 1], `${code} at ${line}:${column}: ${message}`).toEqual(["x.yaml", true, true]);
      }
    }
    console.info(`${found.read} files read, ${found.refused} refused`);
    expect(Math.min(found.read, found.refused)).toBeGreaterThan(10);
  });
});

/** A file, a few of whose bytes are not what they were. */
function spoil(file: Uint8Array, random: Random): Uint8Array {
  let bytes = [...file];
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(bytes.length);
    const kind = random.below(6);
    if (kind === 0) bytes[at] = random.below(256);
    else if (kind === 1) bytes.splice(at, 1 + random.below(4));
    else if (kind === 2)
      bytes.splice(
        at,
        0,
        ...Buffer.from(
          random.pick([
            "  ",
            "\n",
            "\t",
            ":",
            "- ",
            "'",
            '"',
            "{",
            "]",
            "#",
            "&a ",
            "*a ",
            "!!int ",
            "|",
            ">",
            "? ",
            "%",
            "@",
            "\u0000",
            "\r",
            "\u2028",
            "${X}",
            "<<: ",
          ]),
        ),
      );
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(at, at + random.below(80)));
    else if (kind === 4) bytes = bytes.slice(0, at);
    else bytes[at] ^= 1 << random.below(8);
  }
  return Uint8Array.from(bytes);
}
