import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folder } from "./fake-io.ts";
import { hasTmux, Terminal } from "./tmux.ts";

// The chat as a person uses it, in a real terminal. What it looks like is kept in screens/chat.txt.

const root = fileURLToPath(new URL("../../", import.meta.url));
const refund = "{name: refund, description: Pays back., confirm: true, input_schema: {type: object, properties: {sum: {type: number}}}}";

let cwd: string;
beforeAll(async () => {
  cwd = await folder({
    "bot.yaml": `agents: [{name: bot, model: gpt-4, tools: [${refund}]}]\n`,
    "bot.script.yaml": `
- { when: { text: refund }, give: { calls: [{ tool: refund, arguments: { sum: 20 } }] } }
- { when: { tool: refund }, give: "It came to: \${result}." }
- { when: { text: slow }, give: { text: At last., delay: 1h } }
- { give: "You said \${input}." }
`,
    "tools.mjs": "export const refund = ({ sum }) => `paid ${sum}`;\n",
  });
});
afterAll(() => rm(cwd, { recursive: true }));

const chat = (...more: string[]) => {
  const files = ["bot.yaml", "-s", "bot.script.yaml", "--tools", "tools.mjs"];
  const env = { PATH: process.env.PATH ?? "", HOME: cwd, TERM: "screen", LANG: "C.UTF-8" };
  return Terminal.start(
    cwd,
    [process.execPath, "--import", join(root, "node_modules/tsx/dist/esm/index.mjs"), join(root, "host/cli/main.ts"), "chat", ...files, ...more],
    env,
  );
};

describe.skipIf(!hasTmux())("chat at a terminal", () => {
  it("talks, asks, completes, stops and ends as it looks in screens/chat.txt", { timeout: 60_000 }, async () => {
    const terminal = await chat("--session", "trip");
    const screens: string[] = [];
    const keep = async (about: string, until: string | RegExp) => {
      const screen = await terminal.screen(until);
      screens.push(`== ${about}\n\n${screen}\n`);
    };
    try {
      await keep("It begins.", "›");
      await terminal.type("hello");
      await terminal.press("Enter");
      await terminal.screen(/You said hello\.\n.*\n›$/);
      await terminal.type("a line that goes on \\");
      await terminal.press("Enter");
      await terminal.type("in the next one");
      await terminal.press("Enter");
      await keep("Answers, and what they took.", /in the next one\.\n1 model call .*\n›$/);
      await terminal.type("refund it");
      await terminal.press("Enter");
      await keep("A tool asks.", "[y/N]");
      await terminal.press("y", "Enter");
      await keep("It was approved.", /paid 20\.\n2 model calls .*\n›$/);
      await terminal.type("refund it again");
      await terminal.press("Enter");
      await terminal.screen("again\nbot asks");
      await terminal.press("n", "Enter");
      await terminal.screen(/the user said no\.\n.*\n›$/);
      await terminal.type("/clea");
      await terminal.press("Tab");
      await terminal.screen("/clear");
      await terminal.press("Enter");
      await terminal.screen(/The old one is trip\.\n›$/);
      await terminal.type("slow");
      await terminal.press("Enter");
      await terminal.screen(/slow$/);
      await terminal.press("C-c");
      await keep("It was denied; a command was completed; an answer was stopped.", /stopped\n1 model call .*\n›$/);
      await terminal.type("half a sentence");
      await terminal.screen("half a sentence");
      await terminal.press("C-c");
      await terminal.screen(/›\n›$/);
      await terminal.press("C-c");
      await terminal.screen(/Ctrl-C again ends the chat\.\n›$/);
      await terminal.press("C-c");
      await keep("And ended.", "[ended with 130]");
    } finally {
      await terminal.end();
    }
    const normal = screens.join("\n").replace(/chat-\d{8}-\d{6}-[0-9a-f]{4}/g, "chat-20260101-000000-0000");
    await expect(normal).toMatchFileSnapshot("screens/chat.txt");
  });

  it("goes on with what was kept, and ends with 0 at Ctrl-D", { timeout: 60_000 }, async () => {
    const terminal = await chat("--session", "trip");
    try {
      await terminal.screen("›");
      await terminal.type("/history");
      await terminal.press("Enter");
      await terminal.screen("you: hello\nbot: You said hello.");
      await terminal.press("C-d");
      await terminal.screen("--session trip\n[ended with 0]");
    } finally {
      await terminal.end();
    }
  });
});
