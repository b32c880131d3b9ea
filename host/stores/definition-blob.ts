import {
  FrameReader,
  FrameWriter,
  EVENT_TYPES,
  readDefine,
  readVariables,
  type Source,
  type Variable,
  writeDefine,
  writeVariables,
} from "../protocol/index.ts";
import { BadJournal } from "./errors.ts";

/** All that a definition was made of, so that it can be made again. Secrets are not in it: the core never asks for them. */
export interface DefinitionInput {
  sources: Source[];
  /** Roles and tools that the host had code for: the core knows their names. */
  roles: string[];
  tools: string[];
  variables: Variable[];
}

/** The events that the definition was loaded by, as a frame: what a journal's input `define` names. */
export function writeDefinition({ sources, roles, tools, variables }: DefinitionInput): Uint8Array {
  const memory = { buffer: new ArrayBuffer(1 << 12) };
  const writer = new FrameWriter(memory, { offset: 0, capacity: memory.buffer.byteLength }, (bytes) => {
    memory.buffer = new ArrayBuffer((bytes + 0xfff) & ~0xfff);
    return { offset: 0, capacity: memory.buffer.byteLength };
  });
  writeDefine(writer, { tag: 0, sources, roles, tools, checkOnly: false });
  writeVariables(writer, { tag: 0, values: variables });
  return new Uint8Array(memory.buffer.slice(0, writer.finish(0, 0)));
}

/** @throws BadJournal */
export function readDefinition(frame: Uint8Array): DefinitionInput {
  try {
    const reader = FrameReader.of(frame);
    // Not readEvent, which knows all the others too: a page would load them.
    const isNext = (type: "define" | "variables") => reader.next() && EVENT_TYPES[reader.kind] === type;
    if (!isNext("define")) throw new RangeError("it holds other events");
    const define = readDefine(reader, reader.at);
    if (!isNext("variables")) throw new RangeError("it holds other events");
    const variables = readVariables(reader, reader.at);
    if (reader.next()) throw new RangeError("it holds other events");
    return { sources: define.sources, roles: define.roles, tools: define.tools, variables: variables.values };
  } catch (error) {
    throw new BadJournal(0, `The definition that is kept beside the journal cannot be read: ${(error as Error).message}`);
  }
}
