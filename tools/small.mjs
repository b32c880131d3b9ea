// An asc transform (asc --transform tools/small.mjs): optimizes the module for its size, in place of the compiler's own optimizer, whose
// levels go along with inlining that costs three kilobytes of a compressed core and gains nothing measurable. The compiler is then asked for
// level 0. `this.binaryen` is the compiler's own copy; an imported one would change nothing.

import { Transform } from "assemblyscript/transform";

/** What is no larger is put into its callers: reads and writes of fields, and sums of these. In units of Binaryen's, about one an instruction. */
const INLINED = 6;

/** Small, called from many places, and none of them in a hurry: a call is shorter than what it does. */
const CALLED = ["*/Builder#clear", "*/output/putBytes", "*/instance/termOf", "*/pattern-terms/mapWith", "*/grammar/specA"];

export default class Small extends Transform {
  afterCompile(module) {
    const { binaryen } = this;
    for (const name of CALLED) {
      binaryen.setPassArgument("no-inline", name);
      module.runPasses(["no-inline"]);
    }
    binaryen.setOptimizeLevel(2);
    binaryen.setShrinkLevel(1);
    binaryen.setAlwaysInlineMaxSize(INLINED);
    // The compiler puts nothing below 1024.
    binaryen.setLowMemoryUnused(true);
    for (let size = Number.POSITIVE_INFINITY; ; ) {
      module.optimize();
      const next = module.emitBinary().length;
      if (next >= size) return;
      size = next;
    }
  }
}
