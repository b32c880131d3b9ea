import { NO_MINIMUM, SearchPlan } from "../flow/search";
import { Arena } from "../memory/arena";
import { SearchMethod } from "../protocol/types";
import { newBuilder } from "../text/builder";
import { Doc, DocFlag, boolOf, child, choiceOf, decimalOf, integerOf, textOf } from "./doc";
import { writeJson } from "./manifest";
import { Key } from "./table";

// What a retriever or an indexer searches.

const TOP_K: i64 = 5;
const json = newBuilder();

export function readSearch(root: Doc, agent: Doc | null, arena: Arena): SearchPlan {
  const search = changetype<SearchPlan>(arena.allocate(offsetof<SearchPlan>()));
  const shared = child(root, Key.Vectorstore);
  search.topK = <u32>min<i64>(integerOf(agent, Key.TopK, integerOf(shared, Key.DefaultTopK, TOP_K)), u32.MAX_VALUE);
  search.minScore = decimalOf(agent, Key.MinScore, NO_MINIMUM);
  const store = textOf(agent, Key.VectorStore);
  if (store !== null) {
    search.store = arena.copy(store.textAt, store.textLength);
    search.storeLength = store.textLength;
  }
  const collection = textOf(agent, Key.Collection);
  if (collection !== null) {
    search.collection = arena.copy(collection.textAt, collection.textLength);
    search.collectionLength = collection.textLength;
  }
  return search;
}

/** Of a `retrieve` node: what it says itself, else what its retriever does. */
export function readSearchNode(root: Doc, node: Doc, agent: Doc | null, arena: Arena): SearchPlan {
  const search = readSearch(root, agent, arena);
  search.topK = <u32>min<i64>(integerOf(node, Key.TopK, search.topK), u32.MAX_VALUE);
  search.minScore = decimalOf(node, Key.MinScore, search.minScore);
  search.method = <u8>choiceOf(node, Key.Method, SearchMethod.Semantic);
  search.rerank = boolOf(node, Key.Rerank, false) ? 1 : 0;
  const from = textOf(node, Key.From);
  const role = textOf(agent, Key.Role);
  // A name that is no agent's is a collection's.
  if (from !== null && (agent === null || agent.is(DocFlag.Inherited)) && role !== null) {
    search.collection = arena.copy(from.textAt, from.textLength);
    search.collectionLength = from.textLength;
  }
  const filters = child(node, Key.Filters);
  if (filters !== null) {
    json.clear();
    writeJson(json, filters);
    search.filters = arena.copy(json.at, json.length);
    search.filtersLength = json.length;
  }
  return search;
}
