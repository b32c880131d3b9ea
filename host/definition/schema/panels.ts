import { choice, decimal, durationIn, filled, flag, integer, key, list, map, name, required, secret, share, text } from "./kinds.ts";
import { semanticMemory } from "./memory.ts";
import { later } from "./reasons.ts";
import { aggregatorKeys, strategies } from "./roles.ts";
import { providerName, sampling } from "./tools.ts";

// Panels of experts, and what follows a classification.

export const expert = map({
  name: required(name(), { about: "Its name." }),
  role: key(text(), { about: "Title; weights may be given by it." }),
  recommendation: required(text(), { about: "Its answer." }),
  confidence: key(share(), { about: "How sure it is.", default: "0.5" }),
  rationale: key(text(), { about: "Why." }),
});

export const topic = map({
  title: key(text(), { about: "Title." }),
  description: key(text(), { about: "The question." }),
  aspects: key(list(text()), { about: "Its parts." }),
});

export const expertAgent = map({
  name: required(name(), { about: "Its name." }),
  role: key(text(), { about: "Title; weights may be given by it." }),
  expertise: key(list(text()), { about: "What it knows." }),
  perspective: key(text(), { about: "How it looks at things." }),
  weight: key(decimal({ min: 0 }), { about: "Its weight.", default: "1" }),
});

export const panelAggregator = map({ strategies: key(list(strategies), { about: "Each is run on the same answers." }), ...aggregatorKeys });

/** Defaults of all agents' model. */
export const llm = map({
  provider: key(providerName(), { about: "Provider." }),
  model: key(filled(), { about: "Model." }),
  api_key: key(secret(), { about: "Key." }),
  temperature: sampling.temperature,
  max_tokens: sampling.max_tokens,
});

export const panelOutput = map({
  format: key(choice(["text", "json"]), { about: "What came of the panel as text, or the whole record of it as JSON.", default: "`text`" }),
  save_to_file: key(flag(), { about: "Write it to a file, if the host may: the command line does, within the folder it runs in.", default: "false" }),
  file_path: key(text(), { about: "Which; needed with `save_to_file` only." }),
  show_conflicts: aggregatorKeys.show_conflicts,
  show_consensus: aggregatorKeys.show_consensus,
  show_clusters: aggregatorKeys.show_clusters,
});

export const advanced = map({
  enable_rag: key(flag(), { about: "Add the strategy `rag_based`." }),
  enable_hierarchical: key(flag(), { about: "Add the strategy `hierarchical`." }),
  deduplication_method: aggregatorKeys.deduplication_method,
  summarization_enabled: aggregatorKeys.summarization_enabled,
  semantic_memory: key(semanticMemory, { about: "Earlier results as context.", later: later.memory }),
});

const rule = map({
  category: required(filled(), { about: "The category." }),
  team: key(text(), { about: "Who deals with it." }),
  sla_hours: key(durationIn(3_600_000), { about: "Due time; a plain number is hours." }),
  auto_escalate: key(flag(), { about: "Escalate if unsure." }),
});

export const routing = map({ rules: key(list(rule), { about: "One a category." }) });

export const workflow = map({
  include_reasoning: key(flag(), { about: "Add `reasoning`.", default: "true" }),
  show_alternatives: key(flag(), { about: "Add `alternatives`.", default: "true" }),
  analyze_sentiment: key(flag(), { about: "Add `sentiment`.", default: "false" }),
  calculate_priority: key(flag(), { about: "Add `priority`.", default: "false" }),
  max_alternatives: key(integer({ min: 0, max: 100 }), { about: "How many.", default: "3" }),
  batch_size: key(integer({ min: 1, max: 1000 }), { about: "Inputs joined in one call, of classifiers that are wired.", default: "1" }),
  batch_timeout_seconds: key(durationIn(1000), { about: "Longest wait for them; a plain number is seconds.", default: "no wait" }),
  max_retries: key(integer({ min: 0, max: 1000 }), { about: "Attempts after the first, of classifiers without `retry`.", default: "0" }),
  retry_delay_seconds: key(durationIn(1000, { positive: false }), { about: "Wait before the first of them; a plain number is seconds.", default: "1" }),
});
