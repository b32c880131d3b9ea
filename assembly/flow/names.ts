import { Run, at } from "../kernel/run";
import { dropText, holdText } from "../kernel/text";

// Names in view: a chain of bindings, the newest first, that instances share by counting. A binding's number says which `as`, `$input`,
// `$item` or `$last` it is; the nearest of that number counts.

@unmanaged
export class Name {
  // First, as in a text: whoever counts holds finds it there.
  holders: u32;
  next: u32;
  binding: u32;
  text: u32;
  meta: u32;
  unused: u32;
}

const SIZE: u32 = 24;
export const NAME_SIZE: u32 = SIZE;

export function nameAt(run: Run, ref: u32): Name {
  return changetype<Name>(at(run, ref));
}

/** The chain with one more binding before it. Takes over the hold on `chain`; holds text and metadata once more. */
export function bindName(run: Run, chain: u32, binding: u32, text: u32, meta: u32): u32 {
  let ref = run.freeNames;
  if (ref) run.freeNames = nameAt(run, ref).next;
  else ref = run.allocate(SIZE);
  const name = nameAt(run, ref);
  name.next = chain;
  name.holders = 1;
  name.binding = binding;
  name.text = holdText(run, text);
  name.meta = holdText(run, meta);
  name.unused = 0;
  return ref;
}

export function holdNames(run: Run, chain: u32): u32 {
  if (chain) nameAt(run, chain).holders++;
  return chain;
}

export function dropNames(run: Run, chain: u32): void {
  while (chain) {
    const name = nameAt(run, chain);
    if (--name.holders) return;
    const next = name.next;
    dropText(run, name.text);
    dropText(run, name.meta);
    name.next = run.freeNames;
    run.freeNames = chain;
    chain = next;
  }
}

/** The nearest binding of that number, or 0. */
export function findBinding(run: Run, chain: u32, binding: u32): u32 {
  for (let ref = chain; ref; ref = nameAt(run, ref).next) if (nameAt(run, ref).binding == binding) return ref;
  return 0;
}
