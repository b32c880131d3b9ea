import { isWord, sameBytes } from "../text/slice";
import { child, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { addChild, addText, docAt, giveKey, inherit, isText, removeChild } from "./edit";
import { complain, theArena } from "./problems";
import { Builder } from "../text/builder";
import { Key, Message } from "./table";

// Which model an agent asks (R3): its own, else that of `llm`, else the supervisor's; a model service by its name; the provider as written,
// else by the shape of the id. In the end each agent that asks a model has `providers`, each with `model` and `provider`.

/** False if there is no model, own or inherited; `quiet` leaves it to the caller to say so. */
export function giveModel(root: Doc, agent: Doc, quiet: bool): bool {
  const llm = child(root, Key.Llm);
  inheritKey(agent, llm, Key.Temperature);
  inheritKey(agent, llm, Key.MaxTokens);
  const listed = child(agent, Key.Providers);
  const hasList = listed !== null && listed.type == <u8>DocType.List && listed.count;
  if (child(agent, Key.Model) === null && !(hasList && allHaveModels(listed!))) inheritModel(root, agent);
  const model = child(agent, Key.Model);
  if (model === null && !hasList) {
    if (!quiet) complain(Message.MissingModel, agent);
    return false;
  }
  if (model !== null) {
    applyService(root, agent);
    settleProvider(agent);
  }
  if (!hasList) {
    if (listed !== null) removeChild(agent, listed);
    addProviders(agent);
  } else
    for (let provider = listed!.firstChild(); provider !== null; provider = provider!.nextSibling()) {
      if (provider.type == <u8>DocType.Map) completeProvider(root, agent, provider);
    }
  if (child(agent, Key.Context) !== null || child(root, Key.Context) !== null) summariserOf(root, agent, child(agent, Key.Context));
  softModels(root, agent);
  return true;
}

/** The place among the agent's providers of the one that sums up for it, added behind the others if it is another model. */
export function summariserOf(root: Doc, agent: Doc | null, context: Doc | null): u8 {
  const list = child(agent, Key.Providers);
  let model = textOf(context, Key.Model);
  if (model === null) model = textOf(child(root, Key.Context), Key.Model);
  if (model === null || list === null || list.type != <u8>DocType.List || (agent !== null && isSameText(textOf(agent, Key.Model), model))) return 0;
  const added = docAt(model, DocType.Map);
  known.clear().ascii("summaries");
  addText(added, Key.Only, theArena().copy(known.at, known.length), known.length);
  inherit(added, Key.Model, model);
  completeProvider(root, agent!, added);
  let index: u8 = 0;
  for (let each: Doc | null = list.firstChild(); each !== null; each = each!.nextSibling(), index++) {
    if (child(each, Key.Only) !== null && isSameText(textOf(each, Key.Model), textOf(added, Key.Model)!)) return index;
  }
  addChild(list, added);
  return index;
}

function allHaveModels(list: Doc): bool {
  for (let provider: Doc | null = list.firstChild(); provider !== null; provider = provider!.nextSibling())
    if (child(provider, Key.Model) === null) return false;
  return true;
}

function inheritKey(to: Doc, from: Doc | null, key: u32): void {
  const value = child(from, key);
  if (value !== null && child(to, key) === null) inherit(to, key, value);
}

/** With the model come the settings of whoever gives it. */
function inheritModel(root: Doc, agent: Doc): void {
  const llm = child(root, Key.Llm);
  const giver = child(llm, Key.Model) !== null ? llm : child(root, Key.Supervisor);
  if (child(giver, Key.Model) === null) return;
  inheritKey(agent, giver, Key.Model);
  inheritKey(agent, giver, Key.Provider);
  inheritKey(agent, giver, Key.ApiKey);
  inheritKey(agent, giver, Key.Region);
}

// ---- model services ----

function applyService(root: Doc, map: Doc): void {
  const model = textOf(map, Key.Model);
  if (model === null) return;
  const service = serviceOf(root, model);
  if (service === null) return;
  const id = textOf(service, Key.Model);
  if (id !== null) {
    model.textAt = id.textAt;
    model.textLength = id.textLength;
  }
  inheritKey(map, service, Key.Provider);
  inheritKey(map, service, Key.Runtime);
  const config = child(service, Key.Config);
  inheritAs(map, Key.ApiKey, child(config, Key.ApiKey));
  inheritAs(map, Key.ApiKey, child(config, Key.Token));
  inheritAs(map, Key.Endpoint, child(service, Key.Address));
  inheritAs(map, Key.Endpoint, child(config, Key.Endpoint));
  inheritAs(map, Key.Endpoint, child(config, Key.Address));
}

/** The model service of this name. */
export function serviceOf(root: Doc, model: Doc): Doc | null {
  for (let service: Doc | null = firstItem(root, Key.ModelServices); service !== null; service = service!.nextSibling()) {
    if (isSameText(textOf(service, Key.Name), model)) return service;
  }
  return null;
}

function inheritAs(map: Doc, key: u32, from: Doc | null): void {
  if (from !== null && child(map, key) === null) inherit(map, key, from);
}

// ---- models that budgets go on with ----

/** Behind an agent's own providers stand the models of the soft limits that concern it, each once. */
function softModels(root: Doc, agent: Doc): void {
  softModelOf(root, agent, root);
  softModelOf(root, agent, agent);
  const flow = child(root, Key.Flow);
  if (flow !== null) softModelsIn(root, agent, flow);
}

function softModelsIn(root: Doc, agent: Doc, node: Doc): void {
  softModelOf(root, agent, node);
  for (let each: Doc | null = node.firstChild(); each !== null; each = each!.nextSibling()) softModelsIn(root, agent, each);
}

/** What a name of a model means: the model of a service by that name, else itself. */
export function modelNamed(root: Doc, name: Doc): Doc {
  const model = textOf(serviceOf(root, name), Key.Model);
  return model === null ? name : model;
}

function softModelOf(root: Doc, agent: Doc, map: Doc): void {
  const name = textOf(child(map, Key.Budget), Key.Then);
  const list = child(agent, Key.Providers);
  if (name === null || list === null || isText(name, "warn") || isText(name, "ask")) return;
  for (let each: Doc | null = list.firstChild(); each !== null; each = each!.nextSibling())
    if (child(each, Key.Only) !== null && isSameText(textOf(each, Key.Model), modelNamed(root, name))) return;
  const provider = docAt(name, DocType.Map);
  known.clear().ascii("soft");
  addText(provider, Key.Only, theArena().copy(known.at, known.length), known.length);
  inheritAs(provider, Key.Model, name);
  applyService(root, provider);
  settleProvider(provider);
  addChild(list, provider);
}

// ---- providers ----

/** The agent's own settings as its only provider. */
function addProviders(agent: Doc): void {
  const list = docAt(agent, DocType.List);
  list.flags = <u8>DocFlag.Inherited;
  giveKey(list, Key.Providers);
  const provider = docAt(agent, DocType.Map);
  inheritKey(provider, agent, Key.Model);
  inheritKey(provider, agent, Key.Provider);
  inheritKey(provider, agent, Key.Runtime);
  inheritKey(provider, agent, Key.Region);
  inheritKey(provider, agent, Key.Location);
  inheritKey(provider, agent, Key.Endpoint);
  inheritKey(provider, agent, Key.ApiKey);
  inheritKey(provider, agent, Key.ProjectId);
  addChild(list, provider);
  addChild(agent, list);
}

function completeProvider(root: Doc, agent: Doc, provider: Doc): void {
  const own = child(provider, Key.Model) !== null;
  if (!own) {
    inheritKey(provider, agent, Key.Model);
    // Another provider than the agent's may have the model by the same name.
    if (child(provider, Key.Provider) === null) inheritKey(provider, agent, Key.Provider);
  }
  if (child(provider, Key.Model) === null) {
    complain(Message.MissingProviderModel, provider);
    return;
  }
  applyService(root, provider);
  settleProvider(provider);
  const mine = textOf(provider, Key.Provider);
  const agents = textOf(agent, Key.Provider);
  if (mine === null || agents === null || !sameBytes(mine.textAt, mine.textLength, agents.textAt, agents.textLength)) return;
  inheritKey(provider, agent, Key.ApiKey);
  inheritKey(provider, agent, Key.Region);
  inheritKey(provider, agent, Key.Location);
  inheritKey(provider, agent, Key.Endpoint);
  inheritKey(provider, agent, Key.ProjectId);
}

const PREFIXES =
  "bedrock/=bedrock anthropic.=bedrock amazon.=bedrock meta.=bedrock mistral.=bedrock cohere.=bedrock ai21.=bedrock gpt-=openai text-davinci=openai o1=openai o3=openai claude=anthropic gemini=gemini grok=xai vertex/=vertexai text-bison=vertexai code-bison=vertexai ";
const known: Builder = changetype<Builder>(memory.data(16));

/** Makes sure that a map with a model has a provider, or says that it is not known. What runs at home has the runtime's. */
function settleProvider(map: Doc): void {
  const model = textOf(map, Key.Model);
  if (model === null) return;
  const runtime = textOf(map, Key.Runtime);
  if (runtime !== null && !isWord(runtime.textAt, runtime.textLength, "cloud")) {
    const provider = child(map, Key.Provider);
    if (provider !== null) removeChild(map, provider);
    addText(map, Key.Provider, runtime.textAt, runtime.textLength);
    return;
  }
  if (child(map, Key.Provider) !== null) return;
  if (findProvider(model)) addText(map, Key.Provider, theArena().copy(providerAt, providerLength), providerLength);
  else if (!model.is(DocFlag.Inherited)) complain(Message.UnknownProvider, model);
}

let providerAt: usize = 0;
let providerLength: u32 = 0;

/** Who has a model, by the shape of its id. */
function findProvider(model: Doc): bool {
  const end = model.textAt + model.textLength;
  known.clear().ascii(PREFIXES);
  let at = known.at;
  const knownEnd = at + known.length;
  while (at < knownEnd) {
    const prefix = at;
    while (load<u8>(at) != 0x3d) at++;
    const length = <u32>(at - prefix);
    providerAt = ++at;
    while (load<u8>(at) != 0x20) at++;
    providerLength = <u32>(at - providerAt);
    if (model.textLength >= length && sameBytes(model.textAt, length, prefix, length)) return true;
    at++;
  }
  let slash = false;
  let colon = false;
  for (let i = model.textAt + 1; i + 1 < end; i++) {
    const c = load<u8>(i);
    if (c == 0x2f) slash = true;
    else if (c == 0x3a) colon = true;
  }
  known.clear().ascii(slash ? "huggingface" : "ollama");
  providerAt = known.at;
  providerLength = known.length;
  return slash || colon;
}

/** Whether a name where an agent is expected is rather a model's (R6). */
export function isModelId(root: Doc, name: Doc): bool {
  if (serviceOf(root, name) !== null) return true;
  if (isSameText(textOf(child(root, Key.Llm), Key.Model), name) || isSameText(textOf(child(root, Key.Supervisor), Key.Model), name)) return true;
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    if (isSameText(textOf(agent, Key.Model), name)) return true;
  }
  return findProvider(name);
}

function isSameText(a: Doc | null, b: Doc): bool {
  return a !== null && sameBytes(a.textAt, a.textLength, b.textAt, b.textLength);
}
