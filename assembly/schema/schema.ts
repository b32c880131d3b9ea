// A JSON Schema, ready to check values with. What it is and where it stops: keyword.ts.

import { JsonNode } from "../json/node";
import { Problem } from "./problem";

/** The name of a keyword that is not enforced. */
@unmanaged
export class LeftName {
  next: LeftName;
  at: usize;
  length: u32;
}

@unmanaged
export class Schema {
  root: JsonNode;
  /** Why this is no schema; address 0 if it is one. */
  problems: Problem;
  /** Each keyword that is left to the tool, once, in the order met; address 0 if none is. */
  left: LeftName;
}
