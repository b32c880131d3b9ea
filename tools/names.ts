/** `rate-limit` as `RateLimit`. */
export function pascal(...names: string[]): string {
  return names
    .flatMap((name) => name.split("-"))
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("");
}

/** `rate-limit` as `rateLimit`. */
export function camel(...names: string[]): string {
  const joined = pascal(...names);
  return joined[0].toLowerCase() + joined.slice(1);
}

/** `rate-limit` as `RATE_LIMIT`. */
export function upper(...names: string[]): string {
  return names.join("-").replaceAll("-", "_").toUpperCase();
}

/** All cases of an enum: `stop-reason` as `STOP_REASONS`. */
export function plural(name: string): string {
  return upper(name).replace(/Y$/, "IE").replace(/S$/, "SE").concat("S");
}

/** A WIT doc comment as a JSDoc comment at an indentation, with its line break, or nothing. */
export function jsdoc(docs: string, indent = ""): string {
  if (!docs) return "";
  const lines = docs.split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}
