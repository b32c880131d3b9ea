export { exportRun, importRun, isBundle } from "./bundle.ts";
export { endOf, type RunEnd } from "./end-entry.ts";
export * from "./errors.ts";
export { type CheckedJournal, checkJournal, isJournalFile, JournalReader } from "./journal-file.ts";
export { type JournalHeader, readHeader, writeHeader } from "./journal-header.ts";
export { MemoryStore } from "./memory.ts";
export { Sessions } from "../sessions/sessions.ts";
export type { Claim, Snapshot, Store, StoredRun } from "./store.ts";
