import { JsonNode } from "../json/node";

// A plan as it is read: steps in the order written, each with the places of those it waits for. In an arena, for one piece of work.
//
//   Plan of steps:  root | at -> Step[count]
//   Step:           what the model calls it | what is to be done | its JSON | at -> u32[prerequisiteCount]: places from 0 | level

/** How hard a step is; a word that is none of these, or none, is Medium. */
export const enum Complexity {
  Low = 1,
  Medium,
  High,
}

@unmanaged
export class Step {
  /** Its number as the model wrote it, which may be 1.2 or B: errors name it so. Everybody else calls it by its place, from 1. */
  label: usize;
  labelLength: u32;
  action: usize;
  actionLength: u32;
  /** The step itself: an object, or a string, which is its action. */
  node: JsonNode;
  prerequisites: usize;
  prerequisiteCount: u32;
  /** How many steps must be over before it, one after the other: graph.ts. */
  level: u32;
  complexity: u8;

  prerequisite(index: u32): u32 {
    assert(index < this.prerequisiteCount);
    return load<u32>(this.prerequisites + (index << 2));
  }
}

@unmanaged
export class Steps {
  /** What the steps stand in: an object, or a list of them alone. */
  root: JsonNode;
  at: usize;
  count: u32;
  /** How many levels there are. */
  levels: u32;
}

export function stepAt(steps: Steps, place: u32): Step {
  assert(place < steps.count);
  return changetype<Step>(steps.at + place * offsetof<Step>());
}
