import type { Definition } from "./schema/definition.ts";

/**
 * A definition written in TypeScript: the same keys as in YAML, checked by the compiler as it is written and by the core when
 * `Engine.load` gets it. Gives back what it was given.
 */
export function defineAgents(definition: Definition): Definition {
  return definition;
}
