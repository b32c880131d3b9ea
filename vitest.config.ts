import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{host,tools,assembly,test,bench}/**/*.test.ts"],
    globalSetup: ["test/setup.ts"],
    reporters: ["default", "./test/summary.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
