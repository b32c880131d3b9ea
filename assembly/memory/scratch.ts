import { Arena, newArena } from "./arena";

/** For what is needed only until the present piece of work is done. Whoever begins such a piece frees it first. */
export const scratch: Arena = newArena();
