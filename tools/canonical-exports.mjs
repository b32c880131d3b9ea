// An asc transform (asc --transform tools/canonical-exports.mjs): AssemblyScript cannot spell the names that the component model gives to
// exports, so they are renamed inside the compiler. `this.binaryen` is the compiler's own copy; an imported one would change nothing.

import { readFileSync } from "node:fs";
import { Transform } from "assemblyscript/transform";

const [, name, version] = readFileSync(new URL("../wit/world.wit", import.meta.url), "utf8").match(/^package ([^@]+)@([^;]+);/m);
const CORE = `${name}/core@${version}#`;

/** By the name in assembly/protocol/abi.ts. */
export const CANONICAL = {
  c_step: `${CORE}step`,
  c_step_frame: `${CORE}step-frame`,
  c_protocol: `${CORE}protocol`,
  c_realloc: "cabi_realloc",
};

/** Functions whose answers lie in memory, and are freed by a call of their own. */
const ANSWERS = ["c_step", "c_step_frame"];

export default class CanonicalExports extends Transform {
  afterCompile(module) {
    const { binaryen } = this;
    const functions = new Map();
    for (let i = 0; i < module.getNumExports(); i++) {
      const info = binaryen.getExportInfo(module.getExportByIndex(i));
      functions.set(info.name, info.value);
    }
    for (const name of [...Object.keys(CANONICAL), "c_post"]) {
      if (!functions.has(name)) throw new Error(`the core does not export ${name}`);
      module.removeExport(name);
    }
    for (const [name, canonical] of Object.entries(CANONICAL)) module.addFunctionExport(functions.get(name), canonical);
    for (const name of ANSWERS) module.addFunctionExport(functions.get("c_post"), `cabi_post_${CANONICAL[name]}`);
  }
}
