import { BadCore, EngineTrapped } from "../errors.ts";
import { FrameReader, FrameWriter, PROTOCOL } from "../protocol/index.ts";

/** What the core's module exports. */
interface CoreExports {
  memory: WebAssembly.Memory;
  protocol(): number;
  room(bytes: number): number;
  step(length: number): number;
  output(): number;
}

/** Finds the compiled core; each runtime has its way. */
export type FindCore = () => Promise<WebAssembly.Module>;

const FIRST_ROOM = 1 << 16;

/**
 * One instance of the core: a frame of events in, a frame of commands out. After a trap it is poisoned and never entered again, because its
 * memory may be half-changed.
 */
export class Core {
  readonly #exports: CoreExports;
  readonly #writer: FrameWriter;
  readonly #reader: FrameReader;
  #trapped: EngineTrapped | undefined;

  /** `older`: a core that was kept with its runs, and need not know all that this host does. @throws BadCore */
  constructor(module: WebAssembly.Module, older = false) {
    const exports = new WebAssembly.Instance(module, {}).exports as unknown as CoreExports;
    const version = exports.protocol();
    if (version >>> 16 !== PROTOCOL >>> 16 || (!older && (version & 0xffff) < (PROTOCOL & 0xffff))) {
      throw new BadCore(
        `core.wasm speaks version ${version >>> 16}.${version & 0xffff} of the protocol, and this host ${PROTOCOL >>> 16}.${PROTOCOL & 0xffff}`,
      );
    }
    this.#exports = exports;
    const room = (capacity: number) => ({ offset: exports.room(capacity), capacity });
    this.#writer = new FrameWriter(exports.memory, room(FIRST_ROOM), room);
    this.#reader = new FrameReader(exports.memory);
  }

  /** Where the next events are written. */
  get events(): FrameWriter {
    return this.#writer;
  }

  /** Bytes of the core's memory. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  get trapped(): EngineTrapped | undefined {
    return this.#trapped;
  }

  /**
   * Hands the written events to the core at a time in milliseconds since 1970. The reader that comes back is good until the next step.
   * @throws EngineTrapped, now and at every later call
   */
  step(now: number): FrameReader {
    if (this.#trapped !== undefined) throw this.#trapped;
    const length = this.#writer.finish(0, now);
    try {
      const out = this.#exports.step(length);
      this.#reader.open(this.#exports.output(), out);
    } catch (error) {
      this.#trapped = new EngineTrapped(error);
      throw this.#trapped;
    }
    this.#writer.again();
    return this.#reader;
  }

  /**
   * Hands over a frame as it is, of which the core takes whatever is in it; gives the answer's bytes.
   * @throws EngineTrapped, now and at every later call
   */
  stepFrame(frame: Uint8Array): Uint8Array {
    if (this.#trapped !== undefined) throw this.#trapped;
    const { memory, room, step, output } = this.#exports;
    try {
      const at = room(frame.length);
      new Uint8Array(memory.buffer).set(frame, at);
      const length = step(frame.length);
      return new Uint8Array(memory.buffer.slice(output(), output() + length));
    } catch (error) {
      this.#trapped = new EngineTrapped(error);
      throw this.#trapped;
    }
  }
}
