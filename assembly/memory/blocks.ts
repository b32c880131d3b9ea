// Memory for everything that is not on the stack. The module has one allocator, this one: nothing else may grow the memory.
//
// A block of up to 1 MB is 2^k bytes, from 512 up, and goes back on the free list of its size. A larger one is whole wasm pages of its
// exact size; given back, it is cut into the largest powers of two that fit, so that nothing is lost.

const SMALLEST: u32 = 9;
const WASM_PAGE: u32 = 16;
const LARGEST: u32 = 20;
/** Small blocks are cut from pieces of 1 MB. */
const PIECE: u32 = 1 << LARGEST;

/** By k: address of the first free block, whose first word is the next one. */
const freeLists: usize = memory.data(4 * 32);
let carve: usize = 0;
let carveEnd: usize = 0;

/** The size of the block that holds `bytes`. */
export function blockSize(bytes: u32): u32 {
  if (bytes > PIECE) return (bytes + 0xffff) & ~0xffff;
  return 1 << max<u32>(SMALLEST, 32 - clz(bytes - 1));
}

/** A block of `size` zeroed bytes, `size` being a blockSize. Zeroed, because a snapshot must not show what a block held before. */
export function takeBlock(size: u32): usize {
  if (size > PIECE) return grow(size >> WASM_PAGE);
  const list = freeLists + (ctz(size) << 2);
  const block = load<usize>(list);
  if (!block) return cut(size);
  store<usize>(list, load<usize>(block));
  memory.fill(block, 0, size);
  return block;
}

/** Gives back what takeBlock(size) gave. */
export function giveBlock(block: usize, size: u32): void {
  while (size > PIECE) {
    giveBlock(block, PIECE);
    block += PIECE;
    size -= PIECE;
  }
  while (size) {
    const k = 31 - clz(size);
    const list = freeLists + (k << 2);
    store<usize>(block, load<usize>(list));
    store<usize>(list, block);
    block += 1 << k;
    size -= 1 << k;
  }
}

/** Makes sure that what lies before `end` can be read, whatever it holds: for readers of whole words that look a little beyond a text. */
export function memoryUpTo(end: usize): void {
  if (end > (<usize>memory.size()) << WASM_PAGE) giveBlock(grow(1), 1 << WASM_PAGE);
}

function cut(size: u32): usize {
  if (carve + size > carveEnd) {
    // What is left is smaller than what was asked, and a multiple of the smallest block.
    if (carveEnd > carve) giveBlock(carve, <u32>(carveEnd - carve));
    carve = grow(PIECE >> WASM_PAGE);
    carveEnd = carve + PIECE;
  }
  carve += size;
  return carve - size;
}

function grow(pages: u32): usize {
  const old = memory.grow(pages);
  assert(old >= 0);
  return (<usize>old) << WASM_PAGE;
}
