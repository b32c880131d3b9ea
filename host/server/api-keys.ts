import { createHash, timingSafeEqual } from "node:crypto";
import { BadUsage } from "../errors.ts";
import type { ApiKeySettings, ServiceWorld } from "./settings.ts";

const PREFIX = "AIXGO_API_KEY_";

/** People's keys, kept as their hashes. */
export class ApiKeys {
  readonly #keys: { name: string; hash: Buffer }[] = [];

  /** @throws BadUsage if there are none, or their file is no such file */
  static async read(
    { source = "environment", env_prefix = PREFIX, file_path, format, mode, keys = [] }: ApiKeySettings,
    world: ServiceWorld,
  ): Promise<ApiKeys> {
    const found = new ApiKeys();
    const isGiven = keys.length > 0;
    for (const { name, key_env } of keys) {
      const key = world.env[key_env];
      if (!key) throw new BadUsage(`The key of ${name} is in the variable ${key_env}, which is not set.`);
      found.#add(name, key);
    }
    if (source === "file") for (const [name, key] of await readFile(file_path ?? "", format, mode, world)) found.#add(name, key);
    else
      for (const [variable, key] of Object.entries(world.env)) if (variable.startsWith(env_prefix) && key) found.#add(variable.slice(env_prefix.length), key);
    if (found.#keys.length === 0 && !isGiven) {
      const where = source === "file" ? `${file_path} has none` : `no variable's name begins with ${env_prefix}`;
      throw new BadUsage(`Nobody has a key to sign in with: ${where}.`);
    }
    return found;
  }

  #add(name: string, key: string): void {
    if (name !== "") this.#keys.push({ name, hash: hashOf(key) });
  }

  /** Whose key it is. All of them are compared, each in the same time. */
  find(key: string): string | undefined {
    const hash = hashOf(key);
    let found: string | undefined;
    for (const known of this.#keys) if (timingSafeEqual(known.hash, hash)) found ??= known.name;
    return found;
  }
}

const hashOf = (key: string) => createHash("sha256").update(key).digest();

async function readFile(path: string, format: ApiKeySettings["format"], mode: string | undefined, world: ServiceWorld): Promise<[string, string][]> {
  const { text, mode: bits } = await world.read(path);
  const allowed = mode === undefined ? [0o600, 0o400] : [Number.parseInt(mode, 8)];
  if (!allowed.includes(bits & 0o777)) throw new BadUsage(`${path} holds keys, and others may read it: chmod ${(allowed[0] ?? 0o600).toString(8)} ${path}`);
  if (format === "json" || (format === undefined && text.trimStart().startsWith("{"))) {
    try {
      const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
      if (entries.every((entry): entry is [string, string] => typeof entry[1] === "string")) return entries;
    } catch {
      // See below.
    }
    throw new BadUsage(`${path} is no JSON map from names to keys.`);
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const at = line.indexOf("=");
    if (at <= 0) throw new BadUsage(`${path} has a line that is not name=key.`);
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}
