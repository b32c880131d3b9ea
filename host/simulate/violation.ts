/** What the engine promised does not hold: the name of the promise, and what was seen. */
export class Violation extends Error {
  /** The promise, by its name in docs/simulation.md. */
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(message);
    this.name = "Violation";
    this.invariant = invariant;
  }
}
