import { describe, expect, it } from "vitest";
import { Conversation } from "./conversation.ts";
import type { Part, PartKind, PartRole } from "./types.ts";

function part(role: PartRole, kind: PartKind, text: string, more: Partial<Part> = {}): Part {
  return { role, kind, text, id: "", name: "", metadata: "", ...more };
}

const turn = [
  part("system", "text", "Be brief."),
  part("user", "text", "Weather?"),
  part("assistant", "reasoning", "hm", { metadata: '{"anthropic":{"signature":"s1"}}' }),
  part("assistant", "tool-call", '{"city":"Oslo"}', { id: "c1", name: "weather", metadata: '{"google":{"thoughtSignature":"t"}}' }),
  part("assistant", "tool-call", '{"city":"Bergen"}', { id: "c2", name: "weather" }),
  part("tool", "tool-result", "rain", { id: "c1", name: "weather" }),
  part("tool", "tool-error", "no such city", { id: "c2", name: "weather" }),
];

const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Weather?" }] },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "hm", providerOptions: { anthropic: { signature: "s1" } } },
      { type: "tool-call", toolCallId: "c1", toolName: "weather", input: { city: "Oslo" }, providerOptions: { google: { thoughtSignature: "t" } } },
      { type: "tool-call", toolCallId: "c2", toolName: "weather", input: { city: "Bergen" } },
    ],
  },
  {
    role: "tool",
    content: [
      {
        type: "tool-result",
        toolCallId: "c1",
        toolName: "weather",
        output: { type: "text", value: "rain" },
        providerOptions: { google: { thoughtSignature: "t" } },
      },
      { type: "tool-result", toolCallId: "c2", toolName: "weather", output: { type: "error-text", value: "no such city" } },
    ],
  },
];

describe("Conversation", () => {
  it("groups parts into messages, with what the providers want back", () => {
    const conversation = new Conversation();
    conversation.append(turn);
    expect(conversation.messages()).toEqual(messages);
    expect(conversation.length).toBe(turn.length);
    expect(conversation.turns).toBe(1);
  });

  it("is the same however the parts come in, with calls between", () => {
    const conversation = new Conversation();
    for (const one of turn) {
      conversation.append([one]);
      conversation.messages();
    }
    expect(conversation.messages()).toEqual(messages);
  });

  it("leaves what a model was given as it was", () => {
    const conversation = new Conversation();
    conversation.append(turn.slice(0, 6));
    const given = conversation.messages();
    const before = JSON.stringify(given);
    conversation.append(turn.slice(6));
    conversation.truncate(5);
    conversation.append([part("user", "text", "And now?")]);
    expect(JSON.stringify(given)).toBe(before);
  });

  it("can be cut at every part and built again", () => {
    for (let length = 0; length <= turn.length; length++) {
      for (const called of [false, true]) {
        const conversation = new Conversation();
        conversation.append(turn);
        if (called) conversation.messages();
        conversation.truncate(length);
        expect(conversation.length).toBe(length);
        const fresh = new Conversation();
        fresh.append(turn.slice(0, length));
        expect(conversation.messages()).toEqual(fresh.messages());
        conversation.append(turn.slice(length));
        expect(conversation.messages()).toEqual(messages);
      }
    }
  });

  it("gives providers an object for arguments that are none", () => {
    const conversation = new Conversation();
    for (const text of ["", "{broken", "[1]", "null", '"text"']) {
      conversation.truncate(0);
      conversation.append([part("assistant", "tool-call", text, { id: "c", name: "t" })]);
      expect((conversation.messages()[0].content[0] as { input: unknown }).input).toEqual({});
    }
  });
});
