import { describe, expect, it } from "vitest";
import { Conversation } from "./conversation.ts";
import { EchoModel } from "./echo.ts";
import { ModelFailure } from "./failure.ts";
import { type FunctionAnswer, FunctionModel, type ModelFunction } from "./function-model.ts";
import type { ModelCall, ModelDelta, Part } from "./types.ts";

const part = (role: Part["role"], kind: Part["kind"], text: string, id = "", name = ""): Part => ({ role, kind, text, id, name, metadata: "" });

function ask(run: ModelFunction, call: ModelCall = {}) {
  const conversation = new Conversation();
  conversation.append([
    part("system", "text", "Be brief."),
    part("user", "text", "Sum?"),
    part("assistant", "tool-call", '{"a":1}', "c1", "add"),
    part("assistant", "tool-call", "{}", "c2", "add"),
    part("tool", "tool-result", "3", "c1", "add"),
    part("tool", "tool-error", "no numbers", "c2", "add"),
  ]);
  return new FunctionModel("mine", run).prepare({ agent: "writer", tools: [{ name: "add", inputSchema: {} }] }).generate(conversation, call);
}

describe("a function as a model", () => {
  it("gets messages, tools and who asks", async () => {
    let seen: unknown;
    await ask(
      (messages, { agent, tools, idempotencyKey }) => {
        seen = { messages, agent, tools: tools.map((tool) => tool.name), idempotencyKey };
        return "";
      },
      { idempotencyKey: "r/1" },
    );
    expect(seen).toEqual({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Sum?" },
        {
          role: "assistant",
          content: "",
          toolCalls: [
            { id: "c1", name: "add", arguments: { a: 1 } },
            { id: "c2", name: "add", arguments: {} },
          ],
        },
        { role: "tool", content: "3", toolCallId: "c1", isError: false },
        { role: "tool", content: "no numbers", toolCallId: "c2", isError: true },
      ],
      agent: "writer",
      tools: ["add"],
      idempotencyKey: "r/1",
    });
    await ask((_, { tools }) => String(tools.length), { noTools: true }).then((answer) => expect(answer.parts[0].text).toBe("0"));
  });

  it("answers with a text, or with calls of tools", async () => {
    expect(await ask(async () => "three")).toMatchObject({ finish: "stop", parts: [{ kind: "text", text: "three" }] });
    const answer = await ask(() => ({
      text: "Let me see.",
      toolCalls: [
        { name: "add", arguments: { a: 2 } },
        { id: "mine", name: "add" },
      ],
      usage: { output: 7 },
    }));
    expect(answer).toMatchObject({
      finish: "tool-calls",
      parts: [{ kind: "text" }, { kind: "tool-call", id: "call-2-1", name: "add", text: '{"a":2}' }, { id: "mine", text: "{}" }],
      usage: { input: 0, output: 7 },
    });
  });

  it("fails as it likes, or as it must", async () => {
    await expect(
      ask(() => {
        throw new ModelFailure("rate-limit", "later", { retryAfter: 5 });
      }),
    ).rejects.toMatchObject({ kind: "rate-limit", retryAfter: 5 });
    await expect(
      ask(() => {
        throw new Error("oh");
      }),
    ).rejects.toMatchObject({ kind: "failed", message: "mine: oh" });
    await expect(ask(() => undefined as unknown as FunctionAnswer)).rejects.toMatchObject({ kind: "failed" });
  });
});

describe("the echo", () => {
  it("says what was last said to it, with tokens counted roughly, word by word if asked", async () => {
    const conversation = new Conversation();
    conversation.append([part("user", "text", "first"), part("assistant", "text", "x"), part("user", "text", "Hello  there you")]);
    const deltas: ModelDelta[] = [];
    const model = new EchoModel();
    const answer = await model.prepare().generate(conversation, { onDelta: (delta) => deltas.push(delta) });
    expect(answer).toMatchObject({ finish: "stop", parts: [{ text: "Hello  there you" }], usage: { input: 6, output: 4 } });
    expect(deltas.map((delta) => delta.text)).toEqual(["Hello", "  there", " you"]);
    expect(model.label).toBe("echo");
    expect((await model.prepare().generate(new Conversation(), {})).parts).toEqual([]);
  });
});
