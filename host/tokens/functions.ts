import { BadUsage } from "../errors.ts";
import type { EncodingName } from "./encodings.ts";
import type { TokenizerJson } from "./hugging-face.ts";
import { type ReadFile, TokenLibrary } from "./library.ts";
import type { TokenEstimator } from "./estimator.ts";
import type { SpecialOptions, Tokenizer } from "./tokenizer.ts";

/** Whose tokens are meant: one of the two. */
export interface CountOptions extends SpecialOptions {
  /** "gpt-5", "openai/gpt-4o-mini" */
  model?: string;
  encoding?: EncodingName;
}

/** What `aixlet/tokens` has for the whole process: tables are loaded once, when they are first asked for. */
export interface TokenFunctions {
  /** How many tokens a text is. @throws BadUsage if no tokenizer is known for the model */
  countTokens(text: string, options: CountOptions): Promise<number>;
  /** The tokenizer of an encoding that comes with aixlet. */
  loadTokenizer(encoding: EncodingName): Promise<Tokenizer>;
  /** The tokenizer of a model of OpenAI's; undefined: no public one is known. */
  tokenizerOf(model: string): Promise<Tokenizer | undefined>;
  /** A tokenizer from a tokenizer.json of byte-level byte-pair encoding (Llama 3, Qwen, DeepSeek and their kin), or a table. @throws TokenizerRefused */
  readTokenizer(json: string | Uint8Array | TokenizerJson, name?: string): Promise<Tokenizer>;
  /** A new estimator, for one model whose tokenizer is not public. Loads no table. */
  loadEstimator(): Promise<TokenEstimator>;
}

export function tokenFunctions(read: ReadFile): TokenFunctions {
  let library: TokenLibrary | undefined;
  const shared = () => {
    library ??= new TokenLibrary(read);
    return library;
  };
  return {
    async countTokens(text, { model, encoding, ...options }) {
      if ((model === undefined) === (encoding === undefined)) throw new BadUsage("Tokens are counted for a model or by an encoding: give one of them.");
      const tokenizer = encoding === undefined ? await shared().of(model as string) : await shared().load(encoding);
      if (tokenizer === undefined)
        throw new BadUsage(`No public tokenizer is known for ${model}: read one with readTokenizer, or estimate with loadEstimator.`);
      return tokenizer.count(text, options);
    },
    loadTokenizer: (encoding) => shared().load(encoding),
    tokenizerOf: (model) => shared().of(model),
    readTokenizer: (json, name) => shared().read(json, name),
    loadEstimator: () => shared().estimator(),
  };
}
