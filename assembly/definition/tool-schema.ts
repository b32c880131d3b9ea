import { readJson } from "../json/reader";
import { Arena } from "../memory/arena";
import { compileSchema } from "../schema/compile";
import { Builder, newBuilder } from "../text/builder";
import { Doc } from "./doc";
import { writeJson } from "./manifest";

const text: Builder = newBuilder();

/** The compiled schema of a tool's arguments, or 0 if anything will do: none is given, or it is no schema (which the checker has reported). */
export function compileToolSchema(arena: Arena, doc: Doc | null): usize {
  if (doc === null) return 0;
  writeJson(text.clear(), doc);
  const json = readJson(arena, arena.copy(text.at, text.length), text.length);
  const root = json.root;
  if (root === null) return 0;
  const schema = compileSchema(arena, root);
  return changetype<usize>(schema.problems) ? 0 : changetype<usize>(schema);
}
