import { expect, it } from "vitest";
import { Engine, type ApprovalRequest } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/index.ts";

const definition = `
agents:
  - name: cashier
    model: m
    provider: mock
    tools: [{name: pay, confirm: true, input_schema: {type: object, properties: {sum: {type: integer}}, required: [sum]}}]
`;

/** A model that pays twice, then says what it heard. */
const model = () => (messages: readonly { role: string; content: string }[]) => {
  const heard = messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  return heard.length > 0 ? heard.join(" | ") : { toolCalls: [50, 60].map((sum) => ({ id: `c${sum}`, name: "pay", arguments: { sum } })) };
};

it("calls are decided by several people, in any order, with other arguments, over a restart", async () => {
  const store = new MemoryStore();
  const paid: unknown[] = [];
  const options = { store, models: model, tools: { pay: (given: unknown) => `paid ${JSON.stringify(paid.push(given) && given)}` } };
  const first = await Engine.load(definition, options);
  const run = first.run("pay", { id: "r" });
  const asked: string[] = [];
  for await (const event of run) if (event.type === "approval-needed" && asked.push(event.hash) === 2) break;
  await first.suspend();
  await run.result.catch(() => undefined);
  await first.close();
  const second = await Engine.load(definition, options);
  const resumed = second.resume("r");
  const questions: { effect: number; hash: string }[] = [];
  for await (const event of resumed) {
    if (event.type !== "approval-needed" || questions.push(event) < 2) continue;
    expect(questions.map(({ hash }) => hash)).toEqual(asked);
    const [fifty, sixty] = questions;
    // Somebody who has looked at the other call decides nothing.
    resumed.approve(fifty.effect, { approved: true, hash: sixty.hash });
    resumed.approve(sixty.effect, true);
    resumed.approve(fifty.effect, { approved: true, arguments: { sum: "much" } });
    resumed.approve(fifty.effect, { approved: true, arguments: { sum: 5 } });
  }
  expect((await resumed).text).toBe('A person changed the arguments to {"sum":5}:\npaid {"sum":5} | paid {"sum":60}');
  expect(paid).toEqual([{ sum: 60 }, { sum: 5 }]);
  expect(await second.replay("r")).toMatchObject({ finished: true });
  await second.close();
});

it("an application's own approver is told what it decides about, and may change it", async () => {
  const seen: ApprovalRequest[] = [];
  const approve = (request: ApprovalRequest) => {
    seen.push(request);
    return { approved: true, arguments: '{"sum":1}' };
  };
  const engine = await Engine.load(definition, { models: model, tools: { pay: ({ sum }: { sum: number }) => `${sum}` } as never, approve });
  expect(await engine.run("pay").text()).toContain("1");
  expect(seen.map(({ effect, hash }) => [effect, hash.length])).toEqual([
    [2, 64],
    [3, 64],
  ]);
  await engine.close();
});
