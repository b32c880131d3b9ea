// Text crosses the door as UTF-8. Three ways to write it, the fastest that the runtime has; all give the same bytes, and U+FFFD for a
// surrogate that stands alone.

/** The undocumented methods of Node's Buffer that work on a whole buffer without a subarray. */
interface NativeBytes extends Uint8Array {
  utf8Write(text: string, at: number, length: number): number;
  utf8Slice(start: number, end: number): string;
}

interface NativeConstructor {
  from(buffer: ArrayBufferLike): NativeBytes;
  prototype: Partial<NativeBytes>;
}

const found = (globalThis as unknown as { Buffer?: NativeConstructor }).Buffer;
const native =
  typeof found?.from === "function" && typeof found.prototype.utf8Write === "function" && typeof found.prototype.utf8Slice === "function" ? found : undefined;

const encoder = new TextEncoder();
// A byte order mark is text like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Below this many characters a loop is faster than a call into the runtime. */
const SHORT = 24;

/** All bytes of a buffer, in the form that is fastest to read and write text in. */
export function bytesOf(buffer: ArrayBufferLike): Uint8Array {
  return native ? native.from(buffer) : new Uint8Array(buffer);
}

/** Writes text at `at`, where there is room for three bytes a character or for all of it; gives the number of bytes. */
export function writeText(bytes: Uint8Array, text: string, at: number): number {
  if (text.length < SHORT) {
    const length = writeAscii(bytes, text, at);
    if (length >= 0) return length;
  }
  return native ? writeNative(bytes, text, at) : writePortable(bytes, text, at);
}

/** The text of `length` bytes at `at`; what is not UTF-8 reads as U+FFFD. */
export function readText(bytes: Uint8Array, at: number, length: number): string {
  return native ? (bytes as NativeBytes).utf8Slice(at, at + length) : readPortable(bytes, at, length);
}

/** The number of bytes that writeText would write. */
export function textLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
  }
  return length;
}

/** Gives -1 if the text is not ASCII. */
export function writeAscii(bytes: Uint8Array, text: string, at: number): number {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return -1;
    bytes[at + i] = unit;
  }
  return length;
}

/** Only where bytesOf gives a Node Buffer. */
export function writeNative(bytes: Uint8Array, text: string, at: number): number {
  return (bytes as NativeBytes).utf8Write(text, at, text.length * 3);
}

/** Anywhere. */
export function writePortable(bytes: Uint8Array, text: string, at: number): number {
  return encoder.encodeInto(text, bytes.subarray(at)).written;
}

/** Anywhere. */
export function readPortable(bytes: Uint8Array, at: number, length: number): string {
  return decoder.decode(bytes.subarray(at, at + length));
}
