// What a retriever or an indexer searches, and how: of an agent, or of a `retrieve` term, which may say it otherwise.

/** Units of 10⁻⁹: no document is too far off. */
export const NO_MINIMUM: i64 = i64.MIN_VALUE;

@unmanaged
export class SearchPlan {
  /** Names as the definition has them; empty: the only one there is. */
  store: usize;
  storeLength: u32;
  collection: usize;
  collectionLength: u32;
  /** A JSON object, or empty. */
  filters: usize;
  filtersLength: u32;
  topK: u32;
  /** SearchMethod. */
  method: u8;
  /** Order what was found by BM25. */
  rerank: u8;
  minScore: i64;
}
