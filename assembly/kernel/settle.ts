import { customAnswered } from "../agents/custom";
import { documentsFound } from "../agents/retriever";
import { toolAnswered } from "../agents/react";
import { Arena, newArena } from "../memory/arena";
import { MODEL_RESULT_FIXED, ModelResultEvent } from "../protocol/events";
import { FailureKind, FinishReason, PART_SIZE, Part, PartKind, PartRole } from "../protocol/types";
import { effectFailed } from "./apply";
import { endAttemptSpan } from "./attempt";
import { EffectKind, effectAt } from "./effect";
import { words } from "./emit";
import { Run } from "./run";
import { newText } from "./text";
import { modelAnswered } from "./think";
import { clearTimer } from "./timer";

// An effect that is under way comes to what somebody says it came to: of a model the text of its answer, of a tool its result, of a search a
// JSON list of documents.

/** The answer that a model is said to have given. */
const made: Arena = newArena();

export function settleEffect(run: Run, ref: u32, from: usize, length: u32, isError: bool): void {
  const effect = effectAt(run, ref);
  const kind = <EffectKind>effect.kind;
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (isError && kind != EffectKind.Tool) return failed(run, ref, FailureKind.Failed, from, length);
  endAttemptSpan(run, effect, isError ? "failed" : null);
  switch (kind) {
    case EffectKind.Model:
      return modelAnswered(run, ref, answerOf(from, length));
    case EffectKind.Tool:
      words.clear().bytes(from, length);
      return toolAnswered(run, ref, isError, false);
    case EffectKind.Agent:
      return customAnswered(run, ref, newText(run, from, length));
    default: {
      if (!documentsFound(run, ref, from, length)) failed(run, ref, FailureKind.Malformed, from, 0);
    }
  }
}

function failed(run: Run, ref: u32, kind: FailureKind, from: usize, length: u32): void {
  words.clear().bytes(from, length);
  effectFailed(run, ref, kind, 0, false);
}

/** One part of text, which cost nothing. */
function answerOf(from: usize, length: u32): ModelResultEvent {
  if (made.chunk) made.free();
  const partsAt = (MODEL_RESULT_FIXED + 7) & ~7;
  const textAt = partsAt + PART_SIZE;
  const event = changetype<ModelResultEvent>(made.allocate(textAt + length));
  event.finish = <u8>FinishReason.Stop;
  event.partsAt = partsAt;
  event.partsCount = 1;
  const part = changetype<Part>(changetype<usize>(event) + partsAt);
  part.role = <u8>PartRole.Assistant;
  part.kind = <u8>PartKind.Text;
  part.textAt = textAt;
  part.textLength = length;
  memory.copy(changetype<usize>(event) + textAt, from, length);
  return event;
}
