// Texts that are JSON, and texts that are not, as flows have them.

/** Whether a text is a JSON object or list, which stands in another one as it is. */
export function isStructure(text: string): boolean {
  return typeof parsed(text) === "object" && parsed(text) !== null;
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A text within JSON. */
export function jsonOf(text: string): string {
  return isStructure(text) ? text : JSON.stringify(text);
}

/** An object of texts, in the order given. */
export function compose(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${jsonOf(text)}`).join(",")}}`;
}

/** A field of a message that is a JSON object. */
export function fieldOf(text: string, name: string): unknown {
  const value = parsed(text);
  return value === undefined || value === null || Array.isArray(value) ? undefined : (value as Record<string, unknown>)[name];
}

/** The items of a map: a list's elements, or those of its `items`; other JSON is one item, a text its paragraphs. */
export function itemsOf(text: string): string[] {
  const value = parsed(text);
  if (value === undefined) return text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== "");
  const items = Array.isArray(value) ? value : (value as { items?: unknown }).items;
  if (!Array.isArray(items)) return [text];
  return items.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
}

/** What a loop compares outputs by. */
export function progressKey(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, " ");
}

/** The score that a message has; none is lowest. */
export function scoreOf(text: string): number {
  const score = fieldOf(text, "score");
  return typeof score === "number" ? score : Number.NEGATIVE_INFINITY;
}

/** Words of failures are no part of the rules: where they are shown they are left out, in what is expected and in what there is. */
export function withoutWords(text: string): string {
  return text.replace(/(\\*"(?:path|error)\\*":)\\*"(?:[^"\\]|\\+[^"\\])*\\*"/g, '$1""');
}
