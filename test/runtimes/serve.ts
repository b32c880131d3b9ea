import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** Files by the folder that their address begins with, and pages; on this machine alone. */
export interface Site {
  folders: Record<string, string>;
  pages: Record<string, string>;
}

// No type for .wasm: many a server knows none.
const TYPES: Record<string, string> = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html" };

/** Serves a site. */
export async function serve({ folders, pages }: Site): Promise<{ url: string; close(): void }> {
  const server = createServer(async ({ url = "/" }, response) => {
    const path = normalize(new URL(url, "http://localhost").pathname);
    const page = pages[path];
    if (page !== undefined) return response.setHeader("content-type", "text/html").end(page);
    const [prefix, folder] = Object.entries(folders).find(([prefix]) => path.startsWith(prefix)) ?? [];
    try {
      const bytes = await readFile(join(folder!, path.slice(prefix!.length)));
      response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream").end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
