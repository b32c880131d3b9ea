import type { RunEvent } from "../../run-events.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import type { Answers } from "./answers.ts";
import { JsonView } from "./json-view.ts";
import { PlainView } from "./plain-view.ts";
import type { Progress } from "./progress.ts";
import type { View } from "./view.ts";

/** The view for whoever looks: a program, a log, or somebody at a terminal. */
export function viewFor(io: Io, parsed: Parsed, progress: Progress, answers: Answers): View {
  const { stdout, stderr } = io;
  if (parsed.has("json")) return new JsonView(stdout, stderr, progress);
  return new PlainView(stdout, stderr, progress, answers, parsed.has("verbose"));
}
