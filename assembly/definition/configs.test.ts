import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readYaml } from "../../host/definition/nodes.ts";
import { lines, loadSources, newCore } from "./testing.ts";

// Every example configuration of the seed project: which load, with which warnings, and which are refused, and why.

const folder = new URL("../../test/configs/", import.meta.url);
const core = newCore();

const search = ["warning no-effect embeddings", "warning no-effect vectorstore.embedding_dimensions", "warning no-effect vectorstore.firestore"];
const noAgents = "warning no-agents ";

/** Severity, code and path of what is said about each file, when the host has every tool it names. */
const expected: Record<string, string[]> = {
  // These run.
  "config/agents.yaml": ["warning no-effect agents[2].listen"],
  "examples/rag-agent/config.yaml": [
    "warning no-effect embeddings",
    "warning no-effect vectorstore.embedding_dimensions",
    "warning no-effect vectorstore.default_distance_metric",
  ],
  "web/content/examples/agents/logger.yaml": [],
  "web/content/examples/agents/planner.yaml": [],
  "web/content/examples/agents/react.yaml": [],
  "web/content/examples/llm-providers/anthropic.yaml": [],
  "web/content/examples/llm-providers/huggingface.yaml": ["warning unknown-provider agents[3].model"],
  "web/content/examples/llm-providers/openai.yaml": ["warning unknown-provider agents[2].model"],
  "web/content/examples/llm-providers/vertexai.yaml": [],
  "web/content/examples/mcp/grpc-transport.yaml": [],
  "web/content/examples/mcp/local-transport.yaml": [],
  "web/content/examples/orchestration/phased-startup.yaml": [],
  "web/content/examples/orchestration/planning.yaml": [],
  "web/content/examples/orchestration/sequential.yaml": [],
  "web/content/examples/use-cases/simple-chatbot.yaml": [],
  // This has nothing to run, and asks for nothing that is not here.
  "examples/config-local-dev.yaml": [noAgents],
  // Signing in, permissions and auditing.
  "examples/config-cloudrun-iap.yaml": [noAgents],
  "examples/config-self-hosted.yaml": [noAgents],
  "web/content/examples/security/delegated-iap.yaml": [],
  "web/content/examples/security/hybrid.yaml": [],
  // Roles and strategies.
  "examples/classifier-workflow/config.yaml": [
    "warning no-effect observability.alert_threshold",
    "warning no-effect observability.latency_threshold_ms",
    "warning no-effect observability.metrics_export_interval",
  ],
  "web/content/examples/agents/aggregator.yaml": ["warning misplaced-key agents[8].inputs[0].target"],
  // Patterns and panels.
  "examples/deterministic-aggregation/config.yaml": [],
  "web/content/examples/orchestration/classification.yaml": ["warning no-model agents[1].role"],
  "web/content/examples/orchestration/mapreduce.yaml": [],
  // Sessions, memory, search.
  "examples/session-basic/config.yaml": [],
  "web/content/examples/use-cases/conversation-memory.yaml": [
    ...search,
    "error unsupported agents[0].conversation_memory",
    "error unsupported agents[0].inputs[0].metadata",
  ],
  "web/content/examples/use-cases/rag-chatbot.yaml": search,
};

test("every file has its expectation", () => {
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((path) => path.endsWith(".yaml"));
  expect(files.sort()).toEqual(Object.keys(expected).sort());
});

test.each(Object.entries(expected))("%s", (path, said) => {
  const text = readFileSync(new URL(path, folder));
  const tools = [...text.toString().matchAll(/^ +- name: (\w+)$/gm)].map(([, name]) => name!);
  const variables = { GCP_PROJECT: "project" };
  const loaded = loadSources(core, [readYaml(path, text)], { tools, variables });
  expect(lines(loaded).map((line) => line.replace(/^(\w+ [\w-]+) \d+:\d+ ([^:]*):.*$/s, "$1 $2"))).toEqual(said);
  expect(loaded.state).toBe(said.some((line) => line.startsWith("error")) ? "refused" : "ready");
});
