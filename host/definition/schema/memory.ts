import { idle, later } from "./reasons.ts";
import { anything, choice, decimal, duration, either, filled, flag, integer, key, list, map, record, required, secret, share, text } from "./kinds.ts";

// Sessions, vectors, stores of documents, memory, caches.

export const session = map({
  enabled: key(flag(), { about: "Conversations are kept.", default: "true" }),
  store: key(choice(["file", "memory", "sqlite", "redis", "postgres", "firestore"], { later: { firestore: later.firestore } }), {
    about: "Where they are kept (docs/sessions.md).",
    default: "`file`",
  }),
  base_dir: key(text(), { about: "Folder of files or of the SQLite database; `~` is home.", default: "`AIXGO_SESSION_DIR`, else `~/.aixgo/sessions`" }),
  checkpoint: key(
    map({
      auto_save: key(flag(), { about: "After a turn, a checkpoint by itself.", default: "false" }),
      interval: key(duration(), { about: "At most one each.", default: "5m" }),
    }),
    { about: "When a checkpoint is made." },
  ),
});

const openai = map({
  api_key: required(secret(), { about: "Key." }),
  model: key(filled(), { about: "Model.", default: "`text-embedding-3-small`" }),
  base_url: key(text(), { about: "Base URL." }),
  dimensions: key(integer({ min: 1 }), { about: "Length of a vector." }),
});

const huggingface = map({
  model: required(filled(), { about: "Model." }),
  endpoint: key(text(), { about: "Base URL." }),
  api_key: key(secret(), { about: "Key." }),
  wait_for_model: key(flag(), { about: "Wait until it is loaded." }),
  use_cache: key(flag(), { about: "Take cached answers." }),
});

const tei = map({
  endpoint: required(filled(), { about: "Base URL." }),
  model: key(filled(), { about: "Model." }),
  normalize: key(flag(), { about: "Vectors of unit length." }),
  truncate: key(flag(), { about: "Cut long texts." }),
});

export const embeddings = map({
  provider: required(choice(["openai", "huggingface", "huggingface_tei"]), { about: "Who makes vectors; its block is required." }),
  openai: key(openai, { about: "Settings of `openai`." }),
  huggingface: key(huggingface, { about: "Settings of `huggingface`." }),
  huggingface_tei: key(tei, { about: "Settings of `huggingface_tei`." }),
});

export const vectorstore = map({
  provider: key(choice(["memory", "firestore", "qdrant", "pgvector", "pinecone"]), { about: "Where documents are.", default: "`memory`" }),
  embedding_dimensions: key(integer({ min: 1 }), { about: "Length of a vector.", default: "the model's", idle: idle.search }),
  default_top_k: key(integer({ min: 1 }), { about: "Documents of a search.", default: "5" }),
  default_distance_metric: key(choice(["cosine", "euclidean", "dot_product"]), { about: "What is near.", default: "`cosine`", idle: idle.search }),
  firestore: key(
    map({
      project_id: required(filled(), { about: "Project." }),
      collection: required(filled(), { about: "Collection." }),
      credentials_file: key(text(), { about: "File with credentials." }),
      database_id: key(text(), { about: "Database." }),
    }),
    { about: "Settings of `firestore`.", idle: idle.search },
  ),
  memory: key(map({ max_documents: key(integer({ min: 1 }), { about: "Beyond it the oldest leaves." }) }), { about: "Settings of `memory`." }),
  qdrant: key(
    map({
      host: key(text(), { about: "Host." }),
      port: key(integer({ min: 0, max: 65535 }), { about: "Port." }),
      collection: key(text(), { about: "Collection." }),
    }),
    { about: "Settings of `qdrant`.", idle: idle.search },
  ),
  pgvector: key(map({ connection_string: key(secret(), { about: "Database." }), table: key(text(), { about: "Table." }) }), {
    about: "Settings of `pgvector`.",
    idle: idle.search,
  }),
});

const stored = {
  user_messages: key(flag(), { about: "What users said.", default: "true" }),
  assistant_messages: key(flag(), { about: "What agents said.", default: "true" }),
  tool_calls: key(flag(), { about: "Calls of tools.", default: "true" }),
  metadata: key(flag(), { about: "Metadata.", default: "true" }),
};

export const conversationMemory = map({
  enabled: key(flag(), { about: "Whether it remembers." }),
  collection: key(text(), { about: "Where." }),
  scope: key(list(choice(["user", "session", "tenant"])), { about: "Partition." }),
  max_turns: key(integer({ min: 1 }), { about: "Turns kept." }),
  ttl: key(duration(), { about: "How long." }),
  embedding_model: key(text(), { about: "Model of its vectors." }),
  store: key(either(list(map(stored)), map(stored)), { about: "What is stored." }),
  retrieval: key(
    map({
      method: key(choice(["semantic", "recency", "hybrid"]), { about: "How it is found." }),
      top_k: key(integer({ min: 1 }), { about: "Memories shown." }),
      min_score: key(share(), { about: "Least score." }),
      boost_recent: key(share(), { about: "Weight of recency." }),
    }),
    { about: "What is found." },
  ),
  summarization: key(
    map({
      enabled: key(flag(), { about: "Whether long ones are summed up." }),
      trigger_after: key(integer({ min: 1 }), { about: "After so many turns." }),
      keep_last_n: key(integer({ min: 0 }), { about: "Turns left whole." }),
      model: key(filled(), { about: "Model that does it." }),
    }),
    { about: "Summing up." },
  ),
  privacy: key(
    map({
      anonymize_pii: key(flag(), { about: "Take out personal data." }),
      encrypt_at_rest: key(flag(), { about: "Encrypt." }),
      user_data_retention: key(duration(), { about: "Then it is erased." }),
    }),
    { about: "Protection." },
  ),
});

export const semanticCache = map({
  enabled: key(flag(), { about: "Whether answers are used again." }),
  collection: key(text(), { about: "Where." }),
  ttl: key(duration(), { about: "How long." }),
  similarity_threshold: key(share(), { about: "Near enough at or above.", default: "0.95" }),
  embedding_model: key(text(), { about: "Model of its vectors." }),
  key_fields: key(list(text()), { about: "What must be equal." }),
  metadata: key(record(anything()), { about: "Stored beside." }),
  invalidate_on: key(list(record(anything())), { about: "Feedback that removes an entry." }),
});

export const semanticMemory = map({
  enabled: key(flag(), { about: "Use earlier results as context." }),
  max_memories: key(integer({ min: 1 }), { about: "How many." }),
  similarity_threshold: key(decimal({ min: 0, max: 1 }), { about: "Near enough at or above." }),
});
