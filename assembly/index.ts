export { output, protocol, room, step } from "./engine";
