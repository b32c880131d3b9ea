import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { Engine } from "../../host/index.ts";
import { aixlet, folder } from "./fake-io.ts";

const panel = (path: string) => `
experts: [{ name: ann, recommendation: North }]
output: { save_to_file: true, file_path: "${path}" }
`;

let cwd: string;
afterEach(() => rm(cwd, { recursive: true, force: true }));

it("a result goes to the file that the definition names", async () => {
  cwd = await folder({ "panel.yaml": panel("results/panel.txt") });
  const { code, stdout } = await aixlet(["run", "panel.yaml", "--input", "where?"], { cwd });
  expect([code, stdout]).toEqual([0, "North\n"]);
  expect(await readFile(join(cwd, "results/panel.txt"), "utf8")).toBe("North");
});

it.each(["../panel.txt", "/tmp/aixlet-panel.txt", "out/panel.txt", "out/new/panel.txt", "."])(
  "not to %s, which is elsewhere, and the run goes on",
  async (path) => {
    cwd = await folder({});
    await mkdir(join(cwd, "inner"));
    await writeFile(join(cwd, "inner/panel.yaml"), panel(path));
    await symlink("..", join(cwd, "inner/out"));
    const { code, stdout, stderr } = await aixlet(["run", "panel.yaml", "--input", "where?"], { cwd: join(cwd, "inner") });
    expect([code, stdout]).toEqual([0, "North\n"]);
    expect(stderr).toContain(`the result was not written to ${path}: it is not in this folder`);
    expect((await readdir(cwd)).sort()).toEqual(["inner"]);
  },
);

it("an engine that was not told to write files says so", async () => {
  cwd = await folder({});
  await using engine = await Engine.load(panel("panel.txt"));
  const run = engine.run("where?");
  const notices: string[] = [];
  for await (const event of run) if (event.type === "notice") notices.push(event.code);
  expect(notices).toEqual(["output-not-saved"]);
  expect((await run).text).toBe("North");
});
