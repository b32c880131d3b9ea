/** A document, or a chunk of one. */
export interface Document {
  id: string;
  text: string;
  /** What filters compare. */
  metadata?: Record<string, unknown>;
}

/** A document that was found: `score` says how well it fits, more being better. */
export interface FoundDocument extends Document {
  score: number;
}

/** What is looked for. */
export interface SearchRequest {
  /** Empty: the store's own. */
  collection: string;
  /** By meaning, or by the words themselves. */
  method: "semantic" | "keyword";
  query: string;
  /** How many are wanted; more are cut, fewer are all there are. */
  topK: number;
  /** What a document's metadata must be equal to. */
  filters?: Record<string, unknown>;
  signal: AbortSignal;
}

export interface IndexRequest {
  collection: string;
  /** One of an id that is there replaces it. */
  documents: Document[];
  signal: AbortSignal;
}

/** A place where documents are kept and found. What it rejects with is a failed attempt, which the core may try again. */
export interface DocumentStore {
  /** The best first. */
  search(request: SearchRequest): Promise<FoundDocument[]>;
  /** Gives how many are kept. */
  index(request: IndexRequest): Promise<number>;
  /** The document of that id; a store may not be able to. */
  get?(request: { collection: string; id: string; signal: AbortSignal }): Promise<Document | undefined>;
}
