import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

// Real servers for the stores: Debian's, started in folders of their own, without a network. Their clients come from package.json beside this file.

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));

/** A server that runs, and how to reach it. */
export interface Server {
  /** The folder of its socket, or the socket. */
  address: string;
  stop(): Promise<void>;
}

let installing: Promise<void> | undefined;

/** Installs what package-lock.json says, unless that has been done. */
function installClients(): Promise<void> {
  installing ??= (async () => {
    const done = join(HERE, "node_modules/.installed");
    const wanted = readFileSync(join(HERE, "package-lock.json"), "utf8");
    if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
    await run("npm", ["ci"], { cwd: HERE });
    writeFileSync(done, wanted);
  })();
  return installing;
}

/** Imports a client. */
export async function load(packageName: string): Promise<object> {
  await installClients();
  const path = createRequire(join(HERE, "package.json")).resolve(packageName);
  return import(pathToFileURL(path).href);
}

/** Where a program is; a package of Debian's is installed for it, if one may. @throws Error where it cannot be had */
async function find(name: string, folders: readonly string[], debian: string): Promise<string> {
  const look = () => [...(process.env.PATH ?? "").split(":"), ...folders].map((folder) => join(folder, name)).find((path) => existsSync(path));
  const found = look();
  if (found !== undefined) return found;
  if (process.platform !== "linux" || process.getuid?.() !== 0) throw new Error(`${name} is not installed: on Debian it is in the package ${debian}`);
  await run("apt-get", ["update", "-qq"]).catch(() => undefined);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", debian], { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  const installed = look();
  if (installed === undefined) throw new Error(`the package ${debian} has no ${name}`);
  return installed;
}

/** A Redis that has on disk what it has said yes to. */
export async function startRedis(): Promise<Server> {
  const redis = await find("redis-server", ["/usr/bin"], "redis-server");
  const folder = mkdtempSync(join(tmpdir(), "aixlet-redis-"));
  const socket = join(folder, "socket");
  const options = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"];
  const child = spawn(redis, options, { stdio: "ignore" });
  await until(() => existsSync(socket), child, "redis-server");
  return { address: socket, stop: () => stop(child, folder) };
}

/** A PostgreSQL, as its own user where this one is root. */
export async function startPostgres(): Promise<Server> {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`) : [];
  const initdb = await find("initdb", [...versions, "/usr/lib/postgresql/15/bin"], "postgresql");
  const folder = mkdtempSync(join(tmpdir(), "aixlet-postgres-"));
  const user = await otherUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const as = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } };
  const data = join(folder, "data");
  await run(initdb, ["-D", data, "-U", "aixlet", "--auth=trust", "--encoding=UTF8", "--no-sync"], as);
  const child = spawn(join(dirname(initdb), "postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses="], { ...as, stdio: "ignore" });
  await until(() => existsSync(join(folder, ".s.PGSQL.5432")), child, "postgres");
  return { address: `postgres://aixlet@/postgres?host=${encodeURIComponent(folder)}`, stop: () => stop(child, folder) };
}

/** PostgreSQL does not run as root. */
async function otherUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (what) => Number((await run("id", [what, "postgres"])).stdout)));
  return { uid, gid };
}

async function until(there: () => boolean, child: ChildProcess, name: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (there()) return;
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} does not listen`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
  await rm(folder, { recursive: true, force: true });
}

/** Starts a server. Where there is none CI fails; anybody else is told, and goes on without. */
export async function tryServer(start: () => Promise<Server>): Promise<Server | string> {
  try {
    await installClients();
    return await start();
  } catch (error) {
    if (process.env.CI) throw error;
    return (error as Error).message.split("\n")[0];
  }
}
