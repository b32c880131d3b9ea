export * from "./commands.ts";
export * from "./events.ts";
export { FrameError } from "./frame-error.ts";
export { FrameReader } from "./frame-reader.ts";
export { FrameWriter, type Memory, type MoreRoom, type Room } from "./frame-writer.ts";
export * from "./types.ts";
