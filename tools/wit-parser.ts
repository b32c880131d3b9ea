import { type Token, tokenize, WitError } from "./wit-tokens.ts";

/** A type as it is spelled in a field: a name, possibly with arguments. */
export interface TypeName {
  name: string;
  arguments: TypeName[];
  line: number;
}

/** A field of a record, a case of an enum or variant, a parameter of a function. Cases may have no type. */
export interface Member {
  name: string;
  docs: string;
  type?: TypeName;
}

/** What an interface defines. */
export interface Definition {
  form: "record" | "variant" | "enum" | "alias";
  name: string;
  docs: string;
  /** Of an alias: one member without a name. */
  members: Member[];
}

/** A function of an interface. */
export interface Signature {
  name: string;
  docs: string;
  parameters: Member[];
  result?: TypeName;
}

/** One `interface`, with the names it uses of others. */
export interface Interface {
  name: string;
  docs: string;
  uses: { from: string; names: string[] }[];
  definitions: Definition[];
  functions: Signature[];
}

/** What one file holds. */
export interface WitFile {
  package: string;
  version: string;
  interfaces: Interface[];
  worlds: string[];
}

/** Reads one file of the subset of WIT that the protocol is written in. */
export function parseWit(file: string, text: string): WitFile {
  return new Parser(file, tokenize(file, text)).file();
}

class Parser {
  private next = 0;
  private readonly path: string;
  private readonly tokens: Token[];

  constructor(path: string, tokens: Token[]) {
    this.path = path;
    this.tokens = tokens;
  }

  file(): WitFile {
    const file: WitFile = { package: "", version: "", interfaces: [], worlds: [] };
    if (this.accept("package")) {
      file.package = `${this.name()}${this.expect(":").text}${this.name()}`;
      this.expect("@");
      file.version = this.take().text;
      this.expect(";");
    }
    while (this.next < this.tokens.length) {
      const keyword = this.take();
      if (keyword.text === "interface") file.interfaces.push(this.interface(keyword.docs));
      else if (keyword.text === "world") file.worlds.push(this.world());
      else this.fail(keyword, `expected interface or world, not ${keyword.text}`);
    }
    return file;
  }

  private interface(docs: string): Interface {
    const found: Interface = { name: this.name(), docs, uses: [], definitions: [], functions: [] };
    this.expect("{");
    while (!this.accept("}")) {
      const first = this.take();
      if (!first.word) this.fail(first, `expected a definition, not ${first.text}`);
      const keyword = first.escaped ? "" : first.text;
      if (keyword === "use") found.uses.push(this.use());
      else if (keyword === "type") found.definitions.push(this.alias(first.docs));
      else if (keyword === "record" || keyword === "variant" || keyword === "enum") found.definitions.push(this.definition(keyword, first.docs));
      else found.functions.push(this.signature(first));
    }
    return found;
  }

  private use(): { from: string; names: string[] } {
    const from = this.name();
    this.expect(".");
    this.expect("{");
    const names = this.list("}", () => this.name());
    this.expect(";");
    return { from, names };
  }

  private alias(docs: string): Definition {
    const name = this.name();
    this.expect("=");
    const type = this.type();
    this.expect(";");
    return { form: "alias", name, docs, members: [{ name: "", docs: "", type }] };
  }

  private definition(form: "record" | "variant" | "enum", docs: string): Definition {
    const name = this.name();
    this.expect("{");
    const members = this.list("}", () => this.member(form));
    return { form, name, docs, members };
  }

  private member(form: "record" | "variant" | "enum"): Member {
    const token = this.tokens[this.next];
    const member: Member = { name: this.name(), docs: token.docs };
    if (form === "record") {
      this.expect(":");
      member.type = this.type();
    } else if (form === "variant" && this.accept("(")) {
      member.type = this.type();
      this.expect(")");
    }
    return member;
  }

  private signature(first: Token): Signature {
    this.expect(":");
    this.expect("func");
    this.expect("(");
    const parameters = this.list(")", () => this.member("record"));
    const result = this.accept("->") ? this.type() : undefined;
    this.expect(";");
    return { name: first.text, docs: first.docs, parameters, result };
  }

  private world(): string {
    const name = this.name();
    this.expect("{");
    while (!this.accept("}")) this.take();
    return name;
  }

  private type(): TypeName {
    const line = this.tokens[this.next]?.line ?? 0;
    const name = this.name();
    return { name, arguments: this.accept("<") ? this.list(">", () => this.type()) : [], line };
  }

  /** Items parted by commas, the last of which may be followed by one. */
  private list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.accept(end)) {
      items.push(item());
      if (this.accept(end)) break;
      this.expect(",");
    }
    return items;
  }

  private name(): string {
    const token = this.take();
    if (!token.word) this.fail(token, `expected a name, not ${token.text}`);
    return token.text;
  }

  private accept(text: string): boolean {
    const token = this.tokens[this.next];
    if (token?.text !== text || token.escaped) return false;
    this.next++;
    return true;
  }

  private expect(text: string): Token {
    const token = this.take();
    if (token.text !== text || token.escaped) this.fail(token, `expected ${text}, not ${token.text}`);
    return token;
  }

  private take(): Token {
    const token = this.tokens[this.next++];
    if (!token) throw new WitError(`${this.path}: ends too early`);
    return token;
  }

  private fail(token: Token, message: string): never {
    throw new WitError(`${this.path}:${token.line}: ${message}`);
  }
}
