import { StopReason } from "../protocol/types";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { failHere } from "./end";
import { Instance } from "./instance";

export function enterPlan(run: Run, ref: u32): void {
  words.clear().ascii("plans are not in this version");
  failHere(run, ref, StopReason.Failed);
}

export function planKid(run: Run, ref: u32, kid: u32): void {}

export function losePlan(run: Run, instance: Instance): void {}
