export { catalogue } from "./catalogue.ts";
export type { Catalogue, ModelRow } from "./facts.ts";
