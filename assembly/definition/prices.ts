import { worstCost } from "../ledger/price";
import { Doc, DocFlag, child, decimalOf, firstItem, textOf } from "./doc";
import { ModelPlan, readModel } from "./plan-models";
import { complain, theArena } from "./problems";
import { Key, Message } from "./table";

// Prices before a run: whether a budget of money can be kept, and what a call costs at most.

/** Billionths of a dollar: what is dearer is a slip, and more than the ledger multiplies without a look. */
const DEAREST: i64 = 2000 * 1_000_000_000;

/** A price that cannot be meant, and a model without one under a budget of money. */
export function checkPrices(root: Doc): void {
  for (let price: Doc | null = firstItem(root, Key.Prices); price !== null; price = price!.nextSibling()) {
    for (let each: Doc | null = price.firstChild(); each !== null; each = each!.nextSibling())
      if (decimalOf(price, each.key, 0) > DEAREST) complain(Message.TooDear, each);
  }
  const everybody = hasMoney(root) || flowHasMoney(child(root, Key.Flow));
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    if (!everybody && !hasMoney(agent)) continue;
    for (let each: Doc | null = firstItem(agent, Key.Providers); each !== null; each = each!.nextSibling()) {
      // What the agent says itself is reported there, and not where the core has put it.
      const model = textOf(child(agent, Key.Providers)!.is(DocFlag.Inherited) ? agent : each, Key.Model);
      if (model !== null && !changetype<usize>(modelOf(each, root).price)) complain(Message.UnknownPrice, model);
    }
  }
}

function hasMoney(map: Doc): bool {
  return child(child(map, Key.Budget), Key.Usd) !== null;
}

/** Whether a node has a budget of money, or one within it. */
function flowHasMoney(node: Doc | null): bool {
  if (node === null) return false;
  if (hasMoney(node)) return true;
  for (let each: Doc | null = node.firstChild(); each !== null; each = each!.nextSibling()) if (flowHasMoney(each)) return true;
  return false;
}

/** What is known of a provider's model, in an agent's `providers` as they stand in the end. */
function modelOf(provider: Doc, root: Doc): ModelPlan {
  const model = changetype<ModelPlan>(theArena().allocate(offsetof<ModelPlan>()));
  readModel(model, provider, root, theArena());
  return model;
}

/** Micro-dollars, rounded up, of the dearest call there can be of a provider's model; -1: its price or its bounds are not known. */
export function dearestCall(provider: Doc, agent: Doc, root: Doc): i64 {
  const model = modelOf(provider, root);
  const price = model.price;
  if (!changetype<usize>(price)) return -1;
  const own = child(agent, Key.MaxTokens);
  const output: u64 = own === null ? model.maxOutput : min<u64>(own.number, model.maxOutput || i32.MAX_VALUE);
  if (!price.input && !price.output) return 0;
  return model.maxInput && output ? <i64>((worstCost(price, model.maxInput, output) + 999_999) / 1_000_000) : -1;
}
