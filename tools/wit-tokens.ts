/** A word or a sign of WIT, the `///` lines before it, and where it stands. */
export interface Token {
  text: string;
  /** A name or keyword; otherwise a sign. */
  word: boolean;
  /** Written with a leading `%`: a name even if it looks like a keyword. */
  escaped: boolean;
  docs: string;
  line: number;
}

/** What is wrong with a WIT file. The message begins with `file:line`. */
export class WitError extends Error {}

const TOKEN = /(\/\/\/[^\n]*)|(\/\/[^\n]*|\s+)|(%?[a-zA-Z][a-zA-Z0-9-]*)|(->|[{}()<>,:;=.@/*_]|[0-9][0-9.]*)/y;

/** Cuts a WIT text into tokens; plain comments are dropped, doc comments stay with the token that follows them. */
export function tokenize(file: string, text: string): Token[] {
  const tokens: Token[] = [];
  let docs: string[] = [];
  let line = 1;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new WitError(`${file}:${line}: unexpected ${JSON.stringify(text[at])}`);
    const [whole, doc, blank, word, sign] = found;
    if (doc !== undefined) {
      docs.push(doc.slice(3).trim());
    } else if (blank === undefined) {
      const escaped = word?.startsWith("%") ?? false;
      tokens.push({ text: escaped ? word.slice(1) : (word ?? sign), word: word !== undefined, escaped, docs: docs.join("\n"), line });
      docs = [];
    }
    line += whole.split("\n").length - 1;
  }
  return tokens;
}
