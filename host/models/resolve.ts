import { type AixletError, MissingKey, MissingPackage, UnknownModel, UnsupportedProvider } from "../errors.ts";
import { fillVariables } from "../fill-variables.ts";
import { AiSdkModel, isLanguageModel, type LanguageModel } from "./ai-sdk.ts";
import { EchoModel } from "./echo.ts";
import { FunctionModel, type ModelFunction } from "./function-model.ts";
import { elsewhere, passedIn, type Provider, providerOf, providers } from "./providers.ts";
import { keepSecret } from "./redact.ts";
import type { ChatModel } from "./types.ts";

/** A model as an agent's `providers` name it in the manifest. Values may hold `${NAME}`. */
export interface ModelReference {
  provider: string;
  model: string;
  endpoint?: string;
  api_key?: string;
}

/** Anything that can be passed in as a model. */
export type ModelLike = ChatModel | LanguageModel | ModelFunction;

/** Models by the names that agents use, or a function that knows them. Names not found there are looked for among the providers. */
export type Models = Record<string, ModelLike> | ((name: string, provider: string) => ModelLike | undefined | Promise<ModelLike | undefined>);

export interface ModelSourceOptions {
  models?: Models;
  /** Reads an environment variable. */
  env: (name: string) => string | undefined;
  /** Imports a package by name. */
  load?: (packageName: string) => Promise<object>;
}

interface FactoryOptions {
  apiKey?: string;
  baseURL?: string;
  /** Of servers of the compatible kind, whose package knows nothing about them. */
  name?: string;
  includeUsage?: boolean;
  supportsStructuredOutputs?: boolean;
}

type Factory = (options: FactoryOptions) => (model: string) => LanguageModel;

/** Imports an optional package where the caller has said nothing else. */
export const importPackage = (packageName: string): Promise<object> => import(/* @vite-ignore */ /* webpackIgnore: true */ packageName);

const otherWays = "Or run without one: `--script FILE` (a scripted model), `--model echo`, or in code a model of your own in `models`.";

/** Finds models by name. One object for one reference, however many agents share it. */
export class ModelSource {
  readonly #options: ModelSourceOptions;
  readonly #found = new Map<string, Promise<ChatModel>>();

  constructor(options: ModelSourceOptions) {
    this.#options = options;
  }

  /**
   * The model that a reference means.
   * @throws MissingKey, MissingPackage, UnsupportedProvider, UnknownModel. Never another model in its place.
   */
  find(reference: ModelReference): Promise<ChatModel> {
    const key = JSON.stringify([reference.provider, reference.model, reference.endpoint, reference.api_key]);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#find(reference);
    this.#found.set(key, found);
    // What was missing may be there the next time.
    found.catch(() => this.#found.delete(key));
    return found;
  }

  async #find(reference: ModelReference): Promise<ChatModel> {
    const given = await this.#passedIn(reference);
    if (given !== undefined) return toChatModel(given, reference.model);
    const name = providerName(reference);
    if (name === "mock" || name === "echo") return new EchoModel();
    const provider = name === "openai" && reference.endpoint ? elsewhere : Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (provider === undefined) throw unreachable(name, reference.model);
    // The key first: it is what is missing most often, and asking for it costs nothing.
    const apiKey = this.#key(provider, reference, name);
    const baseURL = this.#endpoint(provider, reference);
    const make = await this.#factory(provider, reference.model);
    const options: FactoryOptions = { apiKey, baseURL };
    if (isCompatible(provider)) Object.assign(options, { name, includeUsage: true, supportsStructuredOutputs: true });
    return new AiSdkModel(make(options)(reference.model));
  }

  async #passedIn(reference: ModelReference): Promise<ModelLike | undefined> {
    const models = this.#options.models;
    if (typeof models === "function") return models(reference.model, providerName(reference));
    return models !== undefined && Object.hasOwn(models, reference.model) ? models[reference.model] : undefined;
  }

  #key(provider: Provider, reference: ModelReference, name: string): string | undefined {
    const { env } = this.#options;
    let key: string | undefined;
    if (reference.api_key) key = this.#substitute(reference.api_key, reference, "api_key");
    else for (const variable of provider.keys) key ||= env(variable);
    if (key) {
      keepSecret(key);
      return key;
    }
    // A server at an address of one's own may well ask for none.
    if (isCompatible(provider)) return undefined;
    const variables = provider.keys.join(" or ");
    throw new MissingKey(provider.keys, `The model ${reference.model} (${name}) needs a key: set ${variables}. ${otherWays}`);
  }

  #endpoint(provider: Provider, reference: ModelReference): string | undefined {
    const variable = provider.endpointVariable;
    const given = reference.endpoint || (variable && this.#options.env(variable)) || provider.endpoint;
    if (given === undefined || given === "") return undefined;
    const text = this.#substitute(given, reference, "endpoint");
    const url = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
    // Servers of the compatible kind have their interface under /v1, which people leave out.
    return isCompatible(provider) ? url.replace(/^([a-z]+:\/\/[^/]+)\/?$/i, "$1/v1") : url;
  }

  #substitute(text: string, reference: ModelReference, setting: string): string {
    return fillVariables(text, this.#options.env, (name, whole) => {
      const message = `The model ${reference.model} has ${whole} as its ${setting}, and that variable is not set: set ${name}. ${otherWays}`;
      return new MissingKey([name], message);
    });
  }

  async #factory(provider: Provider, model: string): Promise<Factory> {
    const { packageName, factory } = provider;
    let loaded: object;
    try {
      loaded = await (this.#options.load ?? importPackage)(packageName);
    } catch (error) {
      const text = isNotFound(error, packageName) ? `needs the package ${packageName}` : `needs the package ${packageName}, which could not be loaded`;
      throw new MissingPackage(packageName, `The model ${model} ${text}: npm install ${packageName}`, error);
    }
    const make = (loaded as Record<string, unknown>)[factory];
    if (typeof make !== "function") throw new MissingPackage(packageName, `The package ${packageName} has no ${factory}: npm install ${packageName}@latest`);
    return make as Factory;
  }
}

/** Anything that can be passed in as a model, as a ChatModel. */
export function toChatModel(value: ModelLike, name: string): ChatModel {
  if (typeof value === "function") return new FunctionModel(name, value);
  if (isLanguageModel(value)) return new AiSdkModel(value);
  if (typeof (value as ChatModel | null)?.prepare === "function") return value;
  const version = (value as { specificationVersion?: unknown } | null)?.specificationVersion;
  const what =
    version === undefined ? "no model: neither an AI SDK model object nor a function" : `of specification ${version}, of which aixlet knows v2, v3 and v4`;
  throw new UnknownModel(name, `What was passed in as ${name} is ${what}.`);
}

function isCompatible(provider: Provider): boolean {
  return provider.packageName === elsewhere.packageName;
}

function providerName(reference: ModelReference): string {
  const name = reference.provider || (reference.model === "echo" ? "echo" : (providerOf(reference.model) ?? ""));
  return name === "google" ? "gemini" : name;
}

function unreachable(name: string, model: string): AixletError {
  if (Object.hasOwn(passedIn, name)) {
    const text = `The provider ${name} (of ${model}) is not reached by name yet: npm install ${passedIn[name]}, and pass its model object in \`models\`. ${otherWays}`;
    return new UnsupportedProvider(name, text);
  }
  if (name === "") return new UnknownModel(model, `Nobody is known to have the model ${model}: say \`provider\`. ${otherWays}`);
  return new UnsupportedProvider(name, `There is no provider ${name} (of ${model}). There are ${Object.keys(providers).join(", ")}. ${otherWays}`);
}

function isNotFound(error: unknown, packageName: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && String(message).includes(packageName);
}
