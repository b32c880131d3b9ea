import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aixlet, folder } from "./fake-io.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await folder({ "a.txt": "hello world\n", "b.txt": "", "broken.txt": "a" });
});
afterAll(() => rm(cwd, { recursive: true }));

it("counts files exactly where the tokenizer is public", async () => {
  const { code, stdout } = await aixlet(["tokens", "a.txt", "b.txt"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toBe("3  a.txt\n0  b.txt\n3  total\nexact, by o200k_base\n");
  expect((await aixlet(["tokens", "a.txt", "--model", "gpt-4"], { cwd })).stdout).toContain("exact, by cl100k_base");
});

it("estimates where it is not, and says so", async () => {
  const { stdout } = await aixlet(["tokens", "a.txt", "--model", "claude-opus-4-5"], { cwd });
  expect(stdout).toBe("~4  a.txt\nestimated: no public tokenizer is known for claude-opus-4-5 (docs/tokens.md)\n");
});

it("tells programs the same", async () => {
  const { stdout } = await aixlet(["tokens", "a.txt", "--json"], { cwd });
  expect(JSON.parse(stdout)).toEqual({ model: "gpt-5", exact: true, tokenizer: "o200k_base", files: [{ file: "a.txt", bytes: 12, tokens: 3 }], total: 3 });
  const guess = JSON.parse((await aixlet(["tokens", "a.txt", "-m", "claude-x", "--json"], { cwd })).stdout);
  expect(guess).toEqual({ model: "claude-x", exact: false, files: [{ file: "a.txt", bytes: 12, tokens: 4, most: 12 }], total: 4 });
});

it("says what it cannot read", async () => {
  const { code, stderr } = await aixlet(["tokens", "missing.txt"], { cwd });
  expect(code).not.toBe(0);
  expect(stderr).toContain("cannot read missing.txt: there is no such file");
});
