import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { Builder, newBuilder } from "../text/builder";
import { instanceAt, termOf } from "./instance";
import { findBinding, nameAt } from "./names";
import { pick, pickMember } from "./reference";
import { Label, Origin, Reference } from "./term";

// `input:` in place of what piping gives.

const selected = newBuilder();
let text: u32 = 0;
let meta: u32 = 0;

/** Puts what the term's `input` refers to in the place of the instance's; false: a field is not there, and `words` says which. */
export function select(run: Run, ref: u32): bool {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (!term.inputIsObject) {
    const reference = changetype<Reference>(term.input);
    if (!reference.fieldCount) {
      origin(run, ref, reference);
      holdText(run, text);
      holdText(run, meta);
      replace(run, ref, text, meta);
      return true;
    }
    if (!resolve(run, ref, term.input)) return false;
    replace(run, ref, newText(run, words.at, words.length), 0);
    return true;
  }
  selected.clear().byte(0x7b);
  for (let i: u32 = 0; i < term.inputCount; i++) {
    const reference = changetype<Reference>(term.input + i * offsetof<Reference>());
    origin(run, ref, reference);
    if (i) selected.byte(0x2c);
    if (!pickMember(selected, reference, textBytes(run, text), textLength(run, text))) return missing(reference);
  }
  selected.byte(0x7d);
  replace(run, ref, newText(run, selected.at, selected.length), 0);
  return true;
}

/** `words` says what is not there. */
function missing(reference: Reference): bool {
  words.clear().ascii("its input has no field ");
  for (let i: u32 = 0; i < reference.fieldCount; i++) {
    const field = changetype<Label>(reference.fields + i * offsetof<Label>());
    if (i) words.byte(0x2e);
    words.bytes(field.at, field.length);
  }
  return false;
}

function replace(run: Run, ref: u32, input: u32, about: u32): void {
  const instance = instanceAt(run, ref);
  dropText(run, instance.input);
  dropText(run, instance.inputMeta);
  instance.input = input;
  instance.inputMeta = about;
}

/** What a reference begins with, into `text` and `meta`. */
function origin(run: Run, ref: u32, reference: Reference): void {
  const instance = instanceAt(run, ref);
  text = instance.input;
  meta = instance.inputMeta;
  if (reference.origin == Origin.Previous) return;
  const found = findBinding(run, instance.scope, reference.binding);
  text = found ? nameAt(run, found).text : 0;
  meta = found ? nameAt(run, found).meta : 0;
}

/** What a Reference refers to, at this instance, into `words`; false: it is not there, and `words` says so. */
export function resolve(run: Run, ref: u32, reference: usize): bool {
  return resolveInto(run, ref, reference, words);
}

/** The same into `to`, and into `about` its metadata if it is a message as it stands. */
export function resolveWhole(run: Run, ref: u32, at: usize, to: Builder, about: Builder): bool {
  if (!resolveInto(run, ref, at, to)) return false;
  about.clear();
  if (!changetype<Reference>(at).fieldCount) about.bytes(textBytes(run, meta), textLength(run, meta));
  return true;
}

export function resolveInto(run: Run, ref: u32, at: usize, to: Builder): bool {
  const reference = changetype<Reference>(at);
  origin(run, ref, reference);
  to.clear();
  return pick(to, reference, textBytes(run, text), textLength(run, text)) || missing(reference);
}
