import type { Random } from "./random.ts";

const HEADER = 16;
const TELLING = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 24, 31, 32, 40, 63, 64, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfff8, 0xffff, 0x10000, 0x7fff_fff8, 0x7fff_ffff, 0x8000_0000,
  0xffff_fff0, 0xffff_fff8, 0xffff_ffff,
];

/** A frame with something wrong with it, or perhaps not: what a broken binding, a bad disk or somebody with bad intentions could send. */
export function damage(frame: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = frame;
  for (let times = 1 + random.below(3); times > 0; times--) bytes = damageOnce(bytes, others, random);
  return bytes;
}

function damageOnce(frame: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  const bytes = frame.slice();
  const view = new DataView(bytes.buffer);
  if (bytes.length < HEADER) return random.bytes(random.below(64));
  const aligned = (size: number) => random.below(Math.floor(bytes.length / size)) * size;
  switch (random.below(12)) {
    case 0:
      bytes[random.below(bytes.length)] ^= 1 << random.below(8);
      return bytes;
    case 1:
      bytes[random.below(bytes.length)] = random.next();
      return bytes;
    case 2:
      view.setUint16(aligned(2), random.pick(TELLING), true);
      return bytes;
    case 3:
      view.setUint32(aligned(4), random.pick(TELLING), true);
      return bytes;
    case 4: {
      // A little more or less: offsets, lengths and counts are mostly small.
      const at = aligned(4);
      view.setUint32(at, view.getUint32(at, true) + random.below(33) - 16, true);
      return bytes;
    }
    case 5:
      return bytes.slice(0, random.below(bytes.length));
    case 6:
      return joined(bytes, random.bytes(random.below(40)));
    case 7: {
      const from = random.below(bytes.length);
      bytes.copyWithin(random.below(bytes.length), from, from + random.below(64));
      return bytes;
    }
    case 8: {
      // Another frame's records behind this one's, counted or not.
      const other = random.pick(others);
      const both = joined(bytes, other.slice(HEADER));
      if (!random.once(4))
        new DataView(both.buffer).setUint32(
          4,
          view.getUint32(4, true) + (other.length < 8 ? 0 : new DataView(other.buffer, other.byteOffset).getUint32(4, true)),
          true,
        );
      return both;
    }
    case 9: {
      // Another frame's middle in this one's.
      const other = random.pick(others);
      const at = random.below(bytes.length);
      const from = random.below(other.length);
      bytes.set(other.slice(from, from + Math.min(random.below(48), bytes.length - at)), at);
      return bytes;
    }
    case 10: {
      const at = random.below(bytes.length);
      return joined(joined(bytes.slice(0, at), random.bytes(random.below(9))), bytes.slice(at));
    }
    default:
      bytes.set(random.bytes(Math.min(8, bytes.length - 8)), aligned(8));
      return bytes;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
