import { BadUsage } from "../errors.ts";
import type { Engine } from "../engine.ts";
import type { Verdict } from "../guard.ts";
import { Credentials } from "./credentials.ts";
import type { ServiceWorld, Settings } from "./settings.ts";

/** Buckets that are kept; those that nobody has asked for the longest go first, which fills them. */
const MOST_BUCKETS = 10_000;

/** Somebody who has come, and whether they are let in. */
export interface Visitor {
  verdict: Verdict;
  roles: string[];
  /** Whose conversations they go on with; empty: nobody's in particular. */
  user: string;
  /** What a proxy says of them besides, by the names in `header_mapping`. */
  identity: Record<string, string>;
}

/** Whether somebody may do what they want: what they show is looked at here, and the core decides. */
export class Doorkeeper {
  readonly #engine: Engine;
  readonly #credentials: Credentials;
  readonly #policies: string;
  readonly #buckets = new Map<string, { left: number; since: number }>();

  private constructor(engine: Engine, credentials: Credentials, policies: string) {
    this.#engine = engine;
    this.#credentials = credentials;
    this.#policies = policies;
  }

  /** @throws BadUsage, MissingPackage */
  static async hire(engine: Engine, settings: Settings, world: ServiceWorld, iapKeys?: string): Promise<Doorkeeper> {
    const path = settings.authorization?.policy_file;
    const policies = path === undefined ? "" : (await world.read(path)).text;
    if (path !== undefined) {
      try {
        JSON.parse(policies);
      } catch {
        throw new BadUsage(`${path} is no JSON: it should be a list of policies.`);
      }
    }
    return new Doorkeeper(engine, await Credentials.open(settings, world, iapKeys), policies);
  }

  /** Who sends a request. */
  async signIn(headers: Headers): Promise<Visitor> {
    const evidence = await this.#credentials.of(headers);
    const verdict = this.#engine.signIn(evidence);
    const identity = verdict.byKey ? {} : this.#credentials.identity(headers);
    return { verdict, roles: verdict.byKey ? evidence.keyRoles : evidence.proxyRoles, user: identity.user_id ?? verdict.principal, identity };
  }

  /** Whether somebody who is let in may do something. */
  authorize({ verdict: { principal, bucket }, roles }: Visitor, action: string, resource: string): Verdict {
    const { left, since } = this.#buckets.get(bucket) ?? { left: 0, since: 0 };
    const verdict = this.#engine.authorize({ principal, roles, action, resource, policies: this.#policies, left, since });
    this.#keep(bucket, verdict);
    return verdict;
  }

  #keep(bucket: string, { left, since }: Verdict): void {
    // Nobody counts.
    if (since === 0) return;
    this.#buckets.delete(bucket);
    this.#buckets.set(bucket, { left, since });
    if (this.#buckets.size > MOST_BUCKETS) for (const oldest of this.#buckets.keys()) return void this.#buckets.delete(oldest);
  }
}
