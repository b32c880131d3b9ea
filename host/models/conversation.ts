import type { Part } from "./types.ts";

/** What a provider wants back as it was, by its name. */
export type ProviderData = Record<string, Record<string, unknown>>;

/** A part of a message, as the AI SDK's provider interface has it. */
export type Content =
  | { type: "text" | "reasoning"; text: string; providerOptions?: ProviderData }
  | { type: "tool-call"; toolCallId: string; toolName: string; input: unknown; providerOptions?: ProviderData }
  | {
      type: "tool-result";
      toolCallId: string;
      toolName: string;
      output: { type: "text" | "error-text"; value: string };
      providerOptions?: ProviderData;
    };

/** A message, as the AI SDK's provider interface has it. */
export type Message = { role: "system"; content: string } | { role: "user" | "assistant" | "tool"; content: Content[] };

/**
 * The transcript of one agent in one run, kept by the host between calls in the form that models are called with.
 *
 * That form is the prompt of the AI SDK, of which versions 5, 6 and 7 agree in all that is used here. Parts are converted once, as they
 * come; a call takes what is there. The core counts parts, so this does too.
 */
export class Conversation {
  /** How many parts it has. */
  length = 0;
  #messages: Message[] = [];
  /** Messages that a model has seen: it may have kept them, so they change no more. Where it is too high, a copy is made for nothing. */
  #seen = 0;

  /** Adds parts at the end. Parts of one role in a row make one message. */
  append(parts: readonly Part[]): void {
    if (this.length === 0 && parts.length === 2 && parts[0].role === "system" && parts[1].role === "user") {
      // How nearly all begin: in an array of that size, since one that grows takes room for seventeen.
      this.#messages = [
        { role: "system", content: parts[0].text },
        { role: "user", content: [toContent(parts[1])] },
      ];
      this.length = 2;
      return;
    }
    for (let i = 0; i < parts.length; i++) this.#add(parts[i]);
  }

  /** Forgets all but the first `length` parts. */
  truncate(length: number): void {
    const messages = this.#messages;
    while (this.length > length) {
      const last = messages[messages.length - 1];
      const count = last.role === "system" ? 1 : last.content.length;
      if (last.role === "system" || this.length - count >= length) {
        messages.pop();
        this.length -= count;
      } else {
        messages[messages.length - 1] = { role: last.role, content: last.content.slice(0, count - (this.length - length)) };
        this.length = length;
      }
    }
  }

  /** All messages, for a call. What it returns stays as it is. */
  messages(): Message[] {
    this.#seen = this.#messages.length;
    return this.#messages.slice();
  }

  /** Model turns since the last message that the agent was sent. */
  get turns(): number {
    let turns = 0;
    for (let i = this.#messages.length - 1; i >= 0 && this.#messages[i].role !== "user"; i--) if (this.#messages[i].role === "assistant") turns++;
    return turns;
  }

  /** Characters of all texts. */
  get characters(): number {
    let characters = 0;
    for (const message of this.#messages) {
      if (message.role === "system") characters += message.content.length;
      else for (const content of message.content) characters += textOf(content).length;
    }
    return characters;
  }

  /** The system text, or empty. */
  get system(): string {
    const first = this.#messages[0];
    return first?.role === "system" ? first.content : "";
  }

  /** The text of the last message of this role, or empty. */
  lastText(role: "user" | "assistant" | "tool"): string {
    for (let i = this.#messages.length - 1; i >= 0; i--) {
      const message = this.#messages[i];
      if (message.role === role) return message.content.map(textOf).join("\n");
    }
    return "";
  }

  /** The tools whose results are the last there is; none if something was said after them. */
  lastTools(): string[] {
    const last = this.#messages[this.#messages.length - 1];
    const names: string[] = [];
    if (last?.role === "tool") for (const content of last.content) if (content.type === "tool-result") names.push(content.toolName);
    return names;
  }

  #add(part: Part): void {
    const messages = this.#messages;
    this.length++;
    if (part.role === "system") {
      messages.push({ role: "system", content: part.text });
      return;
    }
    const content = toContent(part);
    if (part.role === "tool" && content.providerOptions === undefined) content.providerOptions = this.#optionsOfCall(part.id);
    const at = messages.length - 1;
    const last = at >= 0 ? messages[at] : undefined;
    if (last === undefined || last.role === "system" || last.role !== part.role) messages.push({ role: part.role, content: [content] });
    else if (at >= this.#seen) last.content.push(content);
    else {
      messages[at] = { role: last.role, content: [...last.content, content] };
      this.#seen = at;
    }
  }

  /** What a provider said with a call it wants to hear with the call's result, too. */
  #optionsOfCall(id: string): ProviderData | undefined {
    for (let i = this.#messages.length - 1; i >= 0; i--) {
      const message = this.#messages[i];
      if (message.role !== "assistant") continue;
      for (const content of message.content) if (content.type === "tool-call" && content.toolCallId === id) return content.providerOptions;
      return undefined;
    }
    return undefined;
  }
}

function textOf(content: Content): string {
  if (content.type === "tool-result") return content.output.value;
  return content.type === "tool-call" ? JSON.stringify(content.input) : content.text;
}

function toContent(part: Part): Content {
  const providerOptions = part.metadata === "" ? undefined : (parseObject(part.metadata) as ProviderData | undefined);
  switch (part.kind) {
    case "text":
    case "reasoning":
      return { type: part.kind, text: part.text, providerOptions };
    case "tool-call":
      // Providers take nothing but an object. What a model wrote instead is told to it by the error that the core made the call's result.
      return { type: "tool-call", toolCallId: part.id, toolName: part.name, input: parseObject(part.text) ?? {}, providerOptions };
    case "tool-result":
    case "tool-error":
      return {
        type: "tool-result",
        toolCallId: part.id,
        toolName: part.name,
        output: { type: part.kind === "tool-error" ? "error-text" : "text", value: part.text },
        providerOptions,
      };
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
