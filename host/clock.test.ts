import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../tools/generate.ts";

/** Who may look at the system's clock: the seam itself, the terminal's own seam, the pace at which a folder on a disk is flushed, and a server in front of the engine. */
const MAY = new Set(["host/clock.ts", "host/cli/process-io.ts", "host/cli/examine.ts", "host/stores/files/shared-log.ts", "host/server/forwarder.ts"]);

it("host code learns the time and waits through the clock alone, so that it can be simulated", () => {
  const files = (readdirSync(join(ROOT, "host"), { recursive: true, encoding: "utf8" }) as string[]).map((file) => `host/${file.replaceAll("\\", "/")}`);
  const looks = files.filter((file) => {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || MAY.has(file)) return false;
    return /\b(Date\.now|performance\.now|new Date\(\)|(?<!\.)setTimeout\(|(?<!\.)setInterval\()/.test(readFileSync(join(ROOT, file), "utf8"));
  });
  expect(looks).toEqual([]);
});
