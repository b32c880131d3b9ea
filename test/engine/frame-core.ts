import { findCore } from "../../host/core/find-node.ts";
import { type Command, type Event, FrameReader, FrameWriter, readCommand, writeEvent } from "../../host/protocol/index.ts";

/** What one step gave: the frame, and what stands in it. */
export interface Step {
  /** The frame of events that it was given. */
  input: Uint8Array;
  frame: Uint8Array;
  commands: Command[];
  /** When the core wants its next step, in milliseconds; undefined for never. */
  wake: number | undefined;
  /** It wants to be called again at once. */
  more: boolean;
}

interface Exports {
  memory: WebAssembly.Memory;
  room(bytes: number): number;
  step(length: number): number;
  output(): number;
}

/** A core and nothing else: frames in, frames out, as every host in every language has it. */
export class FrameCore {
  readonly #exports: Exports;

  private constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
  }

  static async load(): Promise<FrameCore> {
    return new FrameCore(await findCore());
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  step(now: number, events: readonly Event[] = []): Step {
    const local = { buffer: new ArrayBuffer(1 << 16) };
    const writer = new FrameWriter(local, { offset: 0, capacity: 1 << 16 }, (bytes) => {
      const more = new ArrayBuffer((bytes + 0xffff) & ~0xffff);
      local.buffer = more;
      return { offset: 0, capacity: more.byteLength };
    });
    for (const event of events) writeEvent(writer, event);
    const length = writer.finish(0, now);
    return this.stepFrame(new Uint8Array(local.buffer.slice(0, length)));
  }

  /** One frame, as it is. */
  stepFrame(input: Uint8Array): Step {
    const { memory, room, step, output } = this.#exports;
    const at = room(input.length);
    new Uint8Array(memory.buffer).set(input, at);
    let length: number;
    try {
      length = step(input.length);
    } catch (error) {
      // A debug core's stack has names in it.
      throw new Error(`the core trapped: ${(error as Error).stack}`, { cause: error });
    }
    const frame = new Uint8Array(memory.buffer.slice(output(), output() + length));
    const reader = FrameReader.of(frame);
    const commands: Command[] = [];
    while (reader.next()) commands.push(readCommand(reader));
    return { input, frame, commands, wake: reader.time, more: (reader.flags & 1) !== 0 };
  }
}
