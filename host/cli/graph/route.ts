import type { Segment } from "./layers.ts";

// Lines between two layers. Each net runs from its upper pins to a track, along it, and from there to its lower pins.

/** Lines that share a track: everybody above is tied to everybody below. */
export interface Net {
  /** Across, from 0. */
  uppers: number[];
  lowers: number[];
  back: boolean;
  /** From 0; -1: it runs straight and needs none. */
  track: number;
  /** Lower pins to which another net has led a line before. */
  joins: number[];
}

export interface Channel {
  nets: Net[];
  tracks: number;
  /** Across: where two lines lie on each other and cannot be told apart. */
  clashes: number[];
}

/** The nets of a channel, with tracks that let them cross seldom and never lie on each other, if that can be. */
export function routed(segments: readonly Segment[], upperPin: (segment: Segment) => number, lowerPin: (segment: Segment) => number): Channel {
  const nets = netsOf(segments, upperPin, lowerPin);
  const bent = nets.filter((net) => net.track === 0);
  bent.sort((a, b) => slope(a) - slope(b));
  bent.forEach((net, i) => {
    net.track = i;
  });
  improve(bent, nets);
  const tracks = squeeze(bent, nets);
  for (const net of nets)
    net.joins = net.back ? [] : net.lowers.filter((pin) => nets.some((other) => !other.back && other.track < net.track && other.lowers.includes(pin)));
  return { nets, tracks, clashes: clashesOf(nets) };
}

function netsOf(segments: readonly Segment[], upperPin: (segment: Segment) => number, lowerPin: (segment: Segment) => number): Net[] {
  const targets = new Map<string, { upper: number; back: boolean; lowers: number[] }>();
  for (const segment of segments) {
    const upper = upperPin(segment);
    const key = `${segment.upper} ${segment.back}`;
    const known = targets.get(key);
    if (known === undefined) targets.set(key, { upper, back: segment.back, lowers: [lowerPin(segment)] });
    else known.lowers.push(lowerPin(segment));
  }
  const nets = new Map<string, Net>();
  for (const { upper, back, lowers } of targets.values()) {
    const key = `${back} ${lowers.sort((a, b) => a - b).join(" ")}`;
    const known = nets.get(key);
    if (known === undefined) nets.set(key, { uppers: [upper], lowers, back, track: 0, joins: [] });
    else known.uppers.push(upper);
  }
  for (const net of nets.values()) if (net.uppers.length === 1 && net.lowers.length === 1 && net.uppers[0] === net.lowers[0]) net.track = -1;
  return [...nets.values()];
}

/** Of lines that go down, the lowest bends first; of those that go up, the highest. */
function slope({ uppers, lowers }: Net): number {
  const above = Math.min(...uppers);
  return lowers[lowers.length - 1] > above ? -above : above;
}

function spanOf({ uppers, lowers }: Net): readonly [number, number] {
  return [Math.min(...uppers, ...lowers), Math.max(...uppers, ...lowers)];
}

const CLASH = 1000;
const ROUNDS = 8;

/** What a net and the others do to each other. */
function costOf(net: Net, nets: readonly Net[]): number {
  let cost = 0;
  for (const other of nets) if (other !== net) cost += pairCost(net, other) + pairCost(other, net);
  return cost;
}

/** What net `a`'s track and its lines to lower pins do to net `b`. */
function pairCost(a: Net, b: Net): number {
  if (a.track < 0) return 0;
  const [from, to] = spanOf(a);
  let cost = 0;
  const [otherFrom, otherTo] = spanOf(b);
  if (a.track === b.track && from <= otherTo && otherFrom <= to) return CLASH;
  for (const pin of b.uppers) if (pin > from && pin < to && (b.track < 0 || b.track > a.track)) cost++;
  for (const pin of b.lowers) if (pin > from && pin < to && b.track >= 0 && b.track < a.track) cost++;
  for (const pin of a.lowers) if (liesOn(a, b, pin)) cost += CLASH;
  return cost;
}

/** `a` comes to a lower pin along the same line on which `b` comes from an upper one. */
function liesOn(a: Net, b: Net, pin: number): boolean {
  if (!b.uppers.includes(pin) || b.lowers.includes(pin) || a.uppers.includes(pin)) return false;
  return b.track >= a.track;
}

function improve(bent: Net[], nets: readonly Net[]): void {
  for (let round = 0; round < ROUNDS; round++) {
    let better = false;
    for (const [i, a] of bent.entries()) {
      for (const b of bent.slice(i + 1)) {
        const before = costOf(a, nets) + costOf(b, nets);
        if (before === 0) continue;
        [a.track, b.track] = [b.track, a.track];
        if (costOf(a, nets) + costOf(b, nets) < before) better = true;
        else [a.track, b.track] = [b.track, a.track];
      }
    }
    if (!better) return;
  }
}

/** Puts nets on earlier tracks where that makes nothing worse, and counts those that are left. */
function squeeze(bent: Net[], nets: readonly Net[]): number {
  for (const net of [...bent].sort((a, b) => a.track - b.track)) {
    const own = net.track;
    const before = costOf(net, nets);
    for (net.track = 0; net.track < own && costOf(net, nets) > before; ) net.track++;
  }
  const used = [...new Set(bent.map(({ track }) => track))].sort((a, b) => a - b);
  for (const net of bent) net.track = used.indexOf(net.track);
  return used.length;
}

function clashesOf(nets: readonly Net[]): number[] {
  const found: number[] = [];
  for (const a of nets) {
    if (a.track < 0) continue;
    for (const b of nets) if (a !== b) found.push(...a.lowers.filter((pin) => liesOn(a, b, pin)));
  }
  return found;
}
