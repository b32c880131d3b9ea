// Text as a terminal shows it. What models and tools say is not ours: it must neither move the cursor nor break a line.

const controls = /[^\P{Cc}\n\t]/gu;
const [ESC, BEL] = [String.fromCharCode(27), String.fromCharCode(7)];
const escapes = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[@-Z\\\\^_])`, "g");
const plainAscii = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const zeroWide = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const picture = /\p{Emoji_Presentation}|\ufe0f/u;

/** Without escape sequences and control characters, except ends of lines and tabs. */
export function clean(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(escapes, "").replace(controls, "");
}

/** In one line. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, " ").trim();
}

/** Columns it takes. Escape sequences take none. */
export function widthOf(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text.replace(escapes, ""))) width += widthOfGrapheme(segment);
  return width;
}

function widthOfGrapheme(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300) return 1;
  if (zeroWide.test(grapheme)) return 0;
  return isWide(code) || picture.test(grapheme) ? 2 : 1;
}

/** Letters of East Asia, which take two columns. */
function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** At most so many columns; what is cut off is an ellipsis. Of text without escape sequences. */
export function shorten(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (widthOf(text) <= columns) return text;
  let width = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    width += widthOfGrapheme(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** With spaces up to so many columns. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** In lines of at most so many columns, broken between words where that can be. */
export function wrap(text: string, columns: number): string[] {
  const most = Math.max(1, columns);
  const lines: string[] = [];
  for (const line of text.replace(/\t/g, "  ").split("\n")) lines.push(...wrapLine(line, most));
  return lines;
}

function wrapLine(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const lines: string[] = [];
  let current = "";
  let width = 0;
  for (const word of line.split(/(?<= )(?=\S)/)) {
    const needed = widthOf(word.trimEnd());
    if (width + needed > columns && width > 0) {
      lines.push(current.trimEnd());
      current = "";
      width = 0;
    }
    if (needed <= columns) {
      current += word;
      width += widthOf(word);
      continue;
    }
    for (const { segment } of graphemes.segment(word)) {
      const wide = widthOfGrapheme(segment);
      if (width + wide > columns) {
        lines.push(current);
        current = "";
        width = 0;
      }
      current += segment;
      width += wide;
    }
  }
  if (current !== "") lines.push(current.trimEnd());
  return lines;
}
