import { print } from "@bytecodealliance/jco-transpile/wasm-tools";
import type { TypeName, WitFile } from "../../tools/wit-parser.ts";

// A component's types as one line each, `events.deliver: record (run: run, to: string, text: string)`, from its binary and from wit/.

const LINE =
  /^ {4,6}\((?:type \(;(\d+);\) (.*)|export \(;(\d+);\) "([^"]+)" \(type \(eq (\d+)\)\))\)$|^ {6}\(alias outer 1 \S+(?: \S+)? \(type \(;(\d+);\)\)\)$/;

/** What the component's type section says of each interface that defines types. */
export async function typesOfComponent(component: Uint8Array): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const text = (await print(component)) as string;
  for (const [, name, body] of text.matchAll(/^ {2}\(type \$ty-aixlet:engine\/(\w+)@[^ ]+ .*\n {4}\(instance\n((?: {6}.*\n)*) {4}\)$/gm))
    readInstance(name, body, found);
  return found;
}

/** An instance type: a row of types by number, some of which are then given a name and a number of their own. */
function readInstance(name: string, body: string, found: Map<string, string>): void {
  const types: string[] = [];
  const aliased = new Set<number>();
  const refer = (type: string) => (/^\d+$/.test(type) ? types[Number(type)] : type);
  for (const line of body.trimEnd().split("\n")) {
    const [, number, type, exported, as, equal, outer] = line.match(LINE) ?? [];
    if (type !== undefined) types[Number(number)] = describe(type, refer);
    else if (outer !== undefined) aliased.add(Number(outer));
    else if (exported !== undefined) {
      types[Number(exported)] = as;
      if (!aliased.has(Number(equal))) found.set(`${name}.${as}`, types[Number(equal)]);
    } else throw new Error(`cannot read ${line}`);
  }
}

function describe(type: string, refer: (type: string) => string): string {
  const [, form, rest = ""] = type.match(/^\(?([a-z0-9]+) ?(.*?)\)?$/s)!;
  if (form === "list" || form === "option") return `${form}<${refer(rest)}>`;
  if (form === "enum") return `enum (${rest.replaceAll('"', "").replaceAll(" ", ", ")})`;
  if (form !== "record" && form !== "variant") return type;
  const members = [...type.matchAll(/\((?:field|case) "([^"]+)" ([^()]+)\)/g)].map(([, name, inner]) => `${name}: ${refer(inner)}`);
  return `${form} (${members.join(", ")})`;
}

/** The same from the files of wit/. */
export function typesOfWit(files: readonly WitFile[]): Map<string, string> {
  const spell = ({ name, arguments: inner }: TypeName): string => (inner.length > 0 ? `${name}<${inner.map(spell).join(", ")}>` : name);
  const found = new Map<string, string>();
  for (const { interfaces } of files) {
    for (const { name: owner, definitions } of interfaces) {
      for (const { form, name, members } of definitions) {
        const spelled = members.map((member) => (member.type === undefined ? member.name : `${member.name}: ${spell(member.type)}`));
        found.set(`${owner}.${name}`, form === "alias" ? spell(members[0].type!) : `${form} (${spelled.join(", ")})`);
      }
    }
  }
  return found;
}
