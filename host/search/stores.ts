import { ModelFailure } from "../models/failure.ts";
import { memoryStore } from "./memory-store.ts";
import type { Document, DocumentStore, FoundDocument } from "./types.ts";

/** One store, or several by the names that the definition uses. */
export type DocumentStores = DocumentStore | Record<string, DocumentStore>;

/** An engine's stores of documents; without any, one in memory that begins empty. */
export class SearchStores {
  readonly #only: DocumentStore | undefined;
  readonly #byName: Record<string, DocumentStore>;

  constructor(stores: DocumentStores | undefined, maxDocuments: number | undefined) {
    const isOne = stores === undefined || typeof stores.search === "function";
    this.#only = stores === undefined ? memoryStore({ maxDocuments }) : isOne ? (stores as DocumentStore) : undefined;
    this.#byName = isOne ? {} : (stores as Record<string, DocumentStore>);
  }

  /** @throws ModelFailure if there is none of that name. */
  find(name: string): DocumentStore {
    const names = Object.keys(this.#byName);
    const found =
      this.#only ?? (name === "" && names.length === 1 ? this.#byName[names[0]] : Object.hasOwn(this.#byName, name) ? this.#byName[name] : undefined);
    if (found !== undefined) return found;
    const there = names.length === 0 ? "there is none" : `there are ${names.join(", ")}`;
    throw new ModelFailure(
      "missing",
      name === "" ? `several stores could be meant: ${there}; name one` : `no store of documents is called "${name}": ${there}`,
    );
  }
}

/** What was found, as the core reads it. */
export function toJson(documents: readonly FoundDocument[]): string {
  return JSON.stringify(documents.map(({ id, text, score, metadata }) => ({ id: String(id), text: String(text), score, ...(metadata && { metadata }) })));
}

/** Documents as the core wrote them. */
export const toDocuments = (json: string) => JSON.parse(json) as Document[];
