/** Letters that stand for themselves. Capitals do not: some file systems take them for small ones. */
const PLAIN = /^[a-z0-9_-]$/;

/**
 * The name of an id's file: never a path, never a name that means something else, and never another id's, on any file system. At most 194
 * characters.
 */
export function fileNameOf(id: string): string {
  let name = "r-";
  for (const byte of new TextEncoder().encode(id)) {
    const letter = String.fromCharCode(byte);
    name += PLAIN.test(letter) ? letter : `%${byte.toString(16).padStart(2, "0")}`;
  }
  return name;
}

/** The id whose file has this name; undefined if it is nobody's. */
export function idOf(name: string): string | undefined {
  if (!name.startsWith("r-")) return undefined;
  try {
    const id = decodeURIComponent(name.slice(2));
    return fileNameOf(id) === name ? id : undefined;
  } catch {
    return undefined;
  }
}
