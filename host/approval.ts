/** A call of a tool that a person is to approve. */
export interface ApprovalRequest {
  /** The run's id. */
  run: string;
  agent: string;
  tool: string;
  /** JSON, as the tool would get it. */
  arguments: string;
  /** Milliseconds since 1970: from then on it is denied. */
  expires: number;
}

/** What was decided; the model is told the reason of a denial. */
export type ApprovalDecision = boolean | { approved: boolean; reason?: string };

/** Decides for the application. Without one, calls wait for `run.approve`. */
export type Approver = (request: ApprovalRequest) => ApprovalDecision | Promise<ApprovalDecision>;
