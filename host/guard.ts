import type { AuditCommand, AuthorizeEvent, SignInEvent, VerdictCommand } from "./protocol/index.ts";

/** What is known of somebody who wants in: by a proxy's header, and by a key or token. */
export type Evidence = Omit<SignInEvent, "type" | "tag" | "definition">;

/** What somebody wants who has signed in. */
export type Wish = Omit<AuthorizeEvent, "type" | "tag" | "definition">;

/** What the core has decided. */
export type Verdict = Omit<VerdictCommand, "type" | "tag">;

/** Something to be remembered of who did what; `time` is milliseconds since 1970. */
export type AuditRecord = Omit<AuditCommand, "type" | "definition"> & { time: number };

/** Where such records go. */
export type Auditor = (record: AuditRecord) => void;
