import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Played, play, readScenario, runScenario } from "./runner.ts";

const folder = new URL("scenarios/", import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .sort();

describe.each(names)("%s", (name) => {
  const scenario = readScenario(readFileSync(new URL(name, folder), "utf8"));

  it(scenario.about, () => runScenario(scenario));

  // How much one step does must not show in what is done; only where a limit counts steps or work is there a difference.
  it.skipIf(scenario.problems !== undefined || /^limits:/m.test(scenario.definition))("gives the same in smaller steps", async () => {
    const whole = await play(scenario);
    const pieces = await play({ ...scenario, definition: `${scenario.definition}\nlimits: {work: 1}\n` });
    expect(said(pieces)).toEqual(said(whole));
  });
});

/** What was said, run by run, without what tells of steps. */
function said(played: Played): unknown[] {
  return played.commands.map((commands) => {
    const byRun = new Map<unknown, unknown[]>();
    for (const command of commands) {
      if (command.type === "append") continue;
      const run = "run" in command ? command.run : 0;
      const list = byRun.get(run) ?? [];
      byRun.set(run, list);
      list.push(command.type === "finished" ? { ...command, counters: { ...command.counters, steps: 0 } } : command);
    }
    return byRun;
  });
}
