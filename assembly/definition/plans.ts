import { forgetGates } from "../commons/gates";
import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { Arena, freeArena } from "../memory/arena";
import { Plan } from "./plan";

// The definitions an engine holds, by handle from 1. One that its host has forgotten goes when its last run ends.

let table: usize = 0;
let room: u32 = 0;
let count: u32 = 0;

/** Gives the plan its handle. */
export function keepPlan(plan: Plan): void {
  for (let i: u32 = 0; i < count; i++) {
    if (load<usize>(table + (i << 2))) continue;
    plan.handle = i + 1;
    store<usize>(table + (i << 2), changetype<usize>(plan));
    return;
  }
  if (count == room) grow();
  store<usize>(table + (count << 2), changetype<usize>(plan));
  plan.handle = ++count;
}

export function findPlan(handle: u32): Plan | null {
  if (handle - 1 >= count) return null;
  const plan = changetype<Plan | null>(load<usize>(table + ((handle - 1) << 2)));
  return plan !== null && !plan.forgotten ? plan : null;
}

export function forgetPlan(plan: Plan): void {
  plan.forgotten = 1;
  freeIfUnused(plan);
}

/** A run of it has ended. */
export function releasePlan(plan: Plan): void {
  plan.runs--;
  freeIfUnused(plan);
}

function freeIfUnused(plan: Plan): void {
  if (!plan.forgotten || plan.runs) return;
  if (plan.handle) store<usize>(table + ((plan.handle - 1) << 2), 0);
  forgetGates(plan);
  freeArena(changetype<Arena>(plan.arena));
}

function grow(): void {
  const size = blockSize(max<u32>(room << 3, 512));
  const moved = takeBlock(size);
  if (room) {
    memory.copy(moved, table, count << 2);
    giveBlock(table, room << 2);
  }
  table = moved;
  room = size >> 2;
}
