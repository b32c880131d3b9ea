import type { Paint } from "../paint.ts";
import { widthOf } from "../text.ts";

// Characters in a plane. Lines know their directions, so that corners, branches and crossings come out by themselves.

const [UP, RIGHT, DOWN, LEFT] = [1, 2, 4, 8];
const UPRIGHT = UP | DOWN;
const LEVEL = LEFT | RIGHT;

//                   0    1    2    3    4    5    6    7    8    9    10   11   12   13   14   15
const SOLID = [..." │─╰││╭├─╯─┴╮┤┬┼"];
const DASHED = [..." ╎╌╰╎╎╭├╌╯╌┴╮┤┬┼"];
const ASCII = [..." |-+||++-+-++++++"];
const ASCII_DASHED = [..." :.+::++.+.++++++"];

interface Cell {
  mask: number;
  dashed: boolean;
  net: number;
  text: string | undefined;
  style: ((text: string) => string) | undefined;
}

export class Canvas {
  readonly #cells: (Cell | undefined)[][] = [];
  readonly #unicode: boolean;

  constructor(unicode: boolean) {
    this.#unicode = unicode;
  }

  /** A line, level or upright, of one net; lines of one net join, those of others cross. */
  line(x1: number, y1: number, x2: number, y2: number, net: number, dashed: boolean): void {
    const [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
    const [forth, back] = dx !== 0 ? (dx > 0 ? [RIGHT, LEFT] : [LEFT, RIGHT]) : dy > 0 ? [DOWN, UP] : [UP, DOWN];
    const steps = Math.abs(x2 - x1) + Math.abs(y2 - y1);
    for (let i = 0; i <= steps; i++) this.#add(x1 + dx * i, y1 + dy * i, (i > 0 ? back : 0) | (i < steps ? forth : 0), net, dashed);
  }

  /** Text from here to the right; what was there is covered. */
  text(x: number, y: number, text: string, style?: (text: string) => string): void {
    let at = x;
    for (const character of text) {
      const wide = widthOf(character);
      if (wide === 0) continue;
      this.#put(at, y, { mask: 0, dashed: false, net: -1, text: character, style });
      if (wide === 2) this.#put(at + 1, y, { mask: 0, dashed: false, net: -1, text: "", style });
      at += wide;
    }
  }

  get width(): number {
    return Math.max(0, ...Array.from(this.#cells, (row) => row?.length ?? 0));
  }

  /** Lines without spaces at their ends. */
  render(paint: Paint): string[] {
    const rows: string[] = [];
    for (let y = 0; y < this.#cells.length; y++) {
      let row = "";
      let run = "";
      let style: Cell["style"];
      const flush = () => {
        row += style === undefined || run.trim() === "" ? run : style(run);
        run = "";
      };
      for (const cell of Array.from(this.#cells[y] ?? [])) {
        const wanted = cell === undefined ? undefined : cell.text === undefined ? (cell.dashed ? paintBack(paint) : paint.dim) : cell.style;
        if (wanted !== style) {
          flush();
          style = wanted;
        }
        run += cell === undefined ? " " : (cell.text ?? this.#glyph(cell));
      }
      flush();
      rows.push(row.trimEnd());
    }
    return rows;
  }

  #add(x: number, y: number, mask: number, net: number, dashed: boolean): void {
    const cell = this.#cells[y]?.[x];
    if (cell === undefined) return this.#put(x, y, { mask, dashed, net, text: undefined, style: undefined });
    if (cell.text !== undefined) return;
    if (cell.net === net) {
      cell.mask |= mask;
      return;
    }
    // A crossing: the upright line passes over the other one.
    if (cell.mask === LEVEL && mask === UPRIGHT) Object.assign(cell, { mask, dashed, net });
    else if (!(cell.mask === UPRIGHT && mask === LEVEL)) {
      cell.mask |= mask;
      cell.dashed &&= dashed;
    }
  }

  #put(x: number, y: number, cell: Cell): void {
    (this.#cells[y] ??= [])[x] = cell;
  }

  #glyph({ mask, dashed }: Cell): string {
    if (this.#unicode) return (dashed ? DASHED : SOLID)[mask];
    return (dashed ? ASCII_DASHED : ASCII)[mask];
  }
}

const back = new WeakMap<Paint, (text: string) => string>();

/** One function for one paint: neighbours of one style are painted together. */
function paintBack(paint: Paint): (text: string) => string {
  let found = back.get(paint);
  if (found === undefined) back.set(paint, (found = (text) => paint.colour("yellow", text)));
  return found;
}
