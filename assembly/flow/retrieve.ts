import { StopReason } from "../protocol/types";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { failHere } from "./end";

export function enterRetrieve(run: Run, ref: u32): void {
  words.clear().ascii("searches are not in this version");
  failHere(run, ref, StopReason.Failed);
}

export function retrieveKid(run: Run, ref: u32, kid: u32): void {}
