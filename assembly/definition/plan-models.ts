import { findModel } from "../ledger/catalogue";
import { Price } from "../ledger/price";
import { Arena } from "../memory/arena";
import { ModelFacts } from "../protocol/types";
import { BudgetPlan } from "./plan-budget";
import { isWord, sameBytes } from "../text/slice";
import { Doc, child, childNamed, decimalOf, textOf } from "./doc";
import { AgentPlan } from "./plan";
import { Key } from "./table";

// What an agent's models hold and cost: as the definition's `prices` say, else as the host knows.

/** A model that an agent may ask. */
@unmanaged
export class ModelPlan {
  /** Address, or 0: not known. */
  price: Price;
  /** Tokens; 0: not known. */
  maxInput: u32;
  maxOutput: u32;
  name: usize;
  nameLength: u32;
}

export function modelPlanAt(agent: AgentPlan, provider: u32): ModelPlan {
  assert(provider < agent.models);
  return changetype<ModelPlan>(agent.modelPlans + provider * offsetof<ModelPlan>());
}

export function readModels(to: AgentPlan, agent: Doc, root: Doc, arena: Arena): void {
  const providers = child(agent, Key.Providers);
  if (providers === null || !providers.count) return;
  to.models = providers.count;
  to.modelPlans = arena.allocate(providers.count * offsetof<ModelPlan>());
  let index: u32 = 0;
  for (let each: Doc | null = providers.firstChild(); each !== null; each = each!.nextSibling()) readModel(modelPlanAt(to, index++), each, root, arena);
}

/** `provider`: one of an agent's `providers`, as they stand in the end. */
export function readModel(to: ModelPlan, provider: Doc, root: Doc, arena: Arena): void {
  const model = textOf(provider, Key.Model);
  const name = textOf(provider, Key.Provider);
  if (model === null || name === null) return;
  to.name = arena.copy(model.textAt, model.textLength);
  to.nameLength = model.textLength;
  // Who answers at an address of one's own may have other models by the same names, at other prices.
  const isElsewhere = child(provider, Key.Endpoint) !== null || child(provider, Key.Runtime) !== null;
  let facts: ModelFacts | null = null;
  if (!isElsewhere) facts = findModel(name.textAt, name.textLength, model.textAt, model.textLength);
  if (facts !== null) {
    to.maxInput = facts.maxInput;
    to.maxOutput = facts.maxOutput;
    to.price = changetype<Price>(arena.copy(changetype<usize>(facts) + offsetof<ModelFacts>("priceInput"), offsetof<Price>()));
  }
  const own = childNamed(child(root, Key.Prices), model.textAt, model.textLength);
  if (own !== null) to.price = readPrice(own, arena);
  else if (isWord(name.textAt, name.textLength, "mock")) to.price = changetype<Price>(arena.allocate(offsetof<Price>()));
}

/** The model that a budget's soft limit has an agent go on with; `otherwise`: the agent has not got it. */
export function softModel(agent: AgentPlan, budget: BudgetPlan, otherwise: u32): u32 {
  for (let i = agent.providers; i < agent.models; i++) {
    const model = modelPlanAt(agent, i);
    if (sameBytes(model.name, model.nameLength, budget.model, budget.modelLength)) return i;
  }
  return otherwise;
}

function readPrice(from: Doc, arena: Arena): Price {
  const price = changetype<Price>(arena.allocate(offsetof<Price>()));
  price.input = amountOf(from, Key.Input, 0);
  price.output = amountOf(from, Key.Output, 0);
  price.cachedRead = amountOf(from, Key.CachedInput, price.input);
  price.cachedWrite = amountOf(from, Key.CacheWrite, price.input);
  price.reasoning = amountOf(from, Key.Reasoning, price.output);
  return price;
}

/** In micro-dollars, rounded up. */
function amountOf(from: Doc, key: u32, fallback: u64): u64 {
  const amount = decimalOf(from, key, -1);
  return amount < 0 ? fallback : (<u64>amount + 999) / 1000;
}
