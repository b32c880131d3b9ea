/** The schema of a definition and what its keys mean. */
export { type Definition, definition } from "./schema/definition.ts";
export { type About, type Kind, keys, kinds } from "./schema/kinds.ts";
