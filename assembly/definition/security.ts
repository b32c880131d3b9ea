import { isWord } from "../text/slice";
import { Builder, newBuilder } from "../text/builder";
import { boolOf, child, choiceOf, Doc, DocFlag, DocType, textOf } from "./doc";
import { addChild, docAt, giveKey, removeChild } from "./edit";
import { need } from "./flow-control";
import { writeJson } from "./manifest";
import { complain, complainKey, theArena } from "./problems";
import { AuthMode, Environment, Key, Message, SignIn } from "./table";

// Who may use a definition that is served (R37, R51): what is not said is settled here, and what cannot be is refused. Without any such key the
// definition is one for this machine alone, and nobody signs in.

const text: Builder = newBuilder();

/** The keys that say so. */
export function isSecurity(key: u32): bool {
  switch (key) {
    case Key.Environment:
    case Key.AuthMode:
    case Key.DelegatedAuth:
    case Key.BuiltinAuth:
    case Key.Jwt:
    case Key.Auth:
    case Key.Authorization:
    case Key.Rbac:
    case Key.Audit:
    case Key.RateLimiting:
      return true;
  }
  return false;
}

/** Whether there are any; at `null` of a definition that is none. */
function isGuarded(root: Doc): bool {
  if (root.type != <u8>DocType.Map) return false;
  for (let entry: Doc | null = root.firstChild(); entry !== null; entry = entry!.nextSibling()) if (isSecurity(entry.key)) return true;
  return false;
}

/** The variable ENVIRONMENT wins over what the definition says: it is asked for as if the definition named it. */
export function askForEnvironment(root: Doc): void {
  if (!isGuarded(root)) return;
  let doc = child(root, Key.Environment);
  if (doc !== null && doc.type != <u8>DocType.String) return;
  text.clear().ascii("${ENVIRONMENT:-");
  if (doc === null) {
    doc = docAt(root, DocType.String);
    giveKey(doc, Key.Environment);
    addChild(root, doc);
    text.ascii("production");
  } else text.bytes(doc.textAt, doc.textLength);
  text.byte(0x7d);
  doc.textAt = theArena().copy(text.at, text.length);
  doc.textLength = text.length;
}

/** What is not said, once the tree is checked. */
export function settleSecurity(root: Doc): void {
  if (!isGuarded(root)) return;
  const where = choiceOf(root, Key.Environment, Environment.Production);
  const auth = child(root, Key.Auth);
  const said = textOf(root, Key.AuthMode);
  let mode: u32 = said === null ? (where == Environment.Development ? AuthMode.Disabled : AuthMode.Builtin) : <u32>said.number;
  if (!boolOf(auth, Key.Enabled, true)) mode = AuthMode.Disabled;
  else if (mode == AuthMode.Delegated && boolOf(auth, Key.AllowApiKeyFallback, false)) mode = AuthMode.Hybrid;
  if (auth !== null) removeChild(root, auth);
  giveWord(
    root,
    Key.AuthMode,
    mode,
    mode == AuthMode.Disabled ? "disabled" : mode == AuthMode.Hybrid ? "hybrid" : mode == AuthMode.Delegated ? "delegated" : "builtin",
  );
  if (child(root, Key.Environment) === null) giveWord(root, Key.Environment, Environment.Production, "production");
  if (mode == AuthMode.Disabled && where == Environment.Production) {
    const place = said === null ? root : said;
    if (place === root) complain(Message.OpenInProduction, place);
    else complainKey(Message.OpenInProduction, place);
  }
  if (said !== null) needParts(root, mode);
}

function needParts(root: Doc, mode: u32): void {
  if (mode == AuthMode.Delegated || mode == AuthMode.Hybrid) {
    const proxy = need(root, Key.DelegatedAuth);
    const iap = child(proxy, Key.Iap);
    if (iap !== null && boolOf(iap, Key.VerifyJwt, false)) need(iap, Key.Audience);
  }
  if (mode != AuthMode.Builtin && mode != AuthMode.Hybrid) return;
  const own = need(root, Key.BuiltinAuth);
  if (own === null) return;
  if (choiceOf(own, Key.Method, SignIn.ApiKey) == SignIn.Jwt) {
    const jwt = need(root, Key.Jwt);
    if (jwt !== null) need(jwt, Key.JwksUrl);
    return;
  }
  const keys = child(own, Key.ApiKeys);
  const source = textOf(keys, Key.Source);
  if (source !== null && isWord(source.textAt, source.textLength, "file")) need(keys!, Key.FilePath);
}

/** Makes a word of the grammar the value of a key, `number` its place there. */
function giveWord(root: Doc, key: u32, number: i64, word: string): void {
  const before = child(root, key);
  if (before !== null) removeChild(root, before);
  const doc = docAt(before === null ? root : before, DocType.String);
  text.clear().ascii(word);
  doc.textAt = theArena().copy(text.at, text.length);
  doc.textLength = text.length;
  doc.number = number;
  if (before === null) doc.flags |= <u8>DocFlag.Inherited;
  giveKey(doc, key);
  addChild(root, doc);
}

/** All of it as one JSON object, for whoever decides by it; false: there is nothing. */
export function writeSecurity(root: Doc, to: Builder): bool {
  if (!isGuarded(root)) return false;
  to.byte(0x7b);
  for (let entry: Doc | null = root.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (!isSecurity(entry.key)) continue;
    if (to.length > 1) to.byte(0x2c);
    to.json(entry.nameAt, entry.nameLength).byte(0x3a);
    writeJson(to, entry);
  }
  to.byte(0x7d);
  return true;
}
