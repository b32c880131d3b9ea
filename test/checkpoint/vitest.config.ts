import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["validation.spec.ts"], globals: true, testTimeout: 30_000 } });
