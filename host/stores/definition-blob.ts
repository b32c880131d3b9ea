import {
  FrameReader,
  FrameWriter,
  EVENT_TYPES,
  type ModelFacts,
  readDefine,
  readModels,
  readVariables,
  type Source,
  type Variable,
  writeDefine,
  writeModels,
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
  return frameOf((writer) => {
    writeDefine(writer, { tag: 0, sources, roles, tools, checkOnly: false });
    writeVariables(writer, { tag: 0, values: variables });
  });
}

function frameOf(write: (writer: FrameWriter) => void): Uint8Array {
  const memory = { buffer: new ArrayBuffer(1 << 12) };
  const writer = new FrameWriter(memory, { offset: 0, capacity: memory.buffer.byteLength }, (bytes) => {
    memory.buffer = new ArrayBuffer((bytes + 0xfff) & ~0xfff);
    return { offset: 0, capacity: memory.buffer.byteLength };
  });
  write(writer);
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

/** What was known of models, as a frame of one event: what a journal's input `prices` names. */
export function writePrices(models: readonly ModelFacts[]): Uint8Array {
  return frameOf((writer) => writeModels(writer, { models: [...models] }));
}

/** @throws BadJournal */
export function readPrices(frame: Uint8Array): ModelFacts[] {
  try {
    const reader = FrameReader.of(frame);
    if (!reader.next() || EVENT_TYPES[reader.kind] !== "models") throw new RangeError("it holds other events");
    return readModels(reader, reader.at).models;
  } catch (error) {
    throw new BadJournal(0, `The prices that are kept beside the journal cannot be read: ${(error as Error).message}`);
  }
}
