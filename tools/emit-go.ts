import { pascal } from "./names.ts";
import { alignOf, fixedOf, RECORD_HEADER, type Slot, sizeOf, slotsOf } from "./wit-layout.ts";
import type { Case, EnumType, Field, Protocol, RecordType, Type } from "./wit-types.ts";

const FOLDER = "bindings/go/protocol";

/** The generated files of the Go binding: paths from the repository's root, and texts as gofmt would have them. */
export function emitGo(protocol: Protocol): Map<string, string> {
  const [major, minor] = protocol.version.split(".").map(Number);
  // The first line in the words by which Go's tools know generated code.
  const head = `// Code generated from wit/ by tools/generate.ts. DO NOT EDIT.\n\npackage protocol\n`;
  return new Map([
    [`${FOLDER}/types.go`, head + types(protocol, major * 65536 + minor)],
    [`${FOLDER}/events.go`, head + cases("event", protocol.events)],
    [`${FOLDER}/commands.go`, head + cases("command", protocol.commands)],
  ]);
}

function types(protocol: Protocol, version: number): string {
  const aliases = protocol.aliases.map(({ name, docs, type }) => `\n${comment(docs, pascal(name))}type ${pascal(name)} = ${spelled(type)}\n`);
  const parts = protocol.types.map((type) => (type.form === "enum" ? enumeration(type) : nested(type)));
  return `
// Version of the protocol: major * 65536 + minor.
const Version = ${version}
${aliases.join("")}${parts.join("")}`;
}

function enumeration({ name, docs, cases }: EnumType): string {
  const title = exported(name);
  const members = cases.map(({ name: word, docs: about }, index) => {
    const text = comment(about, exported(name, word), "\t");
    return `${index && text ? "\n" : ""}${text}\t${exported(name, word)}${index ? "" : ` ${title} = iota`}\n`;
  });
  return `
${comment(docs || `one of the cases of \`${name}\`.`, title)}type ${title} uint8

const (
${members.join("")})

var ${unexported(name)}Names = []string{${cases.map(({ name: word }) => JSON.stringify(word)).join(", ")}}

// String gives the case's name in the protocol.
func (v ${title}) String() string { return caseName(${unexported(name)}Names, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v ${title}) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
`;
}

function nested(record: RecordType): string {
  const title = exported(record.name);
  return `${structOf(title, record)}
func write${title}(w *FrameWriter, at int, v *${title}) {
${writes(record, 0)}}

func read${title}(r *FrameReader, p []byte) (v ${title}) {
${reads(record, 0)}\treturn v
}
`;
}

function cases(word: string, all: Case[]): string {
  const union = pascal(word);
  const title = (found: Case) => exported(found.name, word);
  return `
import "fmt"

// ${union} is any ${word} of the protocol.
type ${union} interface {
	// Type is the name of the ${word} in the protocol.
	Type() string
	fixed() int
	kind() uint16
	write(w *FrameWriter, at int)
}
${all
  .map(
    (found) => `${structOf(title(found), found.record, found.name)}
// Type is "${found.name}".
func (*${title(found)}) Type() string { return "${found.name}" }
func (*${title(found)}) kind() uint16 { return ${found.kind} }
func (*${title(found)}) fixed() int   { return ${fixedOf(found.record)} }

func (v *${title(found)}) write(w *FrameWriter, at int) {
${writes(found.record, RECORD_HEADER)}}

func read${title(found)}(r *FrameReader, p []byte) *${title(found)} {
	v := &${title(found)}{}
${reads(found.record, RECORD_HEADER)}	return v
}
`,
  )
  .join("")}
// Write${union} writes any ${word} as the next record. For a field that is out of its range it gives an error, and nothing is written.
func (w *FrameWriter) Write${union}(v ${union}) error {
	return w.record(v.kind(), v.fixed(), v.Type(), v.write)
}

// Read${union} reads the record that [FrameReader.Next] came to. The error is a [*FrameError].
func (r *FrameReader) Read${union}() (${union}, error) {
	var v ${union}
	switch r.Kind {
${all.map((found) => `\tcase ${found.kind}:\n\t\tv = read${title(found)}(r, r.part(${fixedOf(found.record)}))\n`).join("")}	default:
		r.fault(fmt.Sprintf("there is no ${word} of kind %d", r.Kind))
	}
	if r.err != nil {
		return nil, r.err
	}
	return v, nil
}
`;
}

function structOf(title: string, record: RecordType, tag?: string): string {
  const fields = record.fields.map((field) => `${comment(field.docs, "", "\t")}\t${exported(field.name)} ${fieldType(field)} \`json:"${field.name}"\`\n`);
  return `
${comment(record.docs || `\`${tag ?? record.name}\` of the protocol.`, title)}type ${title} struct {
${fields.join("\n")}}
`;
}

function fieldType({ type, alias }: Field): string {
  return alias ? pascal(alias) : spelled(type);
}

function spelled(type: Type): string {
  switch (type.form) {
    case "list":
      return isBytes(type) ? "[]byte" : `[]${spelled(type.element)}`;
    case "option":
      return `*${spelled(type.some)}`;
    case "enum":
    case "record":
      return exported(type.name);
    case "bool":
    case "string":
      return type.form;
    default:
      return `uint${type.form.slice(1)}`;
  }
}

function writes(record: RecordType, base: number): string {
  return slotsOf(record, base)
    .map((slot) => written(slot))
    .filter((line) => line !== undefined)
    .join("");
}

/** The statement that writes a slot; a string's or list's two come with the first, and an option's payload with its discriminant. */
function written({ path, options, role, type, offset }: Slot): string | undefined {
  const source = `v.${path.map((name) => exported(name)).join(".")}`;
  if (options.length > 1 || (options.length === 1 && options[0].length !== path.length))
    throw new Error(`${path.join(".")}: records in options are not supported`);
  if (role === "length") return undefined;
  if (role === "has") return `\tw.flag(at+${offset}, ${source} != nil)\n`;
  const put = (value: string) => (role === "at" ? pointed(type, value, offset) : scalar(type, value, offset));
  return options.length ? `\tif ${source} != nil {\n\t\t${put(`*${source}`)}\n\t}\n` : `\t${put(source)}\n`;
}

function scalar(type: Type, value: string, offset: number): string {
  if (type.form === "bool") return `w.flag(at+${offset}, ${value})`;
  if (type.form === "enum") return `w.oneOf(at+${offset}, uint8(${value}), len(${unexported(type.name)}Names))`;
  return `w.${type.form}(at+${offset}, ${value})`;
}

function pointed(type: Type, value: string, offset: number): string {
  if (type.form === "string") return `w.text(at+${offset}, ${value})`;
  if (type.form !== "list") throw new Error(`${type.form} is not a list`);
  if (isBytes(type)) return `w.octets(at+${offset}, ${value})`;
  const { element } = type;
  if (element.form === "string") return `w.texts(at+${offset}, ${value})`;
  if (element.form !== "record") throw new Error(`lists of ${element.form} are not supported`);
  return `writeItems(w, at+${offset}, ${value}, ${sizeOf(element)}, ${alignOf(element)}, write${exported(element.name)})`;
}

function reads(record: RecordType, base: number): string {
  return slotsOf(record, base)
    .map((slot) => read(slot))
    .filter((line) => line !== undefined)
    .join("");
}

function read({ path, options, role, type, offset }: Slot): string | undefined {
  const target = `v.${path.map((name) => exported(name)).join(".")}`;
  if (role === "length") return undefined;
  if (role === "has") return type.form === "option" ? `\tif r.flag(p, ${offset}) {\n\t\t${target} = new(${spelled(type.some)})\n\t}\n` : undefined;
  const value = role === "at" ? gotten(type, offset) : taken(type, offset);
  return options.length ? `\tif ${target} != nil {\n\t\t*${target} = ${value}\n\t}\n` : `\t${target} = ${value}\n`;
}

function taken(type: Type, offset: number): string {
  if (type.form === "bool") return `r.flag(p, ${offset})`;
  if (type.form === "enum") return `${exported(type.name)}(r.oneOf(p, ${offset}, len(${unexported(type.name)}Names)))`;
  return `r.${type.form}(p, ${offset})`;
}

function gotten(type: Type, offset: number): string {
  if (type.form === "string") return `r.text(p, ${offset})`;
  if (type.form !== "list") throw new Error(`${type.form} is not a list`);
  if (isBytes(type)) return `r.octets(p, ${offset})`;
  const { element } = type;
  if (element.form === "string") return `r.texts(p, ${offset})`;
  if (element.form !== "record") throw new Error(`lists of ${element.form} are not supported`);
  return `readItems(r, p, ${offset}, ${sizeOf(element)}, ${alignOf(element)}, read${exported(element.name)})`;
}

function isBytes(type: Type): boolean {
  return type.form === "list" && type.element.form === "u8";
}

/** `http-status-id` as `HTTPStatusID`: what Go writes in capitals. */
const CAPITALS = new Set(["id", "json", "api", "http", "url", "usd"]);
function exported(...names: string[]): string {
  return names
    .flatMap((name) => name.split("-"))
    .map((word) => (CAPITALS.has(word) ? word.toUpperCase() : pascal(word)))
    .join("");
}

function unexported(name: string): string {
  const title = exported(name);
  return title[0].toLowerCase() + title.slice(1);
}

/** A doc comment, with its subject in front if the text does not begin with a verb's subject of its own. */
function comment(docs: string, subject: string, indent = ""): string {
  if (!docs) return "";
  const lines = (subject ? `${subject}: ${docs[0].toLowerCase()}${docs.slice(1)}` : docs).split("\n");
  return lines
    .map((line) => `${indent}// ${line}`.trimEnd())
    .join("\n")
    .concat("\n");
}
