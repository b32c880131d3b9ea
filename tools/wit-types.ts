import type { Definition, Interface, TypeName, WitFile } from "./wit-parser.ts";
import { WitError } from "./wit-tokens.ts";

/** A scalar's name. */
export type Scalar = "bool" | "u8" | "u16" | "u32" | "u64";

/** A type with its names looked up and its aliases followed. */
export type Type = { form: Scalar } | { form: "string" } | { form: "list"; element: Type } | { form: "option"; some: Type } | EnumType | RecordType;

export interface EnumType {
  form: "enum";
  name: string;
  docs: string;
  cases: { name: string; docs: string }[];
}

export interface RecordType {
  form: "record";
  name: string;
  docs: string;
  fields: Field[];
}

/** A field of a record. `alias` is the name its type was spelled with, if that was an alias. */
export interface Field {
  name: string;
  docs: string;
  type: Type;
  alias?: string;
}

/** A case of one of the two variants: a kind of record in a frame. */
export interface Case {
  name: string;
  kind: number;
  record: RecordType;
}

/** All that the emitters need to know. */
export interface Protocol {
  package: string;
  version: string;
  /** Enums and records of the interface `types`, in order. */
  types: (EnumType | RecordType)[];
  aliases: { name: string; docs: string; type: Type }[];
  /** The two variants. */
  events: Case[];
  commands: Case[];
}

const SCALARS: readonly string[] = ["bool", "u8", "u16", "u32", "u64"];

/** Looks up every name of the files that make up the package. */
export function resolve(files: WitFile[]): Protocol {
  const { package: name, version } = files[0];
  for (const file of files) {
    if (file.package !== name || file.version !== version) throw new WitError(`${file.package}@${file.version} beside ${name}@${version}`);
  }
  const resolver = new Resolver(files.flatMap((file) => file.interfaces));
  return {
    package: name,
    version,
    types: resolver.definitions("types", ["enum", "record"]),
    aliases: resolver.aliases("types"),
    events: resolver.cases("events", "event"),
    commands: resolver.cases("commands", "command"),
  };
}

class Resolver {
  private readonly interfaces: Map<string, Interface>;
  private readonly resolved = new Map<Definition, EnumType | RecordType>();
  private readonly open = new Set<Definition>();

  constructor(interfaces: Interface[]) {
    this.interfaces = new Map(interfaces.map((found) => [found.name, found]));
  }

  definitions(scope: string, forms: Definition["form"][]): (EnumType | RecordType)[] {
    return this.interface(scope)
      .definitions.filter((definition) => forms.includes(definition.form))
      .map((definition) => this.define(scope, definition));
  }

  aliases(scope: string): { name: string; docs: string; type: Type }[] {
    return this.interface(scope)
      .definitions.filter((definition) => definition.form === "alias")
      .map(({ name, docs, members }) => ({ name, docs, type: this.type(scope, members[0].type!) }));
  }

  cases(scope: string, variant: string): Case[] {
    const definition = this.interface(scope).definitions.find((found) => found.name === variant && found.form === "variant");
    if (!definition) throw new WitError(`${scope}: no variant ${variant}`);
    return definition.members.map((member, kind) => {
      const record = member.type && this.type(scope, member.type);
      if (record?.form !== "record") throw new WitError(`${scope}.${variant}.${member.name}: a case must hold a record`);
      return { name: member.name, kind, record };
    });
  }

  private interface(name: string): Interface {
    const found = this.interfaces.get(name);
    if (!found) throw new WitError(`no interface ${name}`);
    return found;
  }

  /** The definition of a name seen from `scope`, and the interface it stands in. */
  private find(scope: string, name: string): [string, Definition] | undefined {
    const home = this.interface(scope).uses.find((use) => use.names.includes(name))?.from ?? scope;
    const definition = this.interface(home).definitions.find((found) => found.name === name);
    return definition && [home, definition];
  }

  private type(scope: string, spelled: TypeName): Type {
    const { name, line } = spelled;
    if (SCALARS.includes(name)) return { form: name as Scalar };
    if (name === "string") return { form: "string" };
    if (name === "list") return { form: "list", element: this.type(scope, this.only(spelled)) };
    if (name === "option") return { form: "option", some: this.type(scope, this.only(spelled)) };
    const found = this.find(scope, name);
    if (!found) throw new WitError(`${scope}:${line}: no type ${name}`);
    const [home, definition] = found;
    return definition.form === "alias" ? this.type(home, definition.members[0].type!) : this.define(home, definition);
  }

  private only(spelled: TypeName): TypeName {
    if (spelled.arguments.length !== 1) throw new WitError(`line ${spelled.line}: ${spelled.name} takes one type`);
    return spelled.arguments[0];
  }

  private define(scope: string, definition: Definition): EnumType | RecordType {
    const known = this.resolved.get(definition);
    if (known) return known;
    if (this.open.has(definition)) throw new WitError(`${scope}: ${definition.name} holds itself`);
    this.open.add(definition);
    const made = this.make(scope, definition);
    this.resolved.set(definition, made);
    return made;
  }

  private make(scope: string, { form, name, docs, members }: Definition): EnumType | RecordType {
    if (form === "enum") return { form, name, docs, cases: members.map((member) => ({ name: member.name, docs: member.docs })) };
    if (form !== "record") throw new WitError(`${scope}: ${form} ${name} cannot be part of a record`);
    const fields = members.map((member): Field => {
      const spelled = member.type!;
      const alias = this.find(scope, spelled.name)?.[1].form === "alias" ? spelled.name : undefined;
      return { name: member.name, docs: member.docs, type: this.type(scope, spelled), alias };
    });
    return { form, name, docs, fields };
  }
}
