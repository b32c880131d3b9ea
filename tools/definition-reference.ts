import type { Entry, Shape, Value } from "./definition-model.ts";

/** docs/reference.md: every key, what it takes and what it does. */
export function referencePage(root: Shape): string {
  const lines = [
    "<!-- Generated from the schema in host/definition by tools/definition-table.ts; do not edit. -->",
    "# Reference of definitions",
    "",
    "Every key that a definition may have. A key that is not on this page is refused, with the key it was meant to be. A file that uses a key or",
    "word marked **later** is refused with the reason, because this version could not do what it asks for; `false`, an empty value or",
    "`enabled: false` pass. Keys marked **no effect** are harmless without what they belong to, and give a warning.",
    "",
    "- *duration*: numbers with units `ns us ms s m h d w`, joined: `1h30m`, `1.5s`. A number alone is refused unless the key says otherwise.",
    "- *size*: a number of bytes, or with a unit: `64 MB`, `512KiB`.",
    "- *secret*: a reference such as `${OPENAI_API_KEY}` that the host fills in when it calls; the value reaches neither core nor journal.",
    "- Any value may be a variable: `${NAME}`, `${NAME:-default}`; `$$` is a dollar sign. Within `{ }` and `[ ]` put it in quotes.",
    "- Values are those of YAML 1.2: `yes` and `on` are text, `010` is ten, `0o10` eight.",
    "- A pattern's parameters may stand beside `orchestration.config` instead of in it, or as `PATTERN_config` under `supervisor`.",
    "- Several files are laid over each other in order: maps key by key, agents by name, other lists replaced.",
    "",
    "Problems are explained in [errors.md](errors.md); an editor can use [aixlet.schema.json](../schema/aixlet.schema.json).",
    "",
  ];
  const headings = pathsOf(root);
  for (const shape of inReadingOrder(root)) {
    lines.push(`## ${heading(shape)}`, "", "| key | takes | default | meaning |", "|---|---|---|---|");
    for (const entry of shape.entries) lines.push(row(entry));
    lines.push("");
  }
  return lines.join("\n");

  function heading(shape: Shape): string {
    return shape === root ? "Top level" : `\`${headings.get(shape)}\``;
  }

  function row({ key, value, about }: Entry): string {
    const name = [key, ...(about.also ?? [])].map((word) => `\`${word}\``).join(", also ");
    let meaning = about.about;
    if (about.roles) meaning += ` For ${about.roles.join(", ")}.`;
    if (about.patterns) meaning += ` For ${about.patterns.join(", ")}.`;
    if (about.later) meaning += ` **Later**: ${about.later}.`;
    if (about.idle) meaning += ` **No effect**: ${about.idle}.`;
    const later = [...new Set(Object.entries(laterOf(value)))];
    if (later.length > 0) meaning += ` **Later**: ${later.map(([word]) => `\`${word}\``).join(", ")}; ${later[0]![1]}.`;
    return `| ${name} | ${takes(value)} | ${about.required ? "required" : (about.default ?? "–")} | ${meaning} |`.replaceAll("\n", " ");
  }

  function laterOf(value: Value): Readonly<Record<string, string>> {
    if (value.type === "choice") return value.later;
    return {};
  }

  function takes(value: Value): string {
    switch (value.type) {
      case "any":
        return "anything";
      case "flag":
        return "`true`, `false`";
      case "bytes":
        return "size";
      case "money":
        return "dollars";
      case "text":
        return value.name ? "name" : "text";
      case "integer":
        return `whole number${range(value)}`;
      case "decimal":
        return `number${range(value)}`;
      case "duration":
        return value.unit ? "duration or number" : "duration";
      case "choice":
        return [
          ...value.words.map((word) => `\`${word}\``),
          ...Object.entries(value.also).map(([word, meant]) => `\`${word}\` = \`${meant}\``),
          ...(value.open ? ["others"] : []),
        ].join(", ");
      case "list":
        return `list of ${takes(value.item)}`;
      case "named-list":
        return `list of ${takes(value.item)}, or name → it`;
      case "record":
        return value.item.type === "any" ? "any map" : `map of name → ${takes(value.item)}`;
      case "either":
        return value.of.map(takes).join(" or ");
      case "map":
        return `[map](#${anchor(heading(value.shape))})`;
      default:
        return value.type;
    }
  }
}

/** The shortest path at which each map stands. */
function pathsOf(root: Shape): Map<Shape, string> {
  const paths = new Map([[root, ""]]);
  for (const [shape, path] of paths) {
    for (const { key, value } of shape.entries) {
      for (const [inner, suffix] of shapesOf(value)) if (!paths.has(inner)) paths.set(inner, `${path}${path && "."}${key}${suffix}`);
    }
  }
  return paths;
}

/** A map, then those in it. */
function inReadingOrder(shape: Shape, order = new Set<Shape>()): Set<Shape> {
  if (order.has(shape)) return order;
  order.add(shape);
  for (const { value } of shape.entries) for (const [inner] of shapesOf(value)) inReadingOrder(inner, order);
  return order;
}

/** The maps that may stand under a key, and how their paths go on. */
function shapesOf(value: Value, suffix = "", met = new Set<Value>()): [Shape, string][] {
  if (met.has(value)) return [];
  met.add(value);
  if (value.type === "map") return [[value.shape, suffix]];
  if (value.type === "either") return value.of.flatMap((part) => shapesOf(part, suffix, met));
  return "item" in value ? shapesOf(value.item, `${suffix}${value.type === "record" ? ".*" : "[]"}`, met) : [];
}

/** As GitHub makes anchors of headings. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

function range({ min, max }: { min?: number; max?: number }): string {
  if (min !== undefined && max !== undefined) return ` ${min}–${max}`;
  if (min !== undefined) return ` ≥ ${min}`;
  return "";
}
