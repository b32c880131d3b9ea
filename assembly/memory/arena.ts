import { blockSize, giveBlock, takeBlock } from "./blocks";

// Memory that is used up bit by bit and freed as a whole: a definition, a document while it is checked.
//
//   chunk:  previous chunk | its size | data ...

const CHUNK: u32 = 4096;
const HEAD: u32 = 8;

@unmanaged
export class Arena {
  chunk: usize;
  next: usize;
  end: usize;

  /** `bytes` zeroed bytes, on a multiple of 8, that stay where they are until the arena is freed. */
  allocate(bytes: u32): usize {
    const at = (this.next + 7) & ~7;
    if (!this.chunk || at + bytes > this.end) return this.allocateInNewChunk(bytes);
    this.next = at + bytes;
    return at;
  }

  private allocateInNewChunk(bytes: u32): usize {
    const size = blockSize(max(bytes + HEAD, CHUNK));
    const chunk = takeBlock(size);
    store<usize>(chunk, this.chunk);
    store<u32>(chunk, size, 4);
    this.chunk = chunk;
    this.next = chunk + HEAD + bytes;
    this.end = chunk + size;
    return chunk + HEAD;
  }

  /** A copy of `length` bytes. */
  copy(from: usize, length: u32): usize {
    const at = this.allocate(length);
    memory.copy(at, from, length);
    return at;
  }

  /** Gives everything back; the arena is as new. */
  free(): void {
    for (let chunk = this.chunk; chunk; ) {
      const previous = load<usize>(chunk);
      giveBlock(chunk, load<u32>(chunk, 4));
      chunk = previous;
    }
    this.chunk = 0;
    this.next = 0;
    this.end = 0;
  }
}

/** An arena that lies in its own first chunk. */
export function newArena(): Arena {
  const start = takeBlock(512);
  return changetype<Arena>(start);
}

export function freeArena(arena: Arena): void {
  arena.free();
  giveBlock(changetype<usize>(arena), 512);
}
