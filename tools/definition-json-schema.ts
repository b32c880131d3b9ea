import type { Entry, Shape, Value } from "./definition-model.ts";

type Schema = Record<string, unknown>;

const variable = { $ref: "#/$defs/variable" };

/** schema/aixlet.schema.json: what an editor needs to complete and check a definition as it is written. */
export function jsonSchema(root: Shape): string {
  const names = new Map<Shape, string>();
  const definitions: Record<string, Schema> = {
    variable: { type: "string", pattern: "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}", description: "A variable such as ${NAME} or ${NAME:-default}." },
    duration: {
      type: "string",
      pattern: "^([0-9]*\\.?[0-9]+(ns|us|µs|ms|s|m|h|d|w))+$|\\$\\{",
      description: "Numbers with units: 1h30m, 1.5s, 250ms; also d and w.",
    },
  };
  const body = describeMap(root);
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "aixlet definition",
    description: "Generated from the schema in host/definition by tools/definition-table.ts; do not edit.",
    ...body,
    $defs: definitions,
  };
  return `${JSON.stringify(schema, null, 1)}\n`;

  function describeMap(shape: Shape): Schema {
    const properties: Record<string, Schema> = {};
    for (const entry of shape.entries) {
      const property = { ...describe(entry.value), description: sentence(entry) };
      properties[entry.key] = property;
      for (const other of entry.about.also ?? []) properties[other] = { ...property, description: `The same as \`${entry.key}\`.` };
    }
    // A key that has another spelling, or may come from another file, is missed by the core alone.
    const required = shape.entries.filter(({ about }) => about.required && !about.also).map(({ key }) => key);
    return { type: "object", properties, ...(required.length > 0 && shape !== root ? { required } : {}), additionalProperties: isOpen(shape) };
  }

  /** A pattern's parameters may stand beside its `config`, and under the supervisor. */
  function isOpen(shape: Shape): boolean {
    return shape.path === "orchestration" || shape.path === "supervisor";
  }

  function describe(value: Value): Schema {
    switch (value.type) {
      case "any":
        return {};
      case "flag":
        return { anyOf: [{ type: "boolean" }, variable] };
      case "text":
        return value.name
          ? { anyOf: [{ type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" }, variable] }
          : value.filled
            ? { type: "string", minLength: 1 }
            : { type: "string" };
      case "secret":
        return { type: "string" };
      case "integer":
      case "decimal":
        return {
          anyOf: [
            {
              type: value.type === "integer" ? "integer" : "number",
              ...(value.min === undefined ? {} : { minimum: value.min }),
              ...(value.max === undefined ? {} : { maximum: value.max }),
            },
            variable,
          ],
        };
      case "duration":
        return value.unit ? { anyOf: [{ $ref: "#/$defs/duration" }, { type: "number", minimum: 0 }] } : { $ref: "#/$defs/duration" };
      case "bytes":
        return { anyOf: [{ type: "string" }, { type: "integer", minimum: 1 }] };
      case "money":
        return { anyOf: [{ type: "string" }, { type: "number", minimum: 0 }] };
      case "choice": {
        const words = { enum: [...value.words, ...Object.keys(value.also)] };
        return { anyOf: value.open ? [words, { type: "string" }] : [words, variable] };
      }
      case "list":
        return { type: "array", items: describe(value.item) };
      case "named-list":
        return {
          anyOf: [
            { type: "array", items: describe(value.item) },
            { type: "object", additionalProperties: { anyOf: [{ type: "object" }, { type: "null" }] } },
          ],
        };
      case "record":
        return { type: "object", additionalProperties: describe(value.item) };
      case "either":
        return { anyOf: value.of.map(describe) };
      case "map":
        return refer(value.shape);
    }
  }

  function refer(shape: Shape): Schema {
    if (shape === root) return { $ref: "#" };
    let name = names.get(shape);
    if (!name) {
      const words = shape.path.split(/[^A-Za-z0-9_]+/).filter(Boolean);
      for (let size = 1; !name || name in definitions; size++) name = words.slice(-size).join("-") + (size > words.length ? `-${size}` : "");
      names.set(shape, name);
      definitions[name] = {};
      definitions[name] = describeMap(shape);
    }
    return { $ref: `#/$defs/${name}` };
  }
}

function sentence({ about }: Entry): string {
  let text = about.about;
  if (about.default) text += ` Default: ${about.default}.`;
  if (about.later) text += ` Refused: ${about.later}.`;
  if (about.idle) text += ` Without effect: ${about.idle}.`;
  if (about.patterns) text += ` For: ${about.patterns.join(", ")}.`;
  if (about.roles) text += ` For: ${about.roles.join(", ")}.`;
  return text;
}
