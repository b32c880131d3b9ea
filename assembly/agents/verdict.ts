import { JsonNode } from "../json/node";
import { newBuilder } from "../text/builder";
import { errors } from "./fields";

// What comes of reading a model's decision: the decision, or what is wrong with it.

export const enum Verdict {
  Good,
  /** It is not what was asked for: asked again at most twice. */
  Malformed,
  /** It names what is not on the list: asked again once. */
  Outside,
}

/** The decision, and what is known of it as JSON, or nothing. */
export const answer = newBuilder();
export const meta = newBuilder();
/** What an answer named that is not on the list, as a JSON string. */
export const named = newBuilder();

export function clearVerdict(): void {
  errors.clear();
  answer.clear();
  meta.clear();
  named.clear();
}

/** Notes a name that is not on the list. */
export function outside(name: JsonNode): Verdict {
  named.clear().json(name.at, name.length);
  return Verdict.Outside;
}

/** There is no object in the answer at all. */
export function noObject(): Verdict {
  errors.ascii("it holds no complete JSON object");
  return Verdict.Malformed;
}
