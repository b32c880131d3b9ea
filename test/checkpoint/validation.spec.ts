import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate } from "@langchain/langgraph-checkpoint-validation";
import { FileKeys, FileStore } from "../../host/stores/files.ts";
import { MemoryStore, SealedStore } from "../../host/stores/index.ts";
import { StoreSaver } from "./store-saver.ts";

// Run by checkpoint.test.ts, with the suite's own vitest.

validate({ checkpointerName: "memory", createCheckpointer: () => new StoreSaver(new MemoryStore()) });

const folders = new WeakMap<StoreSaver, string>();
const inFolder = (open: (folder: string) => StoreSaver) => () => {
  const folder = mkdtempSync(join(tmpdir(), "aixlet-checkpoint-"));
  const saver = open(folder);
  folders.set(saver, folder);
  return saver;
};
const destroyCheckpointer = async (saver: StoreSaver) => {
  await saver.store.close();
  rmSync(folders.get(saver) as string, { recursive: true });
};

validate({ checkpointerName: "files", createCheckpointer: inFolder((folder) => new StoreSaver(new FileStore(folder))), destroyCheckpointer });
validate({
  checkpointerName: "sealed files",
  createCheckpointer: inFolder((folder) => new StoreSaver(new SealedStore(new FileStore(join(folder, "runs")), new FileKeys(join(folder, "keys"))))),
  destroyCheckpointer,
});
