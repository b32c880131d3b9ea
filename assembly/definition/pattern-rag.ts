import { Prompt } from "../prompts/table";
import { clearGaps } from "../prompts/write";
import { boolOf, choiceOf, decimalOf, Doc, DocType, integerOf, textOf } from "./doc";
import { addChild, docAt } from "./edit";
import { agentUnder, helperOf } from "./pattern-members";
import { parameter, refusePart, theConfig, thePlace, theRoot } from "./pattern-scope";
import { agentNode, atOnce, joinBy, listOf, mapWith, promptDoc, put, putCopy, putInteger, putNamed, putWord, textDoc } from "./pattern-terms";
import { Key, Retrieval } from "./table";

// rag: retrieve, put in order, then write with what was found.

export function expandRag(): Doc | null {
  const config = theConfig();
  const how = choiceOf(config, Key.RetrievalStrategy, Retrieval.Standard);
  refuseParts(how);
  const generator = agentUnder(Key.Generator, true);
  const reranker = agentUnder(Key.Reranker, false);
  const expander = agentUnder(Key.QueryExpander, false);
  if (generator === null) return null;
  let steps: Doc;
  switch (how) {
    case Retrieval.Conversational:
      steps = listOf(rewrite(generator));
      addChild(steps, ordered(search(Key.Retriever, Key.TopK, true), Key.Retrieve, reranker));
      break;
    case Retrieval.MultiQuery: {
      steps = listOf(variants(generator, expander));
      addChild(steps, mapWith(Key.Map, mapWith(Key.Do, mapWith(Key.Retrieve, search(Key.Retriever, Key.TopK, true)))));
      addChild(steps, fused(reranker));
      break;
    }
    case Retrieval.Hybrid:
      steps = listOf(both());
      addChild(steps, fused(reranker));
      break;
    default:
      steps = listOf(ordered(search(Key.Retriever, Key.TopK, true), Key.Retrieve, reranker));
  }
  let found = steps.firstChild()!;
  while (found.nextSibling() !== null) found = found.nextSibling()!;
  putWord(found, Key.As, "docs");
  const writer = agentNode(generator);
  putWord(writer, Key.Input, "$input");
  putWord(writer, Key.With, "$docs");
  addChild(steps, writer);
  const node = mapWith(Key.Sequence, steps);
  if (how != Retrieval.Conversational) return node;
  putInteger(writer, Key.Turns, integerOf(config, Key.HistorySize, 100));
  return putWord(node, Key.Share, "group");
}

/** Keys of one way to retrieve, in another. */
function refuseParts(how: u32): void {
  refuseUnless(how == Retrieval.Conversational, Key.HistorySize, "conversational");
  refuseUnless(how == Retrieval.Conversational, Key.ContextTurns, "conversational");
  refuseUnless(how == Retrieval.MultiQuery, Key.NumQueries, "multi_query");
  refuseUnless(how == Retrieval.MultiQuery, Key.QueryExpander, "multi_query");
  refuseUnless(how == Retrieval.Hybrid, Key.SemanticTopK, "hybrid");
  refuseUnless(how == Retrieval.Hybrid, Key.KeywordTopK, "hybrid");
  refuseUnless(how == Retrieval.Hybrid, Key.KeywordRetriever, "hybrid");
  refuseUnless(how == Retrieval.Hybrid, Key.SemanticWeight, "hybrid");
  refuseUnless(how == Retrieval.Hybrid, Key.KeywordWeight, "hybrid");
  refuseUnless(how == Retrieval.Hybrid || how == Retrieval.MultiQuery, Key.FusionMethod, "hybrid");
  refuseUnless(how == Retrieval.Hybrid || how == Retrieval.MultiQuery, Key.RrfK, "hybrid");
}

function refuseUnless(fits: bool, key: u32, word: string): void {
  const value = parameter(key);
  if (!fits && value !== null) refusePart(value, Key.RetrievalStrategy, word);
}

/** The parameters of a `retrieve`. Without a retriever the file's store is searched (R7). */
function search(retriever: u32, topK: u32, scored: bool): Doc {
  const retrieve = docAt(thePlace(), DocType.Map);
  putCopy(retrieve, Key.From, parameter(retriever));
  putCopy(retrieve, Key.TopK, parameter(topK));
  if (scored) putCopy(retrieve, Key.MinScore, parameter(Key.SimilarityThreshold));
  return retrieve;
}

/** A node of this kind whose documents are put in order by an agent, or by their words. */
function ordered(inner: Doc, kind: u32, reranker: Doc | null): Doc {
  const wanted = parameter(Key.Rerank);
  if (reranker !== null && boolOf(theConfig(), Key.Rerank, true)) put(inner, Key.Rerank, reranker);
  else putCopy(inner, Key.Rerank, wanted);
  return mapWith(kind, inner);
}

/** One list of several. */
function fused(reranker: Doc | null): Doc {
  const join = joinBy(thePlace(), "rrf").firstChild()!;
  if (choiceOf(theConfig(), Key.RetrievalStrategy, Retrieval.Standard) == Retrieval.Hybrid) put(join, Key.Weights, weights());
  putCopy(join, Key.K, parameter(Key.RrfK));
  putInteger(join, Key.TopK, integerOf(theConfig(), Key.TopK, 5));
  return ordered(join, Key.Join, reranker);
}

function weights(): Doc {
  const all = docAt(thePlace(), DocType.Map);
  putNamed(all, "semantic", weight(Key.SemanticWeight, 700_000_000));
  return putNamed(all, "keyword", weight(Key.KeywordWeight, 300_000_000));
}

function weight(key: u32, fallback: i64): Doc {
  const doc = docAt(thePlace(), DocType.Decimal);
  doc.number = decimalOf(theConfig(), key, fallback);
  return doc;
}

/** By meaning and by words at once. */
function both(): Doc {
  const branches = docAt(thePlace(), DocType.Map);
  const semantic = search(Key.Retriever, Key.SemanticTopK, true);
  if (parameter(Key.SemanticTopK) === null) putInteger(semantic, Key.TopK, 10);
  const keyword = search(parameter(Key.KeywordRetriever) === null ? Key.Retriever : Key.KeywordRetriever, Key.KeywordTopK, false);
  if (parameter(Key.KeywordTopK) === null) putInteger(keyword, Key.TopK, 10);
  putWord(keyword, Key.Method, "keyword");
  putNamed(branches, "semantic", mapWith(Key.Retrieve, semantic));
  putNamed(branches, "keyword", mapWith(Key.Retrieve, keyword));
  return atOnce(branches);
}

/** A question that stands for itself, of one that follows others. */
function rewrite(generator: Doc): Doc {
  const rewriter = helperOf(generator, "rewriter");
  clearGaps();
  put(rewriter, Key.Prompt, promptDoc(theRoot(), thePlace(), Prompt.RewriteQuestion));
  const node = agentNode(nameOf(rewriter));
  return putInteger(node, Key.Turns, integerOf(theConfig(), Key.ContextTurns, 5));
}

function variants(generator: Doc, expander: Doc | null): Doc {
  const node = agentNode(expander === null ? nameOf(helperOf(generator, "expander")) : expander);
  putWord(node, Key.Decide, "queries");
  return putInteger(node, Key.Count, integerOf(theConfig(), Key.NumQueries, 3));
}

function nameOf(agent: Doc): Doc {
  const name = textOf(agent, Key.Name)!;
  return textDoc(name, name.textAt, name.textLength);
}
