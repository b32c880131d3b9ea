import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { aixlet } from "./fake-io.ts";

// The README of each example shows a command, its drawing and what a terminal shows of it: this runs them, and compares.

const root = fileURLToPath(new URL("../../", import.meta.url));
const names = (await readdir(`${root}examples`, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** Words of a command line as a shell takes them, as far as these READMEs go. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]);
}

/** Times differ from one run to the next. */
function timeless(text: string): string {
  return text
    .replace(/\d+\.\ds/g, "0.0s")
    .replace(/"time":\d+/g, '"time":0')
    .replace(/ +$/gm, "")
    .trim();
}

function blocksOf(readme: string, kind: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1]);
}

describe.concurrent.each(names)("examples/%s", (name) => {
  it("does what its README says", { timeout: 30_000 }, async ({ expect }) => {
    const readme = await readFile(`${root}examples/${name}/README.md`, "utf8");
    const [commands] = blocksOf(readme, "sh");
    const [drawing, transcript] = blocksOf(readme, "text");
    const [run, graph] = commands
      .replaceAll("\\\n", " ")
      .trim()
      .split("\n")
      .map((line) => wordsOf(line));
    expect(run.slice(0, 2)).toEqual(["npx", "aixlet"]);
    const options = { cwd: root, columns: 100, env: { NO_COLOR: "1" } };
    const ran = await aixlet(run.slice(2), options);
    expect(ran.code).toBe(0);
    expect(timeless(ran.screen)).toBe(timeless(transcript));
    expect((await aixlet(graph.slice(2), options)).screen.trimEnd()).toBe(drawing.trimEnd());
  });

  it("is in order", async ({ expect }) => {
    const files = await readdir(`${root}examples/${name}`);
    const { code, stdout } = await aixlet(
      ["validate", ...files.filter((file) => /^(?!.*(script|documents)).*\.yaml$/.test(file)).map((file) => `examples/${name}/${file}`)],
      { cwd: root },
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining("nothing wrong")]);
  });
});
