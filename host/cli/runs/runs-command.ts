import { AixletError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import { readBytes } from "../files.ts";
import type { Io } from "../io.ts";
import { nearest } from "../nearest.ts";
import type { Parsed } from "../parse.ts";
import { openStore, sealedBy, storeName } from "../store.ts";
import { UsageError } from "../usage-error.ts";
import { diffTwo } from "./diff.ts";
import { exportOne, importOne } from "./export.ts";
import { forkRun } from "./fork.ts";
import { listRuns } from "./list.ts";
import { replayRun } from "./replay.ts";
import { resumeRun } from "./resume.ts";
import { showRun } from "./show.ts";
import { eraseRun, signRun, verifyRun } from "./verify.ts";

/** What can be done with runs in a store, each to one run but the list. */
const actions: Record<string, (io: Io, parsed: Parsed, store: Store, run: string, other: string) => Promise<number>> = {
  list: listRuns,
  show: showRun,
  resume: resumeRun,
  replay: replayRun,
  diff: diffTwo,
  fork: forkRun,
  export: exportOne,
  verify: verifyRun,
  sign: signRun,
  erase: eraseRun,
  import: async (io, parsed, store, file) => importOne(io, parsed, store, await readBytes(io, file)),
};

/** `aixlet runs` */
export async function runsCommand(io: Io, parsed: Parsed): Promise<number> {
  const [name, run, other] = parsed.files;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  const names = Object.keys(actions);
  if (action === undefined) {
    const meant = nearest(name, names);
    throw new UsageError(
      `runs cannot ${name}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
      `There are ${names.join(", ")}. See aixlet runs --help`,
    );
  }
  if (name === "list" && run !== undefined) throw new UsageError(`runs list takes no ID, and ${run} is one too many`, `Did you mean aixlet runs show ${run}?`);
  if (name !== "list" && run === undefined)
    throw new UsageError(`runs ${name} needs ${name === "import" ? "a FILE" : "an ID"}`, "aixlet runs list shows them.");
  if (name === "diff" && other === undefined) throw new UsageError("runs diff needs two IDs", `Like this: aixlet runs diff ${run} OTHER`);
  if (name !== "diff" && other !== undefined) throw new UsageError(`runs ${name} takes one ID only, and ${other} is one too many`, "See aixlet runs --help");
  const store = await sealedBy(io, parsed, await openStore(io, storeName(io, parsed)));
  try {
    return await action(io, parsed, store, run, other);
  } catch (error) {
    if (AixletError.isInstance(error) && error.code === "run-missing")
      throw new UsageError(error.message, "aixlet runs list shows those that there are; --store NAME says where.");
    throw error;
  } finally {
    await store.close();
  }
}
