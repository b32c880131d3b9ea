import { existsSync } from "node:fs";
import { tiktokenFolder } from "../../tools/tiktoken.ts";
import { tablePath } from "../../tools/token-tables.ts";

/** Whether the tables of OpenAI's encodings could be made: tests that need them are skipped otherwise. */
export const HAS_TABLES = existsSync(tablePath("o200k_base")) && existsSync(tablePath("cl100k_base"));
/** Whether npm's tiktoken is there to compare with. */
export const HAS_TIKTOKEN = tiktokenFolder() !== undefined;
