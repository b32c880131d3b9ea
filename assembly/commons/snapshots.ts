import { RestoreEvent } from "../protocol/events";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { refuseEvent } from "./refuse";

export function saveRun(run: Run): void {}
export function restoreRun(event: RestoreEvent, place: u32): void {
  words.clear();
  refuseEvent(place, event.tag, 0, "bad-state");
}
