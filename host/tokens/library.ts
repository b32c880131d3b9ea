import { BadUsage } from "../errors.ts";
import { Counter } from "./counter.ts";
import { ENCODINGS, type EncodingName } from "./encodings.ts";
import { TokenEstimator } from "./estimator.ts";
import { readTokenizerJson, type TokenizerJson } from "./hugging-face.ts";
import { isNormalized, isTable, packTable } from "./pack.ts";
import { Tokenizer } from "./tokenizer.ts";

/** Where tokens.wasm and the tables come from; each runtime has its way. Names are "tokens.wasm" and "o200k_base.bin.gz". */
export type ReadFile = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/** A tokenizer.json as a table: half a megabyte when it is compressed, and loaded twenty times as fast. @throws TokenizerRefused */
export function packTokenizer(json: string | Uint8Array | TokenizerJson): Uint8Array<ArrayBuffer> {
  return packTable(readTokenizerJson(json));
}

/** A table in the counter, by its number, and its file's hash. */
interface Table {
  readonly table: number;
  readonly hash: string;
}

/**
 * Tokenizers, each loaded when it is first asked for and then shared by all who ask. One library holds one instance of tokens.wasm, which
 * has 7 MB of memory for each table.
 */
export class TokenLibrary {
  readonly #read: ReadFile;
  #counter: Promise<Counter> | undefined;
  readonly #tables = new Map<string, Promise<Table>>();
  readonly #tokenizers = new Map<EncodingName, Tokenizer>();

  /** `module`: tokens.wasm, where it may not be compiled at run time. */
  constructor(read: ReadFile, module?: WebAssembly.Module) {
    this.#read = read;
    if (module !== undefined) this.#counter = Promise.resolve(new Counter(module));
  }

  /** The tokenizer of an encoding that comes with aixlet. */
  async load(encoding: EncodingName): Promise<Tokenizer> {
    const found = ENCODINGS.find(({ name }) => name === encoding);
    if (found === undefined) throw new BadUsage(`There is no encoding ${encoding}: there are ${ENCODINGS.map(({ name }) => name).join(", ")}.`);
    const known = this.#tokenizers.get(encoding);
    if (known !== undefined) return known;
    const counter = await this.#load();
    const table = await this.#table(counter, found.file);
    const tokenizer = this.#tokenizers.get(encoding) ?? new Tokenizer(counter, { name: encoding, ...table, sets: found.sets, normalized: false });
    this.#tokenizers.set(encoding, tokenizer);
    return tokenizer;
  }

  /** The tokenizer of a model of OpenAI's, by the model's name; undefined: it is not known. */
  async of(model: string): Promise<Tokenizer | undefined> {
    const encoding = ENCODINGS[(await this.#load()).encodingOf(model) - 1];
    return encoding && this.load(encoding.name);
  }

  /**
   * A tokenizer from a tokenizer.json, as Hugging Face has them, or from what `packTokenizer` made of one.
   * @throws TokenizerRefused if it is broken, or not byte-level byte-pair encoding
   */
  async read(json: string | Uint8Array | TokenizerJson, name = "tokenizer.json"): Promise<Tokenizer> {
    const counter = await this.#load();
    const file = json instanceof Uint8Array && isTable(json) ? json.slice() : packTokenizer(json);
    return new Tokenizer(counter, { name, ...(await load(counter, file)), sets: 1, normalized: isNormalized(file) });
  }

  /** A new estimator, for one model. */
  async estimator(): Promise<TokenEstimator> {
    return new TokenEstimator(await this.#load());
  }

  #load(): Promise<Counter> {
    this.#counter ??= this.#read("tokens.wasm")
      .then((bytes) => WebAssembly.compile(bytes))
      .then((module) => new Counter(module))
      .catch((error) => {
        this.#counter = undefined;
        throw error;
      });
    return this.#counter;
  }

  #table(counter: Counter, file: string): Promise<Table> {
    const known = this.#tables.get(file);
    if (known !== undefined) return known;
    const table = this.#read(`${file}.bin.gz`)
      .then(inflate)
      .then((bytes) => load(counter, bytes))
      .catch((error) => {
        this.#tables.delete(file);
        throw error;
      });
    this.#tables.set(file, table);
    return table;
  }
}

async function load(counter: Counter, file: Uint8Array<ArrayBuffer>): Promise<Table> {
  const table = counter.load(file);
  const digest = await globalThis.crypto?.subtle?.digest("SHA-256", file);
  return { table, hash: digest === undefined ? "" : Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** A server may have undone the compression on the way. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
