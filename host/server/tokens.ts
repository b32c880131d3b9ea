import { MissingPackage } from "../errors.ts";
import type { ServiceWorld } from "./settings.ts";

/** What a token says, if it is good. */
export interface Claims {
  sub?: string;
  email?: string;
  roles: string[];
}

/** What is asked of tokens. */
export interface TokenRules {
  jwksUrl: string;
  issuer?: string;
  audience?: string;
  algorithm: "RS256" | "ES256";
  /** Milliseconds for which their keys are kept. */
  keep?: number;
}

interface Jose {
  createRemoteJWKSet(url: URL, options?: { cacheMaxAge?: number }): unknown;
  jwtVerify(token: string, keys: unknown, options: object): Promise<{ payload: Record<string, unknown> }>;
}

/** Looks at signed tokens (JSON Web Tokens, RFC 7519), with the package jose. */
export class Tokens {
  readonly #jose: Jose;
  readonly #keys: unknown;
  readonly #rules: TokenRules;

  private constructor(jose: Jose, rules: TokenRules) {
    this.#jose = jose;
    this.#rules = rules;
    this.#keys = jose.createRemoteJWKSet(new URL(rules.jwksUrl), { cacheMaxAge: rules.keep ?? 3_600_000 });
  }

  /** @throws MissingPackage */
  static async by(rules: TokenRules, load: ServiceWorld["load"]): Promise<Tokens> {
    try {
      return new Tokens((await load("jose")) as Jose, rules);
    } catch (error) {
      throw new MissingPackage("jose", "Signed tokens need the package jose: npm install jose", error);
    }
  }

  /** What a token says; undefined: it is none, or not good, or its keys are out of reach. RSA keys below 2048 bits are refused by jose. */
  async verify(token: string): Promise<Claims | undefined> {
    const { issuer, audience, algorithm } = this.#rules;
    try {
      const { payload } = await this.#jose.jwtVerify(token, this.#keys, { issuer, audience, algorithms: [algorithm], requiredClaims: ["exp"] });
      const { sub, email, roles } = payload;
      return {
        ...(typeof sub === "string" && { sub }),
        ...(typeof email === "string" && { email }),
        roles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
      };
    } catch {
      return undefined;
    }
  }
}
