/** A server's tool under the name that agents know it by. */
export interface NamedTool {
  server: string;
  /** As the server has it. */
  tool: string;
  /** As agents have it: unique among all tools. */
  name: string;
}

const LONGEST = 64;

/**
 * Names for the tools of all servers. One that several servers have, or that is taken, begins with its server's name; what may not stand in a name
 * becomes `_`.
 */
export function nameTools(servers: readonly { name: string; tools: readonly string[] }[], taken: ReadonlySet<string>): NamedTool[] {
  const all = servers.flatMap(({ name, tools }) => tools.map((tool) => ({ server: name, tool })));
  const wanted = new Map<string, number>();
  for (const { tool } of all) wanted.set(clean(tool), (wanted.get(clean(tool)) ?? 0) + 1);
  const given = new Set(taken);
  // Those that keep their names first: no prefix takes one away.
  const names = new Map(all.filter(({ tool }) => wanted.get(clean(tool)) === 1 && !taken.has(clean(tool))).map((each) => [each, clean(each.tool)]));
  for (const name of names.values()) given.add(name);
  return all.map((each) => {
    const name = names.get(each) ?? free(clean(`${each.server}_${each.tool}`), given);
    given.add(name);
    return { ...each, name };
  });
}

function clean(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, LONGEST);
}

function free(name: string, taken: ReadonlySet<string>): string {
  let found = name;
  for (let i = 2; taken.has(found); i++) found = `${name.slice(0, LONGEST - 4)}_${i}`;
  return found;
}
