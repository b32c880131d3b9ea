/** The command line was used in a way that cannot be meant. One line for what is wrong, and one for the way out. */
export class UsageError extends Error {
  readonly wayOut: string;

  constructor(message: string, wayOut = "") {
    super(message);
    this.name = "UsageError";
    this.wayOut = wayOut;
  }
}
