// The parts of Standard Schema (https://standardschema.dev) and of its JSON Schema extension that are used here. The specification asks to
// copy them rather than to depend on a package.

/** A schema of zod, Valibot, ArkType or any other library that follows the standard. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown, ...rest: never[]) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: { readonly input: (options: { target: "draft-07"; libraryOptions?: Record<string, unknown> }) => Record<string, unknown> };
  };
}

export type StandardResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isStandardSchema(value: unknown): value is StandardSchema {
  // Those of ArkType are functions.
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") && typeof (value as StandardSchema)["~standard"]?.validate === "function"
  );
}

/** `items[0].name`, or empty for the whole. */
export function describeIssuePath(path: StandardIssue["path"]): string {
  let text = "";
  for (const step of path ?? []) {
    const key = typeof step === "object" ? step.key : step;
    if (typeof key === "number") text += `[${key}]`;
    else text += text === "" ? String(key) : `.${String(key)}`;
  }
  return text;
}
