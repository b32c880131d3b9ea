import { describe, it } from "vitest";
import { storeConformance } from "./conformance.ts";
import { MemoryStore } from "./memory.ts";

describe("the store in memory", () => {
  const stores = storeConformance({ empty: async () => new MemoryStore() });
  it.each(stores)("$name", ({ run }) => run());
});
