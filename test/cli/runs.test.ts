import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aixlet, type FakeOptions, folder } from "./fake-io.ts";

const clerk = `
agents:
  - { name: clerk, role: react, model: gpt-4, prompt: Be brief., tools: [{ name: pay }] }
`;
const script = `
- { when: { text: bill }, give: { calls: [{ tool: pay, arguments: {} }] } }
- { when: { tool: pay }, give: { text: "Paid: \${result}", delay: 1h } }
`;

let cwd: string;
const run = (args: readonly string[], options: FakeOptions = {}) => aixlet(args, { cwd, ...options });
const lines = (text: string) => text.split("\n").filter((line) => line !== "");

beforeAll(async () => {
  cwd = await folder({
    "clerk.yaml": clerk,
    "slow.yaml": script,
    "fast.yaml": script.replace(", delay: 1h", ""),
    "tools.mjs":
      'import { appendFileSync } from "node:fs";\nexport const pay = () => { appendFileSync(new URL("paid", import.meta.url), "x"); return "ten"; };\n',
  });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("runs", () => {
  it("are kept, listed, shown, left with Ctrl-C, resumed by another process, and done again", async () => {
    const left = await run(["run", "clerk.yaml", "-s", "slow.yaml", "--tools", "tools.mjs", "-i", "the bill", "--store", "kept", "--id", "first"], {
      interruptAt: "pay ⇒ clerk",
    });
    expect(left.code).toBe(130);
    expect(left.stderr).toContain("The run is kept: aixlet runs resume first --store kept\n");
    expect(left.stdout).toBe("");
    const listed = await run(["runs", "list", "--store", "kept"]);
    expect(listed.stdout).toMatch(/^first {2}open {2}20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ {2}\d+ B\n$/);
    const shown = await run(["runs", "show", "first"], { env: { AIXLET_STORE: "kept" } });
    expect(
      lines(shown.stdout)
        .slice(0, 7)
        .map((line) => line.split(/\s+/)[0]),
    ).toEqual(["run", "began", "state", "journal", "engine", "definition", "chain"]);
    expect(lines(shown.stdout).slice(7)).toEqual([
      expect.stringMatching(/^1 +0\.\ds +start the bill$/),
      expect.stringMatching(/^2 +0\.\ds +model 1: calls pay\(\{\}\)$/),
      expect.stringMatching(/^3 +0\.\ds +tool 2: ten$/),
    ]);
    const resumed = await run(["runs", "resume", "first", "--store", "kept", "-s", "fast.yaml", "--tools", "tools.mjs"]);
    expect([resumed.code, resumed.stdout]).toEqual([0, "Paid: ten\n"]);
    expect(await readFile(join(cwd, "paid"), "utf8")).toBe("x");
    const again = await run(["runs", "replay", "first", "--store", "kept"]);
    expect([again.code, again.stdout]).toEqual([0, "✓ 5 steps led to the same commands; the run had ended\n"]);
    expect((await run(["runs", "list", "--store", "kept", "--json"])).stdout).toMatch(/"end":\{"stop":"done","steps":5,/);
    const json = lines((await run(["runs", "show", "first", "--store", "kept", "--json"])).stdout).map((line) => JSON.parse(line));
    expect(json[0]).toMatchObject({ run: "first", steps: 5, end: { stop: "done" } });
    expect(json.slice(1).map(({ step, barrier }) => [step, barrier])).toEqual([
      [1, true],
      [2, true],
      [3, true],
      // It was resumed.
      [4, false],
      [5, true],
    ]);
    // It has its end: what resumes it hears it at once.
    const ended = await run(["runs", "resume", "first", "--store", "kept", "-s", "slow.yaml", "--tools", "tools.mjs", "--json"]);
    expect(JSON.parse(lines(ended.stdout).at(-1) as string)).toMatchObject({ type: "finished", stop: "done", text: "Paid: ten" });
  });

  it("move from store to store in one file", async () => {
    await run(["run", "clerk.yaml", "-s", "fast.yaml", "--tools", "tools.mjs", "-i", "the bill", "--store", "here", "--id", "moved"]);
    const exported = await run(["runs", "export", "moved", "--store", "here", "-o", "moved.aixlet"]);
    expect([exported.code, exported.stderr]).toEqual([0, expect.stringContaining("moved.aixlet: ")]);
    expect(await run(["runs", "import", "moved.aixlet", "--store", "there"])).toMatchObject({ code: 0, stdout: "moved\n" });
    expect((await run(["runs", "replay", "moved", "--store", "there"])).code).toBe(0);
    expect(await run(["runs", "import", "moved.aixlet", "--store", "there"])).toMatchObject({ code: 2, stderr: expect.stringContaining("already") });
    await writeFile(join(cwd, "broken.aixlet"), (await readFile(join(cwd, "moved.aixlet"))).subarray(0, 500));
    expect(await run(["runs", "import", "broken.aixlet", "--store", "else"])).toMatchObject({ code: 1, stderr: expect.stringContaining("at byte") });
  });

  it("are forked at a step, with a prompt, a model, a result or an input of their own", async () => {
    const start = ["run", "clerk.yaml", "-s", "fast.yaml", "--tools", "tools.mjs", "-i", "the bill", "--store", "forks", "--id", "base"];
    expect((await run(start)).stdout).toBe("Paid: ten\n");
    const fork = (...args: string[]) => run(["runs", "fork", "base", "--store", "forks", "-s", "fast.yaml", "--tools", "tools.mjs", ...args]);
    await writeFile(join(cwd, "brief.txt"), "Be very brief.");
    const brief = await fork("--at", "3", "--id", "brief", "--prompt", "clerk=@brief.txt", "--model", "clerk=gpt-5");
    expect([brief.code, brief.stdout]).toEqual([0, "Paid: ten\n"]);
    const shown = await run(["runs", "show", "brief", "--store", "forks"]);
    expect(lines(shown.stdout).slice(7)).toContainEqual(expect.stringMatching(/^4 .* forked as brief: prompt of clerk, clerk asks gpt-5$/));
    const given = await fork("--result", "2=twelve", "--id", "given");
    expect([given.code, given.stdout]).toEqual([0, "Paid: twelve\n"]);
    const anew = await fork("--at", "0", "--input", "another bill", "--seed", "3");
    expect([anew.code, anew.stdout]).toEqual([0, "Paid: ten\n"]);
    expect((await run(["runs", "replay", "given", "--store", "forks"])).code).toBe(0);
    expect((await fork("--new-engine", "--at", "1")).code).toBe(0);
    const diff = await run(["runs", "diff", "base", "given", "--store", "forks"]);
    expect([diff.code, lines(diff.stdout).slice(0, 4)]).toEqual([
      1,
      [
        expect.stringMatching(/^< base {3}4 steps, 2 model calls, \d+ \+ \d+ tokens$/),
        expect.stringMatching(/^> given {2}5 steps, 2 model calls, \d+ \+ \d+ tokens$/),
        "They are the same up to step 2, and part at step 3.",
        "step 3",
      ],
    ]);
    expect(lines(diff.stdout)).toEqual(
      expect.arrayContaining(["< tool 2: ten", "> forked as given: 2 comes to twelve", "< clerk says: Paid: ten", "> clerk says: Paid: twelve"]),
    );
    expect(JSON.parse(lines((await run(["runs", "diff", "base", "given", "--json", "--store", "forks"])).stdout)[0])).toMatchObject({ parts: 3 });
    expect(await run(["runs", "diff", "base", "base", "--store", "forks"])).toMatchObject({ code: 0 });
    for (const [args, message] of [
      [["--at", "9"], "a fork has 0 to 3 steps"],
      [["--prompt", "brief"], "does not say whose it is"],
      [["--result", "x=y"], "names no effect"],
      [["--at", "1", "--input", "x"], "at step 0"],
      [["--at", "1", "--prompt", "nobody=x"], "no agent"],
    ] as const) {
      const { code, stderr } = await fork(...args);
      expect([code, stderr.toLowerCase()]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it.each([
    [["runs", "lst"], "runs cannot lst (did you mean list?)"],
    [["runs", "show"], "runs show needs an ID"],
    [["runs", "import"], "runs import needs a FILE"],
    [["runs", "list", "first"], "takes no ID"],
    [["runs", "diff", "first"], "needs two IDs"],
    [["runs", "show", "first", "second"], "takes one ID only"],
    [["runs", "show", "none"], 'There is no run "none"'],
    [["runs", "replay", "none"], 'There is no run "none"'],
    [["runs", "resume", "none"], 'There is no run "none"'],
    [["runs", "export", "none", "-o", "x"], 'There is no run "none"'],
    [["runs", "export", "none"], "needs a file to write to"],
    [["runs", "list", "--store", "ftp://x"], "no store of the kind ftp"],
  ])("%j is refused, and says why", async (args, message) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("of a name that there is are not begun again", async () => {
    const args = ["run", "clerk.yaml", "-s", "fast.yaml", "--tools", "tools.mjs", "-i", "the bill", "--store", "twice", "--id", "one"];
    expect((await run(args)).code).toBe(0);
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("already") });
    expect(await run(["runs", "list", "--store", "empty"])).toMatchObject({ code: 0, stdout: "", stderr: "There are no runs in this store.\n" });
  });
});

describe("runs that are sealed and signed", () => {
  it("are verified, and erased", async () => {
    const { generateKeyPairSync } = await import("node:crypto");
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    await writeFile(join(cwd, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
    await writeFile(join(cwd, "public.pem"), publicKey.export({ type: "spki", format: "pem" }));
    const at = ["--store", "sealed", "--keys", "keys"];
    await run(["run", "clerk.yaml", "-m", "echo", "-i", "my secret", "--id", "s", ...at]);
    expect(await readFile(join(cwd, "sealed/runs/r-s.journal"), "latin1")).not.toContain("secret");
    expect((await run(["runs", "show", "s", ...at])).stdout).toContain("start my secret");
    expect((await run(["runs", "sign", "s", "--key", "key.pem", "-o", "s.sig", ...at])).code).toBe(0);
    const verified = await run(["runs", "verify", "s", "--signature", "s.sig", "--key", "public.pem", "--store", "sealed"]);
    expect(verified.stdout).toMatch(/^✓ \d+ entries are what was written, and what was signed: [0-9a-f]{64}\n$/);
    expect((await run(["runs", "erase", "s", ...at])).code).toBe(0);
    expect((await run(["runs", "show", "s", ...at])).stderr).toContain("its key was erased");
    expect((await run(["runs", "verify", "s", "--signature", "s.sig", "--key", "public.pem", ...at])).code).toBe(0);
    const journal = await readFile(join(cwd, "sealed/runs/r-s.journal"));
    journal[200] ^= 1;
    await writeFile(join(cwd, "sealed/runs/r-s.journal"), journal);
    const damaged = await run(["runs", "verify", "s", "--store", "sealed"]);
    expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining("damaged")]);
  });

  it.each([
    [["runs", "erase", "x", "--store", "none"], "the run is not sealed"],
    [["runs", "erase", "x", "--store", "none", "--keys", "keys"], 'There is no run "x"'],
    [["runs", "sign", "x", "--store", "none"], "signing needs a --key"],
    [["runs", "sign", "x", "--store", "none", "--key", "clerk.yaml"], "clerk.yaml is not a private Ed25519 key in PEM"],
    [["runs", "verify", "x", "--store", "none", "--key", "clerk.yaml"], "a signature is verified by its --key"],
    [["runs", "verify", "x", "--store", "none", "--key", "clerk.yaml", "--signature", "clerk.yaml"], "clerk.yaml is no signature of a run"],
  ])("%j is refused", async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
