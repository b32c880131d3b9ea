import { bashCompletion } from "./completion/bash.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";
import { DONE } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { nearest } from "./nearest.ts";
import type { Parsed } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

const shells: Record<string, () => string> = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `aixlet completion` */
export async function completionCommand(io: Io, parsed: Parsed): Promise<number> {
  const [shell] = parsed.files;
  if (!Object.hasOwn(shells, shell)) {
    const meant = nearest(shell, Object.keys(shells));
    throw new UsageError(`no completion for ${shell}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`, "There are bash, zsh and fish.");
  }
  io.stdout.write(shells[shell]());
  return DONE;
}
