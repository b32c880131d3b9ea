// A server that misbehaves as its tools are called, written without an SDK: `node faulty-server.mjs LOG` writes each call to LOG.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const log = process.argv[2];
const tool = (name, annotations) => ({
  name,
  description: `costs $\{HOME} $$`,
  inputSchema: { type: "object", properties: { text: { type: "string" } } },
  annotations,
});
let tools = [
  tool("crash"),
  tool("crash_pure", { readOnlyHint: true }),
  tool("crash_idempotent", { idempotentHint: true }),
  tool("silence"),
  tool("garbage"),
  tool("nonsense"),
  tool("refuse"),
  tool("large"),
  tool("change"),
  tool("gone"),
  tool("say.it"),
];

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const text = (id, text, more = {}) => send({ id, result: { content: [{ type: "text", text }], ...more } });

const calls = {
  crash: () => process.exit(3),
  crash_pure: () => process.exit(3),
  crash_idempotent: () => process.exit(3),
  silence: () => {},
  garbage: (id) => {
    process.stdout.write('{"jsonrpc": "2.0", "id": \nnull\n[[[[\n\u0000\ufffd\n{}\n');
    text(id, "after the garbage");
  },
  nonsense: (id) => send({ id, result: { content: 5 } }),
  refuse: (id) => send({ id, error: { code: -32602, message: "not like this" } }),
  large: (id) => text(id, "x".repeat(10_000_000)),
  change: (id) => {
    tools = tools.filter(({ name }) => name !== "gone");
    send({ method: "notifications/tools/list_changed" });
    text(id, "changed");
  },
  gone: (id) => text(id, "still here"),
  "say.it": (id, { arguments: input, _meta }) => text(id, JSON.stringify({ input, meta: _meta }), { isError: input.text === "wrong" }),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (log !== undefined && method !== undefined) appendFileSync(log, `${method} ${params?.name ?? ""}\n`);
  if (method === "initialize") {
    const { protocolVersion } = params;
    send({ id, result: { protocolVersion, capabilities: { tools: { listChanged: true } }, serverInfo: { name: "faulty", version: "1" } } });
  } else if (method === "tools/list") send({ id, result: { tools } });
  else if (method === "tools/call") calls[params.name](id, params);
  else if (id !== undefined) send({ id, result: {} });
});
