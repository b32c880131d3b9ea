import { fitsUnits, toUnits } from "../json/decimal";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { scratch } from "../memory/scratch";
import { newBuilder } from "../text/builder";
import { isWord } from "../text/slice";

// The fields of a model's decision. What is wrong with them is said in `errors`, for the model and for people.

const ONE: i64 = 1_000_000_000;

export const errors = newBuilder();

/** `"name" what`, behind what was wrong before. */
export function addError(name: string, what: string): void {
  if (errors.length) errors.ascii("; ");
  errors.byte(0x22).ascii(name).byte(0x22).ascii(what);
}

/** A number from 0 to 1, in units of 10⁻⁹; -1 is an error. */
export function shareIn(object: JsonNode, name: string): i64 {
  const field = memberNamed(object, name);
  if (field === null) addError(name, " is missing");
  else {
    const number = numberIn(field);
    if (number !== null) {
      const units = toUnits(number.at, number.length);
      if (units >= 0 && units <= ONE) return units;
    }
    addError(name, " is no number from 0 to 1");
  }
  return -1;
}

/** A number, also one in quotes. */
function numberIn(field: JsonNode): JsonNode | null {
  if (field.kind == JsonKind.Number) return field;
  if (field.kind != JsonKind.String) return null;
  const root = readJson(scratch, field.at, field.length).root;
  return root !== null && root.kind == JsonKind.Number && fitsUnits(root.at, root.length) ? root : null;
}

/** A text that is not empty, or null. */
export function textIn(object: JsonNode, name: string): JsonNode | null {
  const field = memberNamed(object, name);
  return field !== null && field.kind == JsonKind.String && field.length ? field : null;
}

/** 1, 0, or -1 if it says neither. */
export function flagIn(object: JsonNode, name: string): i32 {
  const field = memberNamed(object, name);
  if (field === null) return -1;
  if (field.kind == JsonKind.True) return 1;
  if (field.kind == JsonKind.False) return 0;
  if (field.kind != JsonKind.String) return -1;
  if (isWord(field.at, field.length, "true") || isWord(field.at, field.length, "yes")) return 1;
  return isWord(field.at, field.length, "false") || isWord(field.at, field.length, "no") ? 0 : -1;
}
