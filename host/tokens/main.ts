export type { EncodingName } from "./encodings.ts";
export { type Estimate, TokenEstimator } from "./estimator.ts";
export type { CountOptions, TokenFunctions } from "./functions.ts";
export type { TokenizerJson } from "./hugging-face.ts";
export { packTokenizer, type ReadFile, TokenLibrary } from "./library.ts";
export { type SpecialOptions, Tokenizer } from "./tokenizer.ts";
