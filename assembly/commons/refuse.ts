import { CommandKind, REFUSED_FIXED, RefusedCommand } from "../protocol/commands";
import { FrameFault, frameFault } from "../protocol/check";
import { beginRecord, endRecord, putBytes } from "../protocol/output";
import { words } from "../kernel/emit";
import { putWord } from "../kernel/span";

// Events that change nothing, with the reason.

/** `words` says why. */
export function refuseEvent(event: u32, tag: u32, run: u64, code: string): void {
  const command = changetype<RefusedCommand>(beginRecord(CommandKind.Refused, REFUSED_FIXED, words.length + 64));
  command.tag = tag;
  command.event = event;
  command.run = run;
  putWord(offsetof<RefusedCommand>("codeAt"), code);
  putBytes(offsetof<RefusedCommand>("messageAt"), words.at, words.length);
  endRecord();
}

/** The frame itself is not one: none of its events was applied. */
export function refuseFrame(offset: u32): void {
  words.clear().ascii("not a frame: ").ascii(faultWords(frameFault())).ascii(", at byte ").integer(offset);
  refuseEvent(0, 0, 0, "bad-frame");
}

function faultWords(fault: FrameFault): string {
  switch (fault) {
    case FrameFault.Header:
      return "it is shorter than a header";
    case FrameFault.Version:
      return "it is of another version of the protocol";
    case FrameFault.Flags:
      return "a flag is set that no input has";
    case FrameFault.Size:
      return "a record has an impossible size";
    case FrameFault.Kind:
      return "a record is of an unknown kind";
    case FrameFault.Fixed:
      return "a record's fixed part is longer than the record";
    case FrameFault.Older:
      return "a record's fixed part is too short";
    case FrameFault.Trailing:
      return "bytes follow the last record";
    case FrameFault.Bounds:
      return "text or a list lies outside of its record";
    case FrameFault.Alignment:
      return "a list is not aligned";
    case FrameFault.Case:
      return "a value is none of those there are";
    case FrameFault.Number:
      return "a number is 2^53 or more";
    default:
      return "text is not UTF-8";
  }
}
