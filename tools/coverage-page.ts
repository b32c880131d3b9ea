/** A key, a word of one (`key: word`), or a pattern's parameter (`key (pattern)`). */
export interface Row {
  id: string;
  /** Path of the map that has it. */
  map: string;
  /** Names of the scenarios that use it, in order. */
  scenarios: string[];
}

/** So many names are enough for a reader to find one. */
const SHOWN = 3;

/** docs/coverage.md: every key with scenarios that use it, and those that have none. */
export function coveragePage(rows: readonly Row[]): string {
  const gaps = rows.filter(({ scenarios }) => scenarios.length === 0);
  const lines = [
    "<!-- Generated from the schema and test/conformance/scenarios by tools/coverage.ts; do not edit. -->",
    "# Coverage of definitions",
    "",
    "Every key of a definition that this version accepts, every word that one takes, and every parameter of a pattern, with the first scenarios of",
    "[test/conformance](../test/conformance/README.md) that use it. A map that may stand in several places is listed once, as in",
    "[reference.md](reference.md), and so are words. Scenarios of definitions that are refused do not count.",
    "",
    `${rows.length} keys, words and parameters; ${rows.length - gaps.length} in scenarios.`,
    "",
    "## Gaps",
    "",
    ...(gaps.length > 0 ? gaps.map(({ id }) => `- \`${id}\``) : ["None."]),
    "",
  ];
  let map: string | undefined;
  for (const row of rows) {
    if (row.map !== map) {
      map = row.map;
      if (lines.at(-1) !== "") lines.push("");
      lines.push(`## ${map ? `\`${map}\`` : "Top level"}`, "", "| key | scenarios |", "|---|---|");
    }
    lines.push(`| \`${row.id}\` | ${row.scenarios.slice(0, SHOWN).join(", ") || "–"} |`);
  }
  return `${lines.join("\n")}\n`;
}
