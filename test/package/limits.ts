/**
 * What aixlet may cost whoever installs or embeds it. Bytes are gzipped, level 9; a kilobyte is 1024 of them.
 *
 * These are ratchets: what is reached, with little air. The aims are in the comments; a limit only ever goes down.
 */
export const LIMITS = {
  /** dist/core.wasm, all agents and patterns in it. Aim: 96. */
  core: 121 * 1024,
  /** Everything a page loads before a definition runs that it gives as an object: bundled and minified JavaScript, and the core. Aim: 80. */
  browser: 160 * 1024,
  /** The same, and the parser, of a page that gives YAML. Aim: 80. */
  browserWithYaml: 193 * 1024,
  /** What `npm install aixlet` puts into node_modules, aixlet itself included. */
  packages: 5,
};
