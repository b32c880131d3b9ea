import { AUDIT_FIXED, AuditCommand, CommandKind, VERDICT_FIXED, VerdictCommand } from "../protocol/commands";
import { beginRecord, endRecord, putBytes } from "../protocol/output";
import { Outcome } from "../protocol/types";
import { words } from "../kernel/emit";

// What came of a request, as commands; `words` says why.

@unmanaged
export class Verdict {
  tag: u32;
  definition: u32;
  outcome: Outcome;
  byKey: bool;
  principal: usize;
  principalLength: u32;
  bucket: usize;
  bucketLength: u32;
  wait: u64;
  left: u64;
  since: u64;
}

export const verdict = changetype<Verdict>(memory.data(offsetof<Verdict>(), 8));

export function openVerdict(tag: u32, definition: u32): void {
  memory.fill(changetype<usize>(verdict), 0, offsetof<Verdict>());
  verdict.tag = tag;
  verdict.definition = definition;
  words.clear();
}

export function emitVerdict(): void {
  const bytes = verdict.principalLength + verdict.bucketLength + words.length;
  const command = changetype<VerdictCommand>(beginRecord(CommandKind.Verdict, VERDICT_FIXED, bytes));
  command.tag = verdict.tag;
  command.outcome = <u8>verdict.outcome;
  command.byKey = verdict.byKey ? 1 : 0;
  putBytes(offsetof<VerdictCommand>("principalAt"), verdict.principal, verdict.principalLength);
  putBytes(offsetof<VerdictCommand>("bucketAt"), verdict.bucket, verdict.bucketLength);
  putBytes(offsetof<VerdictCommand>("reasonAt"), words.at, words.length);
  command.wait = verdict.wait;
  command.left = verdict.left;
  command.since = verdict.since;
  endRecord();
}

export function emitAudit(action: usize, actionLength: u32, resource: usize, resourceLength: u32): void {
  const bytes = actionLength + verdict.principalLength + resourceLength + words.length;
  const command = changetype<AuditCommand>(beginRecord(CommandKind.Audit, AUDIT_FIXED, bytes));
  command.definition = verdict.definition;
  command.outcome = <u8>verdict.outcome;
  putBytes(offsetof<AuditCommand>("actionAt"), action, actionLength);
  putBytes(offsetof<AuditCommand>("principalAt"), verdict.principal, verdict.principalLength);
  putBytes(offsetof<AuditCommand>("resourceAt"), resource, resourceLength);
  putBytes(offsetof<AuditCommand>("reasonAt"), words.at, words.length);
  endRecord();
}
