import * as aixlet from "aixlet";
import { program } from "./program.mjs";

globalThis.result = program(aixlet);
