/** What aixlet may cost whoever installs or embeds it. Bytes are gzipped, level 9; a kilobyte is 1024 of them. */
export const LIMITS = {
  /** dist/core.wasm */
  core: 48 * 1024,
  /** Everything a page loads before a YAML definition runs: bundled and minified JavaScript, and the core. */
  browser: 80 * 1024,
  /** What `npm install aixlet` puts into node_modules, aixlet itself included. */
  packages: 5,
};
