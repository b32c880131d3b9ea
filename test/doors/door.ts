import { type Command, type Event, FrameReader, FrameWriter, readCommand, readEvent, writeEvent } from "../../host/protocol/index.ts";

/** What a step comes to. */
export interface Step {
  commands: Command[];
  /** Milliseconds since 1970; undefined for never. */
  wake: number | undefined;
  more: boolean;
}

/** A way into a core. */
export interface Door {
  step(now: number, events: readonly Event[]): Step;
}

interface Exports {
  memory: WebAssembly.Memory;
  room(bytes: number): number;
  step(length: number): number;
  output(): number;
}

/** The frame door of a core's module. */
export class FrameDoor implements Door {
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
  }

  get memory(): WebAssembly.Memory {
    return this.#exports.memory;
  }

  /** A frame in, a copy of the frame that comes out, whatever the bytes are. */
  pass(frame: Uint8Array): Uint8Array {
    const { memory, room, step, output } = this.#exports;
    const at = room(frame.length);
    new Uint8Array(memory.buffer).set(frame, at);
    const length = step(frame.length);
    return new Uint8Array(memory.buffer).slice(output(), output() + length);
  }

  step(now: number, events: readonly Event[]): Step {
    return decode(this.pass(encode(now, events)));
  }
}

/** A frame of events. */
export function encode(now: number, events: readonly Event[]): Uint8Array {
  let memory = { buffer: new ArrayBuffer(1 << 14) };
  const holder = {
    get buffer() {
      return memory.buffer;
    },
  };
  const writer = new FrameWriter(holder, { offset: 0, capacity: memory.buffer.byteLength }, (bytes) => {
    memory = { buffer: new ArrayBuffer((bytes + 15) & ~7) };
    return { offset: 0, capacity: memory.buffer.byteLength };
  });
  for (const event of events) writeEvent(writer, event);
  const length = writer.finish(0, now);
  return new Uint8Array(memory.buffer, 0, length).slice();
}

/** What a frame of commands says. @throws FrameError if it is none */
export function decode(frame: Uint8Array): Step {
  const reader = FrameReader.of(frame);
  const commands: Command[] = [];
  while (reader.next()) commands.push(readCommand(reader));
  return { commands, wake: reader.time, more: (reader.flags & 1) === 1 };
}

/** The events of a frame. @throws FrameError if it is none */
export function decodeEvents(frame: Uint8Array): Event[] {
  const reader = FrameReader.of(frame);
  const events: Event[] = [];
  while (reader.next()) events.push(readEvent(reader));
  return events;
}
