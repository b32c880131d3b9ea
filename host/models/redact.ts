// What keys look like that have found their way into an error text: the providers' own prefixes, and the headers that carry them.
const shapes = /\b(?:sk|pk|rk|xai|gsk|hf|AIza)[-_]?[A-Za-z0-9*][A-Za-z0-9_*-]{7,}/g;
const headers = /\b(bearer\s+|x-api-key["']?\s*[:=]\s*["']?|x-goog-api-key["']?\s*[:=]\s*["']?|[?&]key=)[^\s"'&,}]+/gi;
const known = new Set<string>();

/** Marks a value that must not appear in any error text. */
export function keepSecret(value: string): void {
  // Shorter ones ("x", "ollama") are placeholders, and words of their own.
  if (value.length >= 8) known.add(value);
}

/** The text without anything that is, or looks like, a key; at most 500 characters of it, on one line. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of known) if (clean.includes(secret)) clean = clean.replaceAll(secret, "***");
  clean = clean.replace(headers, "$1***").replace(shapes, "***").replace(/\s+/g, " ").trim();
  return clean.length > 500 ? `${clean.slice(0, 499)}…` : clean;
}
