import type { Document, DocumentStore, FoundDocument, IndexRequest, SearchRequest } from "./types.ts";

export interface MemoryStoreOptions {
  /** What it begins with: by collection, or, as a list, for whoever names no collection. */
  documents?: readonly Document[] | Record<string, readonly Document[]>;
  /** Vectors of texts, all of one length. Without it, likeness is that of the words, weighed by how rare they are. */
  embed?: (texts: string[], signal?: AbortSignal) => Promise<number[][]>;
  /** Beyond it the oldest leave, in each collection. */
  maxDocuments?: number;
}

interface Kept {
  document: Document;
  /** Word → how often. */
  words: Map<string, number>;
  length: number;
  vector: number[] | undefined;
  /** Length of its vector of words, each weighed by how rare it is. */
  size: number;
}

/** The documents of one name, and what is known of all their words together. */
class Collection {
  readonly kept = new Map<string, Kept>();
  #having: Map<string, number> | undefined;
  mean = 0;

  keep(document: Document, vector: number[] | undefined): void {
    const words = countWords(document.text);
    const length = [...words.values()].reduce((sum, count) => sum + count, 0);
    this.kept.delete(document.id);
    this.kept.set(document.id, { document, words, length, vector, size: 0 });
    this.#having = undefined;
  }

  /** Lets the oldest go. */
  shrink(most: number): void {
    for (const id of this.kept.keys()) {
      if (this.kept.size <= most) return;
      this.kept.delete(id);
    }
  }

  /** How rare a word is; never negative. */
  rarity(word: string): number {
    const having = this.#count().get(word) ?? 0;
    return Math.log(1 + (this.kept.size - having + 0.5) / (having + 0.5));
  }

  /** Counted once after each change. */
  #count(): Map<string, number> {
    if (this.#having !== undefined) return this.#having;
    const having = new Map<string, number>();
    this.#having = having;
    let length = 0;
    for (const each of this.kept.values()) {
      length += each.length;
      for (const word of each.words.keys()) having.set(word, (having.get(word) ?? 0) + 1);
    }
    this.mean = length / Math.max(1, this.kept.size);
    for (const each of this.kept.values()) each.size = norm([...each.words].map(([word, count]) => count * this.rarity(word)));
    return having;
  }
}

/** Documents in memory, searched exactly: for tests, small collections and pages. */
export function memoryStore(options: MemoryStoreOptions = {}): DocumentStore {
  const collections = new Map<string, Collection>();
  const collection = (name: string) => {
    let found = collections.get(name);
    if (found === undefined) collections.set(name, (found = new Collection()));
    return found;
  };
  const keep = async ({ collection: name, documents, signal }: Omit<IndexRequest, "signal"> & { signal?: AbortSignal }) => {
    const vectors = await options.embed?.(
      documents.map((document) => document.text),
      signal,
    );
    const into = collection(name);
    documents.forEach((document, i) => {
      into.keep(document, vectors?.[i]);
    });
    into.shrink(options.maxDocuments ?? Number.POSITIVE_INFINITY);
    return documents.length;
  };
  let initial: Promise<unknown> | undefined;
  const begun = () => {
    initial ??= Promise.all(Object.entries(byCollection(options.documents)).map(([name, documents]) => keep({ collection: name, documents: [...documents] })));
    return initial;
  };
  return {
    async index(request) {
      await begun();
      return keep(request);
    },
    async get({ collection: name, id }) {
      await begun();
      return collections.get(name)?.kept.get(id)?.document;
    },
    async search({ collection: name, method, query, topK, filters, signal }: SearchRequest) {
      await begun();
      const searched = collection(name);
      const score = method === "keyword" ? byKeywords(searched, query) : await byMeaning(searched, query, options.embed, signal);
      const found: FoundDocument[] = [];
      for (const each of searched.kept.values()) {
        if (!fits(each.document.metadata, filters)) continue;
        const points = score(each);
        if (points > 0) found.push({ ...each.document, score: Math.round(points * 1e9) / 1e9 });
      }
      // Equal ones stay in the order in which they came.
      return found.sort((a, b) => b.score - a.score).slice(0, topK);
    },
  };
}

function byCollection(documents: MemoryStoreOptions["documents"] = []): Record<string, readonly Document[]> {
  return Array.isArray(documents) ? { "": documents } : (documents as Record<string, readonly Document[]>);
}

function fits(metadata: Record<string, unknown> | undefined, filters: Record<string, unknown> | undefined): boolean {
  return Object.entries(filters ?? {}).every(([key, value]) => JSON.stringify(metadata?.[key]) === JSON.stringify(value));
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Okapi BM25 with k1 1.2 and b 0.75 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009). */
function byKeywords(collection: Collection, query: string): (kept: Kept) => number {
  const asked = [...countWords(query).keys()].map((word) => ({ word, weight: collection.rarity(word) }));
  return ({ words, length }) => {
    let score = 0;
    for (const { word, weight } of asked) {
      const count = words.get(word) ?? 0;
      if (count > 0) score += (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / collection.mean));
    }
    return score;
  };
}

async function byMeaning(collection: Collection, query: string, embed: MemoryStoreOptions["embed"], signal: AbortSignal): Promise<(kept: Kept) => number> {
  if (embed !== undefined) {
    const [wanted] = await embed([query], signal);
    return ({ vector }) => (vector === undefined ? 0 : cosine(wanted, vector));
  }
  const wanted = [...countWords(query)].map(([word, count]) => ({ word, weight: collection.rarity(word), count }));
  const size = norm(wanted.map(({ weight, count }) => weight * count));
  return ({ words, size: own }) => {
    let product = 0;
    for (const { word, weight, count } of wanted) product += weight * count * weight * (words.get(word) ?? 0);
    return product === 0 ? 0 : product / (size * own);
  };
}

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function cosine(a: readonly number[], b: readonly number[]): number {
  const sizes = norm(a) * norm(b);
  return sizes === 0 ? 0 : a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / sizes;
}
