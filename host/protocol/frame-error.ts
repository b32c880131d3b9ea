/** A frame that is not well-formed. */
export class FrameError extends Error {
  readonly code = "bad-frame";
  /** Bytes from the frame's start to where the fault is. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at byte ${offset}`);
    this.name = "FrameError";
    this.offset = offset;
  }
}
