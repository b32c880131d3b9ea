import type { Evidence } from "../guard.ts";
import { ApiKeys } from "./api-keys.ts";
import type { ServiceWorld, Settings } from "./settings.ts";
import { Tokens } from "./tokens.ts";

/** Google's Identity-Aware Proxy: its header, who issues its tokens, and their keys. */
const IAP = { header: "x-goog-iap-jwt-assertion", issuer: "https://cloud.google.com/iap", keys: "https://www.gstatic.com/iap/verify/public_key-jwk" };

/** Looks at what requests show of who sends them: headers, keys, signatures. What counts is not decided here. */
export class Credentials {
  readonly #settings: Settings;
  #keys: ApiKeys | undefined;
  #tokens: Tokens | undefined;
  #proxy: Tokens | undefined;

  private constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** `iapKeys`: where the proxy's keys are, if not at Google. @throws BadUsage, MissingPackage */
  static async open(settings: Settings, world: ServiceWorld, iapKeys = IAP.keys): Promise<Credentials> {
    const credentials = new Credentials(settings);
    const { auth_mode, builtin_auth, delegated_auth, jwt } = settings;
    if (auth_mode === "builtin" || auth_mode === "hybrid") {
      if (builtin_auth?.method === "jwt") {
        const { jwks_url, issuer, audience, cache_ttl } = jwt ?? {};
        credentials.#tokens = await Tokens.by({ jwksUrl: jwks_url ?? "", issuer, audience, algorithm: "RS256", keep: cache_ttl }, world.load);
      } else credentials.#keys = await ApiKeys.read(builtin_auth?.api_keys ?? {}, world);
    }
    const iap = delegated_auth?.iap;
    if ((auth_mode === "delegated" || auth_mode === "hybrid") && iap?.verify_jwt === true)
      credentials.#proxy = await Tokens.by({ jwksUrl: iapKeys, issuer: IAP.issuer, audience: iap.audience, algorithm: "ES256" }, world.load);
    return credentials;
  }

  async of(headers: Headers): Promise<Evidence> {
    return { ...(await this.#ofProxy(headers)), ...(await this.#ofKey(headers)) };
  }

  /** What the proxy says of somebody, by the names that `header_mapping` has for it. */
  identity(headers: Headers): Record<string, string> {
    const mapped = this.#settings.auth_mode === "builtin" ? {} : (this.#settings.delegated_auth?.header_mapping ?? {});
    return Object.fromEntries(Object.entries(mapped).flatMap(([field, header]) => (headers.has(header) ? [[field, headers.get(header) ?? ""]] : [])));
  }

  async #ofProxy(headers: Headers): Promise<Pick<Evidence, "proxy" | "proxyName" | "proxyRoles">> {
    const { auth_mode, delegated_auth } = this.#settings;
    const header = delegated_auth?.identity_header;
    const name = auth_mode === "builtin" || header === undefined ? null : headers.get(header);
    if (name === null) return { proxy: "absent", proxyName: "", proxyRoles: [] };
    const told = { proxyName: name, proxyRoles: listOf(this.identity(headers).roles ?? "") };
    if (this.#proxy === undefined) return { proxy: "unchecked", ...told };
    const assertion = headers.get(IAP.header);
    if (assertion === null) return { proxy: "unchecked", ...told };
    const claims = await this.#proxy.verify(assertion);
    // The header must be of whom the proxy has signed for.
    const isSame = claims?.email !== undefined && (name === claims.email || name.endsWith(`:${claims.email}`));
    return { proxy: isSame ? "valid" : "invalid", ...told };
  }

  async #ofKey(headers: Headers): Promise<Pick<Evidence, "key" | "keyName" | "keyRoles">> {
    const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    const shown = bearer ?? (this.#keys === undefined ? undefined : (headers.get("x-api-key") ?? undefined));
    if (shown === undefined) return { key: "absent", keyName: "", keyRoles: [] };
    if (this.#tokens === undefined) {
      const name = this.#keys?.find(shown);
      return { key: name === undefined ? "invalid" : "valid", keyName: name ?? "", keyRoles: [] };
    }
    const claims = await this.#tokens.verify(shown);
    return { key: claims === undefined ? "invalid" : "valid", keyName: claims?.sub ?? "", keyRoles: claims?.roles ?? [] };
  }
}

const listOf = (text: string) =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
