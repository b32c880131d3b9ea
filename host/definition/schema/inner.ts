import { z } from "zod";
import { definition } from "./definition.ts";

/** A definition within a definition. */
export const inner = z.lazy((): z.ZodType => definition);
