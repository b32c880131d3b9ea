import { go } from "./go.ts";
import type { Host } from "./host.ts";
import { node } from "./node.ts";
import { python } from "./python.ts";

/** Every host that plays the scenarios. */
export const hosts: readonly Host[] = [node, python, go];
