import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../host/tokens/index.ts";
import { Random } from "../fuzz/random.ts";
import { HAS_TABLES } from "./tables.ts";

// Time in proportion to the length, whatever the text is: what makes other tokenizers slow must not make this one.

const random = new Random(7);
const from = (alphabet: string) => (length: number) => Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join("");
const again = (text: string) => (length: number) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

const TEXTS: Record<string, (length: number) => string> = {
  "one letter": again("a"),
  "one capital letter": again("A"),
  spaces: again(" "),
  "spaces and a letter": (length) => `${" ".repeat(length - 1)}x`,
  dashes: again("-"),
  "a space and dashes": (length) => ` ${"-".repeat(length - 1)}`,
  "equals signs": again("="),
  newlines: again("\n"),
  "two letters": again("ab"),
  digits: again("7"),
  "a word of random letters": from("abcdefghijklmnopqrstuvwxyz"),
  "a word of two letters": from("ab"),
  "random letters, small and capital": from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
  "random signs": from('!"#$%&()*+,-.:;<=>?@[]^_`{|}~'),
  "slashes and newlines": again("/\n"),
  marks: again("\u0301"),
  "letters with marks": again("A\u0301"),
  ideographs: again("的是不我一有大在人了中到"),
  Thai: again("กขฃคฅฆงจฉช"),
  emoji: again("👨\u200d👩\u200d👧"),
  "white space of all kinds": again(" \t\u00a0"),
  "zero bytes": again("\0"),
  laughter: again("Ha"),
};

const [SMALL, LARGE] = [50_000, 1_000_000];

describe.skipIf(!HAS_TABLES)("counting", () => {
  it.each(["o200k_base", "cl100k_base"] as const)("takes no longer a byte in a long text: %s", async (name) => {
    const tokenizer = await loadTokenizer(name);
    tokenizer.count(from("abc def\n")(500_000));
    /** CPU nanoseconds a character, the least of some tries, since machines are shared. */
    const cost = (text: string, tries: number) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < tries; i++) {
        const begin = process.cpuUsage();
        tokenizer.count(text);
        const { user, system } = process.cpuUsage(begin);
        least = Math.min(least, ((user + system) * 1000) / text.length);
      }
      return least;
    };
    for (const [what, make] of Object.entries(TEXTS)) {
      const [small, large] = [cost(make(SMALL), 5), cost(make(LARGE), 2)];
      // A millisecond is the clock's grain; quadratic time would be twenty times as much.
      expect(large, what).toBeLessThan(2.5 * small + (1e6 / SMALL) * 2);
      expect(large, what).toBeLessThan(1000);
    }
  });

  it("gives the same ids for a long piece in whichever way it is met", async () => {
    const tokenizer = await loadTokenizer("o200k_base");
    for (const [what, make] of Object.entries(TEXTS)) {
      const text = make(3000);
      const ids = tokenizer.encode(text);
      expect(tokenizer.count(text), what).toBe(ids.length);
      expect(tokenizer.decode(ids), what).toBe(Buffer.from(text).toString());
    }
  });
});
