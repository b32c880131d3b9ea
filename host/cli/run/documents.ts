import { memoryStore } from "../../search/memory-store.ts";
import type { Document, DocumentStore } from "../../search/types.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { UsageError } from "../usage-error.ts";

/** A store in memory with the documents of a file, if one is given. */
export async function documentsOf(io: Io, parsed: Parsed): Promise<DocumentStore | undefined> {
  const path = parsed.value("documents");
  if (path === undefined) return undefined;
  const text = await readText(io, path);
  // Loaded late: most runs search nothing.
  const { parse } = await import("yaml");
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new UsageError(`${path} is neither YAML nor JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  if (Array.isArray(content)) return memoryStore({ documents: toDocuments(content, path) });
  const collections = Object.entries((content ?? {}) as object);
  if (collections.length === 0 || !collections.every(([, list]) => Array.isArray(list))) throw new UsageError(`${path} is no list of documents`, wayOut);
  return memoryStore({ documents: Object.fromEntries(collections.map(([name, list]) => [name, toDocuments(list, path)])) });
}

function toDocuments(list: readonly unknown[], path: string): Document[] {
  return list.map((item, i) => toDocument(item, i, path));
}

const wayOut =
  "A document is a text, or a map of `id`, `text` and perhaps `metadata`; the file is a list of them, or a map from a collection's name to such a list.";

function toDocument(item: unknown, index: number, path: string): Document {
  if (typeof item === "string") return { id: String(index + 1), text: item };
  const { id = index + 1, text, metadata } = (item ?? {}) as { id?: unknown; text?: unknown; metadata?: Record<string, unknown> };
  if (typeof text !== "string") throw new UsageError(`document ${index + 1} of ${path} has no text`, wayOut);
  return { id: String(id), text, ...(metadata !== undefined && { metadata }) };
}
