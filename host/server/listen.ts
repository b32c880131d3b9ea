import type { AddressInfo } from "node:net";
import type { serve as Serve } from "@hono/node-server";
import { BadUsage, MissingPackage } from "../errors.ts";
import type { Service } from "./service.ts";
import type { ServiceWorld } from "./settings.ts";

export interface Listening {
  host: string;
  port: number;
  /** Takes no more connections, and waits until those there are have their answers. */
  close(): Promise<void>;
}

/** Serves at an address. @throws BadUsage if it cannot be had, MissingPackage */
export async function listen(service: Service, { host, port }: { host: string; port: number }, load: ServiceWorld["load"]): Promise<Listening> {
  let serve: typeof Serve;
  try {
    ({ serve } = (await load("@hono/node-server")) as { serve: typeof Serve });
  } catch (error) {
    throw new MissingPackage("@hono/node-server", "A service on Node needs the package @hono/node-server: npm install @hono/node-server", error);
  }
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: (request: Request) => service.fetch(request), hostname: host, port }, (address: AddressInfo) => {
      resolve({
        host,
        port: address.port,
        close: () =>
          new Promise((done) => {
            service.close();
            server.close(() => done());
          }),
      });
    });
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new BadUsage(`The service cannot have ${host}:${port}: ${error.code === "EADDRINUSE" ? "something else has it" : error.message}`)),
    );
  });
}
