import { alignOf, fixedOf, offsetsOf, RECORD_HEADER, sizeOf } from "./wit-layout.ts";
import { spell } from "./wit-lock.ts";
import type { Case, EnumType, Protocol, RecordType } from "./wit-types.ts";

/** The protocol's page with the tables between its markers made anew; throws if a marker is missing. */
export function emitPage(protocol: Protocol, page: string): string {
  const records = protocol.types.filter((type) => type.form === "record");
  const enums = protocol.types.filter((type) => type.form === "enum");
  const tables = {
    events: protocol.events.map(caseTable).join("\n"),
    commands: protocol.commands.map(caseTable).join("\n"),
    records: records.map(recordTable).join("\n"),
    enums: enumTable(enums),
  };
  for (const [name, table] of Object.entries(tables)) {
    const begin = `<!-- generated from wit/: ${name} -->`;
    const end = `<!-- end of ${name} -->`;
    const from = page.indexOf(begin);
    const to = page.indexOf(end);
    if (from < 0 || to < from) throw new Error(`docs/protocol.md: no marks for ${name}`);
    page = `${page.slice(0, from + begin.length)}\n\n${table}\n${page.slice(to)}`;
  }
  return page;
}

function caseTable({ name, kind, record }: Case): string {
  return `### ${kind} \`${name}\`\n\n${paragraph(record.docs)}${fieldTable(record, RECORD_HEADER)}\nThe fixed part ends at ${fixedOf(record)}.\n`;
}

function recordTable(record: RecordType): string {
  return `### \`${record.name}\`\n\n${paragraph(record.docs)}${fieldTable(record, 0)}\n${sizeOf(record)} bytes, on a multiple of ${alignOf(record)}.\n`;
}

function fieldTable(record: RecordType, base: number): string {
  const offsets = offsetsOf(record);
  const rows = record.fields.map(({ name, type, alias, docs }, i) => {
    const spelled = spell(type).replaceAll("<", "&lt;") + (alias ? ` (${alias})` : "");
    return `| ${base + offsets[i]} | ${sizeOf(type)} | \`${name}\` | ${spelled} | ${cell(docs)} |\n`;
  });
  return `| at | bytes | field | type | |\n|---|---|---|---|---|\n${rows.join("")}`;
}

function enumTable(enums: EnumType[]): string {
  const rows = enums.map(({ name, cases, docs }) => `| \`${name}\` | ${cases.map((found, i) => `${i} ${found.name}`).join(", ")} | ${cell(docs)} |\n`);
  return `| enum | cases | |\n|---|---|---|\n${rows.join("")}`;
}

function paragraph(docs: string): string {
  return docs && `${docs}\n\n`;
}

function cell(docs: string): string {
  return docs.replaceAll("\n", " ").replaceAll("|", "\\|");
}
