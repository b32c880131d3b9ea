/** Encodings whose tables come with aixlet. */
export type EncodingName = "o200k_base" | "o200k_harmony" | "cl100k_base";

/** Where an encoding's tokens are. */
export interface EncodingTable {
  readonly name: EncodingName;
  /** The table's file, without its ending. */
  readonly file: string;
  /** Which of its sets of special tokens are the encoding's: a bit each, as tools/token-tables.ts gives them. */
  readonly sets: number;
}

/** By number, as assembly/tokens/models.ts has them, from 1 on. */
export const ENCODINGS: readonly EncodingTable[] = [
  { name: "o200k_base", file: "o200k_base", sets: 1 },
  { name: "o200k_harmony", file: "o200k_base", sets: 2 },
  { name: "cl100k_base", file: "cl100k_base", sets: 1 },
];
