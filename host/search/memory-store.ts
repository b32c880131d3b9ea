import type { Document, DocumentStore, FoundDocument, IndexRequest, SearchRequest } from "./types.ts";

export interface MemoryStoreOptions {
  /** What it begins with, in the store's own collection. */
  documents?: readonly Document[];
  /** Vectors of texts, all of one length. Without it, likeness is that of the words, weighed by how rare they are. */
  embed?: (texts: string[], signal?: AbortSignal) => Promise<number[][]>;
  /** Searches of any collection that nothing was put into look in the store's own. */
  anyCollection?: boolean;
  /** Beyond it the oldest leave, in each collection. */
  maxDocuments?: number;
}

interface Kept {
  document: Document;
  /** Word → how often. */
  words: Map<string, number>;
  length: number;
  vector: number[] | undefined;
}

/** Documents in memory, searched exactly: for tests, small collections and pages. */
export function memoryStore(options: MemoryStoreOptions = {}): DocumentStore {
  const collections = new Map<string, Map<string, Kept>>();
  const collection = (name: string) => {
    let found = collections.get(name);
    if (found === undefined) collections.set(name, (found = new Map()));
    return found;
  };
  const keep = async ({ collection: name, documents, signal }: Omit<IndexRequest, "signal"> & { signal?: AbortSignal }) => {
    const vectors = await options.embed?.(
      documents.map((document) => document.text),
      signal,
    );
    const into = collection(name);
    documents.forEach((document, i) => {
      const words = countWords(document.text);
      const length = [...words.values()].reduce((sum, count) => sum + count, 0);
      into.delete(document.id);
      into.set(document.id, { document, words, length, vector: vectors?.[i] });
    });
    const most = options.maxDocuments ?? Number.POSITIVE_INFINITY;
    for (const id of into.keys()) {
      if (into.size <= most) break;
      into.delete(id);
    }
    return documents.length;
  };
  let initial: Promise<unknown> | undefined;
  const begun = () => {
    initial ??= options.documents === undefined ? Promise.resolve() : keep({ collection: "", documents: [...options.documents] });
    return initial;
  };
  return {
    async index(request) {
      await begun();
      return keep(request);
    },
    async search({ collection: name, method, query, topK, filters, signal }: SearchRequest) {
      await begun();
      const searched = options.anyCollection && !collections.has(name) ? "" : name;
      const all = [...collection(searched).values()].filter(({ document }) => fits(document.metadata, filters));
      const score = method === "keyword" ? byKeywords(all, query) : await byMeaning(all, query, options.embed, signal);
      const found: FoundDocument[] = [];
      for (const each of all) {
        const points = score(each);
        if (points > 0) found.push({ ...each.document, score: Math.round(points * 1e9) / 1e9 });
      }
      // Equal ones stay in the order in which they came.
      return found.sort((a, b) => b.score - a.score).slice(0, topK);
    },
  };
}

function fits(metadata: Record<string, unknown> | undefined, filters: Record<string, unknown> | undefined): boolean {
  return Object.entries(filters ?? {}).every(([key, value]) => JSON.stringify(metadata?.[key]) === JSON.stringify(value));
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** How rare a word is among these; never negative. */
function rarity(all: readonly Kept[]): (word: string) => number {
  const having = new Map<string, number>();
  for (const { words } of all) for (const word of words.keys()) having.set(word, (having.get(word) ?? 0) + 1);
  return (word) => Math.log(1 + (all.length - (having.get(word) ?? 0) + 0.5) / ((having.get(word) ?? 0) + 0.5));
}

/** Okapi BM25 with k1 1.2 and b 0.75 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009). */
function byKeywords(all: readonly Kept[], query: string): (kept: Kept) => number {
  const weight = rarity(all);
  const mean = all.reduce((sum, { length }) => sum + length, 0) / Math.max(1, all.length);
  const asked = [...countWords(query).keys()];
  return ({ words, length }) => {
    let score = 0;
    for (const word of asked) {
      const count = words.get(word) ?? 0;
      if (count > 0) score += (weight(word) * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / mean));
    }
    return score;
  };
}

async function byMeaning(all: readonly Kept[], query: string, embed: MemoryStoreOptions["embed"], signal: AbortSignal): Promise<(kept: Kept) => number> {
  if (embed !== undefined) {
    const [wanted] = await embed([query], signal);
    return ({ vector }) => (vector === undefined ? 0 : cosine(wanted, vector));
  }
  const weight = rarity(all);
  const weigh = (words: Map<string, number>) => new Map([...words].map(([word, count]) => [word, count * weight(word)]));
  const wanted = weigh(countWords(query));
  const size = norm([...wanted.values()]);
  return ({ words }) => {
    const weighed = weigh(words);
    let product = 0;
    for (const [word, value] of wanted) product += value * (weighed.get(word) ?? 0);
    return product === 0 ? 0 : product / (size * norm([...weighed.values()]));
  };
}

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function cosine(a: readonly number[], b: readonly number[]): number {
  const sizes = norm(a) * norm(b);
  return sizes === 0 ? 0 : a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / sizes;
}
