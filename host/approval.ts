/** A call of a tool that a person is to approve. */
export interface ApprovalRequest {
  /** The run's id, and the call's number in it. */
  run: string;
  effect: number;
  agent: string;
  tool: string;
  /** JSON, as the tool would get it. */
  arguments: string;
  /** SHA-256 of the tool's name, a zero and the arguments. */
  hash: string;
  /** Milliseconds since 1970: from then on it is denied. */
  expires: number;
}

/** What was decided; true and false are all that most have to say. */
export type ApprovalDecision = boolean | Decision;

export interface Decision {
  approved: boolean;
  /** Of a denial: the model is told. */
  reason?: string;
  /** What the tool is to get instead, JSON or a value: it is checked as the model's arguments were, and the model is told. */
  arguments?: unknown;
  /** What the question said that it is about: a decision about anything else changes nothing. Default: what was asked last under this number. */
  hash?: string;
}

/** Decides for the application. Without one, calls wait for `run.approve`. */
export type Approver = (request: ApprovalRequest) => ApprovalDecision | Promise<ApprovalDecision>;
