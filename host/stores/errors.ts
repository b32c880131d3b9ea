import { AixletError } from "../errors.ts";

/** A store has a run of this name already. */
export class RunExists extends AixletError {
  readonly run: string;

  constructor(run: string) {
    super("run-exists", `There is a run ${JSON.stringify(run)} in this store already. Resume it, or give the new one another id.`);
    this.run = run;
  }
}

/** A store has no such run. */
export class RunMissing extends AixletError {
  readonly run: string;

  constructor(run: string) {
    super("run-missing", `There is no run ${JSON.stringify(run)} in this store.`);
    this.run = run;
  }
}

/** A run's key was erased, and with it all that was said in the run. */
export class RunErased extends AixletError {
  readonly run: string;

  constructor(run: string) {
    super("run-erased", `The run ${JSON.stringify(run)} cannot be read: its key was erased, or is kept elsewhere.`);
    this.run = run;
  }
}

/** There is no such session, or no such checkpoint in it. */
export class SessionMissing extends AixletError {
  readonly session: string;

  constructor(session: string, what = "There is no such session") {
    super("session-missing", `${what}: ${JSON.stringify(session)}.`);
    this.session = session;
  }
}

/** Somebody else writes a run's journal now, and is alive. */
export class RunLocked extends AixletError {
  readonly run: string;

  constructor(run: string, holder: string) {
    super("run-locked", `The run ${JSON.stringify(run)} is being written by ${holder}.`);
    this.run = run;
  }
}

/** Somebody else has taken a run over, or written to its journal: this writer may write no more, and has written nothing now. */
export class RunFenced extends AixletError {
  readonly run: string;

  constructor(run: string, detail = "another writer has taken it over") {
    super("run-fenced", `The journal of the run ${JSON.stringify(run)} cannot be written here any more: ${detail}.`);
    this.run = run;
  }
}

/** A journal that is damaged, or none. */
export class BadJournal extends AixletError {
  /** Bytes from the journal's start. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super("bad-journal", `${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** A store that could not do what it was asked for: `cause` is its own error. */
export class StoreFailed extends AixletError {
  constructor(message: string, cause?: unknown) {
    super("store-failed", message, cause);
  }
}

/** A run that was let go of, not ended: it can be resumed. */
export class RunSuspended extends AixletError {
  readonly run: string;

  constructor(run: string) {
    super("run-suspended", `The run ${JSON.stringify(run)} was suspended: it can be resumed.`);
    this.run = run;
  }
}
