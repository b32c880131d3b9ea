// What the tests beside these files call: a `define` record in, everything that came of it out, as JSON.

import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { Builder } from "../text/builder";
import { freeLoading, giveVariables, Loading, loadDefinition, LoadState } from "./definition";
import { writeManifest } from "./manifest";
import { Name } from "./variables";
import { Problem, Severity } from "./problems";

export { distance } from "./nearest";

const answer: Builder = changetype<Builder>(memory.data(16));
let loading: usize = 0;
let place: usize = 0;
let placeSize: u32 = 0;

export function room(bytes: u32): usize {
  if (place) giveBlock(place, placeSize);
  placeSize = blockSize(bytes);
  place = takeBlock(placeSize);
  return place;
}

export function define(): u32 {
  loading = changetype<usize>(loadDefinition(place));
  return describe();
}

export function variables(): u32 {
  giveVariables(changetype<Loading>(loading), place);
  return describe();
}

export function free(): void {
  freeLoading(changetype<Loading>(loading));
}

export function output(): usize {
  return answer.at;
}

function describe(): u32 {
  const from = changetype<Loading>(loading);
  // What the host sent may be gone by now.
  memory.fill(place, 0xff, placeSize);
  answer.clear().ascii('{"state":').integer(from.state).ascii(',"problems":[');
  for (let problem: Problem | null = from.firstProblem(); problem !== null; problem = problem!.nextProblem()) {
    if (problem !== from.firstProblem()) answer.byte(0x2c);
    answer.ascii('{"severity":').ascii(problem.severity == Severity.Error ? '"error"' : '"warning"');
    answer.ascii(',"code":').json(problem.codeAt, problem.codeLength);
    answer.ascii(',"file":').json(problem.fileAt, problem.fileLength);
    answer.ascii(',"line":').integer(problem.line).ascii(',"column":').integer(problem.column);
    answer.ascii(',"path":').json(problem.pathAt, problem.pathLength);
    answer.ascii(',"message":').json(problem.messageAt, problem.messageLength);
    answer.ascii(',"suggestion":').json(problem.suggestionAt, problem.suggestionLength).byte(0x7d);
  }
  answer.ascii('],"names":[');
  for (let name: Name | null = from.firstName(); name !== null; name = name!.nextName()) {
    if (name !== from.firstName()) answer.byte(0x2c);
    answer.json(name.at, name.length);
  }
  answer.ascii('],"hash":"');
  if (from.hash) for (let i = 0; i < 32; i++) answer.hex(load<u8>(from.hash + i), 2);
  answer.ascii('","manifest":');
  if (from.state == LoadState.Ready) writeManifest(answer, from.root);
  else answer.ascii("null");
  answer.byte(0x7d);
  return answer.length;
}
