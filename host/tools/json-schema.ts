import { BadUsage } from "../errors.ts";
import { isStandardSchema, type StandardSchema } from "./standard-schema.ts";

/** A JSON Schema of type object. */
export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema by which a tool's arguments are declared to a model.
 * @throws BadUsage if the schema has none, or none of an object.
 */
export async function toJsonSchema(schema: StandardSchema | JsonSchema | undefined): Promise<JsonSchema> {
  if (schema === undefined) return { type: "object", properties: {}, additionalProperties: true };
  let found: JsonSchema | undefined;
  try {
    found = isStandardSchema(schema) ? await ofStandardSchema(schema) : schema;
  } catch (error) {
    throw new BadUsage(`The input schema cannot be told to a model: ${(error as Error).message}`);
  }
  // A library that offers none: the schema is still checked when the tool runs.
  if (found === undefined) return toJsonSchema(undefined);
  if (typeof found !== "object" || found === null || found.type !== "object") throw new BadUsage("The input schema of a tool is one of an object.");
  const { $schema, ...rest } = found;
  return rest;
}

async function ofStandardSchema(schema: StandardSchema): Promise<JsonSchema | undefined> {
  const offered = schema["~standard"].jsonSchema;
  // Something that JSON cannot say, such as a Date, is left open rather than refused.
  if (offered !== undefined) return offered.input({ target: "draft-07", libraryOptions: { unrepresentable: "any" } });
  if ("_zod" in schema) {
    const { toJSONSchema } = await import("zod");
    return toJSONSchema(schema as never, { io: "input", target: "draft-7", unrepresentable: "any" }) as JsonSchema;
  }
  const own = (schema as { toJsonSchema?: unknown }).toJsonSchema;
  return typeof own === "function" ? (own.call(schema) as JsonSchema) : undefined;
}
