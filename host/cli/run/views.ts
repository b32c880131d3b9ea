import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { hasUnicode } from "../unicode.ts";
import type { Answers } from "./answers.ts";
import { JsonView } from "./json-view.ts";
import { LiveView } from "./live-view.ts";
import { PlainView } from "./plain-view.ts";
import type { Progress } from "./progress.ts";
import { QuietView } from "./quiet-view.ts";
import type { View } from "./view.ts";

/** The view for whoever looks: a program, a log, or somebody at a terminal. */
export function viewFor(io: Io, parsed: Parsed, progress: Progress, answers: Answers): View {
  const { stdout, stderr, env, now } = io;
  const whole = parsed.has("verbose");
  if (parsed.has("json")) return new JsonView(stdout, stderr, progress);
  if (parsed.has("quiet")) return new QuietView(stdout, stderr, answers);
  if (stderr.isTTY !== true || env.TERM === "dumb") return new PlainView(stdout, stderr, progress, answers, whole);
  return new LiveView(stdout, stderr, progress, answers, {
    paint: paintFor(stderr, env, parsed.has("no-color")),
    unicode: hasUnicode(env),
    whole,
    now,
    every: io.every,
  });
}
