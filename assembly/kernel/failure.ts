import { FailureKind, StopReason } from "../protocol/types";

// The words of the protocol's closed lists, as people and telemetry read them: those of wit/types.wit.

export function failureWord(kind: u32): string {
  switch (kind) {
    case FailureKind.RateLimit:
      return "rate-limit";
    case FailureKind.Timeout:
      return "timeout";
    case FailureKind.ServerError:
      return "server-error";
    case FailureKind.Network:
      return "network";
    case FailureKind.Authentication:
      return "authentication";
    case FailureKind.InvalidRequest:
      return "invalid-request";
    case FailureKind.ContentFilter:
      return "content-filter";
    case FailureKind.Malformed:
      return "malformed";
    case FailureKind.Missing:
      return "missing";
    case FailureKind.Aborted:
      return "aborted";
    case FailureKind.Unavailable:
      return "unavailable";
    case FailureKind.ContextLength:
      return "context-length";
    default:
      return "failed";
  }
}

export function stopWord(stop: u32): string {
  switch (stop) {
    case StopReason.Done:
      return "done";
    case StopReason.Cancelled:
      return "cancelled";
    case StopReason.Deadline:
      return "deadline";
    case StopReason.Budget:
      return "budget";
    case StopReason.Limit:
      return "limit";
    case StopReason.NoProgress:
      return "no-progress";
    case StopReason.NoRoute:
      return "no-route";
    case StopReason.BadDecision:
      return "bad-decision";
    case StopReason.Refused:
      return "refused";
    case StopReason.Denied:
      return "denied";
    case StopReason.Unknown:
      return "unknown";
    case StopReason.Stalled:
      return "stalled";
    default:
      return "failed";
  }
}
