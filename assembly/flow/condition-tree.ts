// A compiled condition, in the plan's arena.

export const enum Operation {
  And,
  Or,
  Not,
  HasCategory,
  /** An operand alone: whether it is true. */
  Truth,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
}

@unmanaged
export class Condition {
  operation: u8;
  /** Of And, Or and Not: what they join. */
  first: Condition;
  next: Condition;
  left: Operand;
  right: Operand;
}

export const enum OperandKind {
  Number,
  Text,
  True,
  False,
  Field,
}

/** Names that win over fields when the message, or where it stands, has them. */
export const enum Special {
  None,
  Text,
  Category,
  Confidence,
  Score,
  Agreement,
  Gain,
  Iteration,
  Elapsed,
  Tokens,
}

@unmanaged
export class Operand {
  kind: u8;
  special: u8;
  /** A number in its own digits, or a text without its quotes. */
  at: usize;
  length: u32;
  fields: usize; // Label[fieldCount]
  fieldCount: u32;
}
