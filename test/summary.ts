import type { Reporter, TestModule } from "vitest/node";

const SLOW = 5000;

/** What took long, and one closing line that any tool can read. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
      // A file that could not even be read has no tests, and is a failure all the same.
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) counts.failed++;
    }
    const slow = modules.map((module) => ({ name: module.relativeModuleId, time: module.diagnostic().duration })).filter(({ time }) => time >= SLOW);
    slow.sort((a, b) => b.time - a.time);
    // After the default reporter's own summary.
    process.on("exit", () => {
      for (const { name, time } of slow) console.log(`${(time / 1000).toFixed(1).padStart(7)} s  ${name}`);
      console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped`);
    });
  }
}
