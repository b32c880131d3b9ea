import type { Out } from "./io.ts";

export type Colour = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "gray";

/** Puts colour on text, or leaves it as it is. The terminal's own sixteen colours, so that its theme holds. */
export interface Paint {
  on: boolean;
  bold(text: string): string;
  dim(text: string): string;
  underline(text: string): string;
  colour(colour: Colour, text: string): string;
}

const codes: Record<Colour, number> = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90 };

function paintWith(wrap: (open: number, close: number, text: string) => string, on: boolean): Paint {
  return {
    on,
    bold: (text) => wrap(1, 22, text),
    dim: (text) => wrap(2, 22, text),
    underline: (text) => wrap(4, 24, text),
    colour: (colour, text) => wrap(codes[colour], 39, text),
  };
}

export const colours = paintWith((open, close, text) => (text === "" ? "" : `\x1b[${open}m${text}\x1b[${close}m`), true);
export const plain = paintWith((_open, _close, text) => text, false);

/** `--no-color` before FORCE_COLOR before NO_COLOR before what the stream is. */
export function paintFor(out: Out, env: Record<string, string | undefined>, off = false): Paint {
  return wantsColour(out, env, off) ? colours : plain;
}

function wantsColour(out: Out, env: Record<string, string | undefined>, off: boolean): boolean {
  if (off) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env.NO_COLOR) return false;
  return out.isTTY === true && env.TERM !== "dumb";
}
