const escapeSequence = new RegExp(`^${String.fromCharCode(27)}\\[([?0-9;]*)([A-Za-z])`);

/** As much of a terminal as the live view uses: what stands on it after all that was written. */
export class Screen {
  #rows: string[][] = [[]];
  #x = 0;
  #y = 0;
  #columns: number;
  /** Rows that go on where the one above ended. */
  #continued = new Set<number>();

  constructor(columns: number) {
    this.#columns = columns;
  }

  write(text: string): this {
    for (let i = 0; i < text.length; ) {
      const found = escapeSequence.exec(text.slice(i, i + 20));
      if (found === null) this.#put(text[i++]);
      else {
        this.#escape(found[1], found[2]);
        i += found[0].length;
      }
    }
    return this;
  }

  #put(character: string): void {
    if (character === "\r") this.#x = 0;
    else if (character === "\n") {
      this.#x = 0;
      this.#down();
    } else {
      if (this.#x === this.#columns) {
        this.#x = 0;
        this.#down();
        this.#continued.add(this.#y);
      }
      const row = this.#rows[this.#y];
      while (row.length < this.#x) row.push(" ");
      row[this.#x++] = character;
    }
  }

  #down(): void {
    this.#y++;
    if (this.#y === this.#rows.length) this.#rows.push([]);
  }

  #escape(number: string, kind: string): void {
    if (kind === "m" || number.startsWith("?")) return;
    if (kind === "A") this.#y = Math.max(0, this.#y - Number(number || 1));
    else if (kind === "J") {
      this.#rows = this.#rows.slice(0, this.#y + 1);
      for (const y of this.#continued) if (y > this.#y) this.#continued.delete(y);
      this.#rows[this.#y] = this.#rows[this.#y].slice(0, this.#x);
    } else throw new Error(`an escape sequence that no test knows: ${number}${kind}`);
  }

  /** Breaks rows anew, as terminals do. The cursor stays at the end. */
  resize(columns: number): void {
    const lines: string[] = [];
    for (const [y, row] of this.#rows.entries()) {
      if (this.#continued.has(y)) lines[lines.length - 1] += row.join("");
      else lines.push(row.join(""));
    }
    this.#rows = [[]];
    this.#continued = new Set();
    this.#columns = columns;
    this.#x = this.#y = 0;
    this.write(lines.join("\n"));
  }

  get lines(): string[] {
    const lines = this.#rows.map((row) => row.join("").trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  get text(): string {
    return this.lines.join("\n");
  }
}
