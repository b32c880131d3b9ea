import type { SearchStores } from "../search/stores.ts";
import type { Document } from "../search/types.ts";
import { type Tool, type ToolContext, toTool } from "./tool.ts";

/** What a definition says of a tool that works on a store of documents; what it does is settled by the core. */
export interface StoreToolSettings {
  collection: string;
  operation?: "search" | "index" | "get";
  top_k: number;
  min_score?: number;
  filters?: Record<string, unknown>;
}

type Input = Record<string, unknown>;

/** The handler of such a tool; undefined if it does nothing that is known. */
export function storeTool(name: string, settings: StoreToolSettings, stores: SearchStores): Tool | undefined {
  const { operation } = settings;
  if (operation === undefined) return undefined;
  const perform = { search, index, get }[operation];
  return toTool((input: Input, context: ToolContext) => perform(input, settings, stores, context), name);
}

async function search(
  { query, top_k, filters }: Input,
  { collection, top_k: most, min_score = 0, filters: own = {} }: StoreToolSettings,
  stores: SearchStores,
  context: ToolContext,
) {
  const { scope, ...fixed } = own;
  const wanted = { ...(typeof filters === "object" && filters), ...fixed, ...(scope === "current_user" && { user_id: ownerOf(context) }) };
  const topK = typeof top_k === "number" && top_k >= 1 ? Math.min(top_k, most) : most;
  const found = await stores.find("").search({ collection, method: "semantic", query: String(query ?? ""), topK, filters: wanted, signal: context.signal });
  return found.filter(({ score }) => score >= min_score).map(({ id, text, score, metadata }) => ({ id, text, score, ...(metadata && { metadata }) }));
}

async function index({ id, content, text, metadata, ...rest }: Input, { collection }: StoreToolSettings, stores: SearchStores, context: ToolContext) {
  const document: Document = {
    id: typeof id === "string" && id !== "" ? id : context.idempotencyKey,
    text: String(content ?? text ?? ""),
    metadata: { ...rest, ...(typeof metadata === "object" && metadata), user_id: ownerOf(context) },
  };
  await stores.find("").index({ collection, documents: [document], signal: context.signal });
  return { kept: document.id };
}

async function get({ id, document_id }: Input, { collection, filters }: StoreToolSettings, stores: SearchStores, context: ToolContext) {
  const store = stores.find("");
  if (store.get === undefined) throw new Error("this store gives no documents by their ids");
  const document = await store.get({ collection, id: String(document_id ?? id ?? ""), signal: context.signal });
  const isTheirs = filters?.scope !== "current_user" || document?.metadata?.user_id === ownerOf(context);
  if (document === undefined || !isTheirs) throw new Error("there is no document of that id");
  return document;
}

/** Without a user what is kept belongs to the run (R20). */
const ownerOf = ({ user, run }: ToolContext) => user ?? run;
