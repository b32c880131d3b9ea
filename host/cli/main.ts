#!/usr/bin/env node
import { commandLine } from "./command-line.ts";
import { processIo } from "./process-io.ts";

const { io, flush } = processIo();
const code = await commandLine(process.argv.slice(2), io);
await flush();
// What is still open (a hung request, a tool that does not listen) must not keep a finished program alive.
process.exit(code);
