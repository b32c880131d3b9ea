export { output, protocol, room, step } from "./engine";
export { c_post, c_protocol, c_realloc, c_step, c_step_frame } from "./protocol/abi";
