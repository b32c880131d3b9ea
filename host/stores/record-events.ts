import { type Event, FrameReader, readEvent } from "../protocol/index.ts";

/** Bytes before a record's events. */
const HEAD = 32;

/** The events of a record, which stand in it as in a frame. @throws RangeError if they are none */
export function eventsOf(record: Uint8Array): Event[] {
  const frame = new Uint8Array(16 + record.length - HEAD);
  const view = new DataView(frame.buffer);
  view.setUint16(0, 1, true);
  frame.set(record.subarray(HEAD), 16);
  let count = 0;
  for (let at = 16; at < frame.length; count++) at += Math.max(8, view.getUint32(at, true));
  view.setUint32(4, count, true);
  const reader = FrameReader.of(frame);
  const events: Event[] = [];
  while (reader.next()) events.push(readEvent(reader));
  return events;
}
