import { describe, expect, it } from "vitest";
import { AixletError, BadFrame, DefinitionRefused, describeProblem, EngineTrapped, MissingKey, type Problem, RunFailed } from "./errors.ts";

const problem: Problem = {
  severity: "error",
  code: "unknown-key",
  file: "team.yaml",
  line: 4,
  column: 5,
  path: "agents[0].modle",
  message: "unknown key",
  suggestion: "model",
};

describe("AixletError", () => {
  it("is known by its mark, from whichever copy of the package", () => {
    expect(AixletError.isInstance(new BadFrame(12, "too short"))).toBe(true);
    expect(AixletError.isInstance(Object.assign(new Error(), { [Symbol.for("aixlet.error")]: true }))).toBe(true);
    for (const other of [new Error("no"), undefined, null, "text", {}]) expect(AixletError.isInstance(other)).toBe(false);
  });

  it("carries code, name and cause, and no cause where there is none", () => {
    const cause = new Error("below");
    const error = new RunFailed("failed", "writer", "It failed.", cause);
    expect(error).toMatchObject({ code: "run-failed", name: "RunFailed", message: "It failed.", stop: "failed", path: "writer" });
    expect(error.cause).toBe(cause);
    expect("cause" in new RunFailed("budget", "", "Nothing is left.")).toBe(false);
    expect(error).toBeInstanceOf(Error);
  });

  it("does not show its mark when it is printed", () => {
    expect(Object.getOwnPropertyDescriptor(new MissingKey(["A"], "no key"), Symbol.for("aixlet.error"))?.enumerable).toBe(false);
  });

  it("says what a trap means for the user", () => {
    expect(new EngineTrapped(new WebAssembly.RuntimeError("unreachable")).message).toMatch(/unreachable.*report.*journal/);
  });
});

describe("problems", () => {
  it("are one line each, with place, path and what was meant", () => {
    expect(describeProblem(problem)).toBe("team.yaml:4:5: agents[0].modle: unknown key (did you mean model?)");
    expect(describeProblem({ ...problem, severity: "warning", line: 0, path: "", suggestion: "" })).toBe("team.yaml: warning: unknown key");
  });

  it("make the message of a refusal, warnings left out", () => {
    const refused = new DefinitionRefused([problem, { ...problem, severity: "warning" }, { ...problem, line: 9 }]);
    expect(refused.message.split("\n").map((line) => line.slice(0, 13))).toEqual(["team.yaml:4:5", "team.yaml:9:5"]);
    expect(refused.problems).toHaveLength(3);
  });
});
