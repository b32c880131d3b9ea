// As much of the WebAssembly binary format as it takes to say which function is how large.

/** A function: its name in the source, and its body. */
export interface WasmFunction {
  name: string;
  body: Uint8Array;
}

export interface WasmParts {
  /** Those of the module itself, in order. */
  functions: WasmFunction[];
  /** Bytes of each section, its header included, by name; custom ones by their own. */
  sections: Map<string, number>;
  /** The module without its custom sections, such as that of the names. */
  plain: Uint8Array;
}

const NAMES = ["custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag"];
const IMPORT = 2;
const CODE = 10;

/** Takes a module with a name section apart. */
export function readWasm(bytes: Uint8Array): WasmParts {
  const sections = new Map<string, number>();
  const names = new Map<number, string>();
  let bodies: Uint8Array[] = [];
  let imported = 0;
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const start = at;
    const id = bytes[at++];
    const reader = new Reader(bytes, at);
    const size = reader.number();
    at = reader.at + size;
    const name = id === 0 ? reader.text() : NAMES[id];
    sections.set(name, (sections.get(name) ?? 0) + at - start);
    if (id !== 0) kept.push(bytes.subarray(start, at));
    if (id === IMPORT) imported = reader.number();
    if (id === CODE) bodies = Array.from({ length: reader.number() }, () => reader.bytes());
    if (name === "name") readNames(reader, at, names);
  }
  return { functions: bodies.map((body, index) => ({ name: names.get(index + imported) ?? `function ${index}`, body })), sections, plain: Buffer.concat(kept) };
}

/** Of the name section, the names of functions. */
function readNames(reader: Reader, end: number, names: Map<number, string>): void {
  while (reader.at < end) {
    const id = reader.number();
    const next = reader.number() + reader.at;
    if (id === 1) for (let count = reader.number(); count > 0; count--) names.set(reader.number(), reader.text());
    reader.at = next;
  }
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** An unsigned LEB128. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  bytes(): Uint8Array {
    const length = this.number();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }
}
