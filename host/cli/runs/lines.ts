import type { Command, Event } from "../../protocol/index.ts";
import { oneLine } from "../text.ts";

// What went into a run and what came out of it, each in one line.

export function lineOfEvent(event: Event): string {
  switch (event.type) {
    case "start":
      return `start ${oneLine(event.input)}`;
    case "amend": {
      const agents = event.amendments.flatMap(({ agent, prompt, model }) => [
        ...(prompt === undefined ? [] : [`prompt of ${agent}`]),
        ...(model === "" ? [] : [`${agent} asks ${model}`]),
      ]);
      const results = event.results.map(({ effect, text }) => `${effect} comes to ${oneLine(text)}`);
      const seed = event.seed === undefined ? [] : [`seed ${event.seed}`];
      return `${event.id === "" ? "with" : `forked as ${oneLine(event.id)}:`} ${[...seed, ...agents, ...results].join(", ") || "no changes"}`;
    }
    case "deliver":
      return `message${event.to === "" ? "" : ` to ${event.to}`}: ${oneLine(event.text)}`;
    case "cancel":
      return `cancel: ${oneLine(event.reason)}`;
    case "model-result":
      return `model ${event.effect}: ${event.parts.map(({ kind, name, text }) => (kind === "tool-call" ? `calls ${name}(${oneLine(text)})` : oneLine(text))).join("; ")}`;
    case "tool-result":
      return `tool ${event.effect}${event.isError ? " failed" : ""}: ${oneLine(event.text)}`;
    case "agent-result":
      return `agent ${event.effect}: ${oneLine(event.text)}`;
    case "effect-failed":
      return `${event.effect} was not done (${event.failure}): ${oneLine(event.message)}`;
    default:
      return event.type;
  }
}

/** `name` says what an agent is called. */
export function lineOfCommand(command: Command, name: (agent: number) => string): string {
  switch (command.type) {
    case "call-model":
      return `asks the model of ${name(command.agent)} (${command.effect}): ${oneLine(command.parts.map(({ text }) => text).join(" | "))}`;
    case "call-tool":
      return `calls ${command.name}(${oneLine(command.arguments)}) (${command.effect})`;
    case "call-agent":
      return `calls ${name(command.agent)} (${command.effect}): ${oneLine(command.text)}`;
    case "ask-approval":
      return `asks for approval of ${command.name}(${oneLine(command.arguments)}) (${command.effect})`;
    case "search":
      return `searches ${command.collection || command.store} (${command.effect}): ${oneLine(command.query)}`;
    case "output":
      return `${name(command.agent)} says${command.port === "" ? "" : ` to ${command.port}`}: ${oneLine(command.text)}`;
    case "log":
    case "notice":
      return `${command.level}: ${oneLine(command.text)}`;
    case "finished":
      return `ends: ${command.stop}${command.message === "" ? "" : `, ${oneLine(command.message)}`}`;
    default:
      return command.type;
  }
}
