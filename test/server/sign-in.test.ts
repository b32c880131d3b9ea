import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { listening, type Running, type Setting, serving } from "./world.ts";

const echo = "agents: [{name: echo, role: say}]\n";
let running: Running;
afterEach(() => running.close());
const serve = async (definition: string, setting?: Setting) => (running = await serving(echo + definition, setting));
const status = async (headers: Record<string, string> = {}) => (await running.ask("hello", headers)).status;

describe("keys", () => {
  const builtin = "auth_mode: builtin\nbuiltin_auth: {method: api_key, api_keys: {source: environment, env_prefix: KEY_}}\n";
  const env = { KEY_ann: "s3cret", KEY_bob: "other", ELSE: "no" };

  it("as Bearer or X-API-Key, and no others", async () => {
    await serve(builtin, { env });
    const none = await running.ask("hello");
    expect([none.status, none.headers.get("www-authenticate"), await none.json()]).toEqual([
      401,
      "Bearer",
      { error: "unauthenticated", message: "there is no key or token" },
    ]);
    expect(await status({ authorization: "Bearer s3cret" })).toBe(200);
    expect(await status({ "x-api-key": "other" })).toBe(200);
    for (const key of ["no", "s3cre", "s3crett", ""]) expect(await status({ "x-api-key": key })).toBe(401);
    expect(await status({ authorization: "Basic s3cret" })).toBe(401);
  });

  it("health needs none, metrics do", async () => {
    await serve(`${builtin}observability: {metrics: true}`, { env });
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
    expect((await fetch(`${running.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${running.url}/metrics`, { headers: { "x-api-key": "other" } })).status).toBe(200);
  });

  it("of a file that nobody else may read", async () => {
    const file = "builtin_auth: {method: api_key, api_keys: {source: file, file_path: keys}}";
    await serve(file, { files: { keys: { text: "# people\nann=s3cret\nbob = other\n" } } });
    expect([await status({ "x-api-key": "s3cret" }), await status({ "x-api-key": "other" }), await status({ "x-api-key": "people" })]).toEqual([200, 200, 401]);
    await running.close();
    await serve(file, { files: { keys: { text: '{"ann": "s3cret"}' } } });
    expect(await status({ "x-api-key": "s3cret" })).toBe(200);
    await expect(serving(echo + file, { files: { keys: { text: "ann=s3cret", mode: 0o100644 } } })).rejects.toThrow("keys holds keys, and others may read it");
    await expect(serving(echo + file, { files: { keys: { text: "ann" } } })).rejects.toThrow("a line that is not name=key");
    await expect(serving(echo + file, { files: { keys: { text: "" } } })).rejects.toThrow("Nobody has a key to sign in with");
  });

  it("in variables of their own", async () => {
    const own = "auth: {mode: api_key, api_keys: [{name: ann, key_env: ANN}]}\nbuiltin_auth: {method: api_key}";
    await serve(own, { env: { ANN: "s3cret" } });
    expect([await status({ "x-api-key": "s3cret" }), await status({ "x-api-key": "x" })]).toEqual([200, 401]);
    await expect(serving(echo + own)).rejects.toThrow("The key of ann is in the variable ANN, which is not set");
  });

  it("are limited, each by itself", async () => {
    await serve(`${builtin}rate_limiting: {enabled: true, requests_per_minute: 1, burst: 2, per_user: true}`, { env });
    const keys = ["s3cret", "s3cret", "s3cret", "other"];
    const told = [];
    for (const key of keys) told.push(await running.ask("hello", { "x-api-key": key }));
    expect(told.map((response) => response.status)).toEqual([200, 200, 429, 200]);
    expect(Number(told[2]?.headers.get("retry-after"))).toBeGreaterThan(50);
  });
});

describe("tokens", () => {
  type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
  let keys: Keys;
  let other: Keys;
  let iap: Keys;
  let jwks: Awaited<ReturnType<typeof listening>>;
  beforeAll(async () => {
    [keys, other, iap] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256"), generateKeyPair("ES256")]);
    const body = {
      keys: [
        { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "RS256" },
        { ...(await exportJWK(iap.publicKey)), kid: "iap", alg: "ES256" },
      ],
    };
    jwks = await listening(() => ({ body }));
    return () => void jwks.server.close();
  });
  const token = (claims: Record<string, unknown>, from = keys, expires = "1h") =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: from === iap ? "ES256" : "RS256", kid: from === iap ? "iap" : "one" })
      .setExpirationTime(expires)
      .sign(from.privateKey);
  const bearer = async (...args: Parameters<typeof token>) => status({ authorization: `Bearer ${await token(...args)}` });

  it("are let in that are signed, in time, and meant for this", async () => {
    await serve(
      `auth_mode: builtin\nbuiltin_auth: {method: jwt}\njwt: {jwks_url: "${jwks.url}", issuer: here, audience: aixlet}\nauthorization: {enabled: true}`,
    );
    const good = { sub: "ann", iss: "here", aud: "aixlet" };
    expect(await bearer(good)).toBe(200);
    expect(await bearer({ ...good, roles: ["readonly"] })).toBe(403);
    expect(await bearer({ ...good, roles: ["admin"] })).toBe(200);
    expect(await bearer({ ...good, iss: "there" })).toBe(401);
    expect(await bearer({ ...good, aud: "other" })).toBe(401);
    expect(await bearer({ ...good, sub: undefined })).toBe(401);
    expect(await bearer(good, other)).toBe(401);
    expect(await bearer(good, keys, "-1h")).toBe(401);
    const [head, body] = (await token(good)).split(".");
    expect(await status({ authorization: `Bearer ${head}.${body}.` })).toBe(401);
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await status({ authorization: `Bearer ${none}.${body}.` })).toBe(401);
    expect(await status({ "x-api-key": await token(good) })).toBe(401);
  });

  it("of a proxy, or else a key", async () => {
    const hybrid = `
environment: production
auth_mode: hybrid
delegated_auth:
  identity_header: X-Goog-Authenticated-User-Email
  iap: {enabled: true, verify_jwt: true, audience: /projects/1, allowed_domains: [example.com]}
builtin_auth: {method: api_key, api_keys: {env_prefix: KEY_}}
`;
    await serve(hybrid, { env: { KEY_robot: "s3cret" }, iapKeys: jwks.url });
    const signed = (claims: Record<string, unknown>, from = iap) => token({ iss: "https://cloud.google.com/iap", aud: "/projects/1", ...claims }, from);
    const proxy = async (name: string, assertion?: string, more: Record<string, string> = {}) =>
      status({
        "x-goog-authenticated-user-email": `accounts.google.com:${name}`,
        ...(assertion !== undefined && { "x-goog-iap-jwt-assertion": assertion }),
        ...more,
      });
    const good = await signed({ email: "ann@example.com" });
    expect(await proxy("ann@example.com", good)).toBe(200);
    expect(await proxy("eve@example.com", good)).toBe(401);
    expect(await proxy("ann@example.com", good.slice(0, -8))).toBe(401);
    expect(await proxy("ann@example.com", await signed({ email: "ann@example.com", aud: "/projects/2" }))).toBe(401);
    // A header that is forged is refused without a second try, whatever key comes with it; so is one that nobody signed.
    expect(await proxy("ann@example.com", "x.y.z", { "x-api-key": "s3cret" })).toBe(401);
    expect(await proxy("ann@example.com", undefined, { "x-api-key": "s3cret" })).toBe(401);
    expect(await proxy("ann@example.org", await signed({ email: "ann@example.org" }))).toBe(403);
    expect(await status({ "x-api-key": "s3cret" })).toBe(200);
    expect(await status()).toBe(401);
  });
});

describe("policies", () => {
  const definition =
    "auth_mode: delegated\ndelegated_auth: {identity_header: X-User, header_mapping: {roles: X-Roles}}\nauthorization: {policy_file: policies.json}";
  const policies = (list: unknown) => ({ files: { "policies.json": { text: JSON.stringify(list) } } });

  it("say who may do what", async () => {
    await serve(
      definition,
      policies([
        { principal: "*", resource: "agents", action: "run", effect: "allow" },
        { principal: "role:staff", resource: "agent/*", action: "run", effect: "allow" },
        { principal: "eve", resource: "*", action: "*", effect: "deny" },
      ]),
    );
    const to = (body: object, headers: Record<string, string>) =>
      fetch(`${running.url}/v1/runs`, {
        method: "POST",
        body: JSON.stringify({ input: "x", ...body }),
        headers: { "content-type": "application/json", ...headers },
      });
    expect((await to({}, { "x-user": "ann" })).status).toBe(200);
    expect((await to({ to: "echo" }, { "x-user": "ann" })).status).toBe(403);
    expect((await to({ to: "echo" }, { "x-user": "ann", "x-roles": "guest, staff" })).status).toBe(200);
    expect(await (await to({}, { "x-user": "eve", "x-roles": "staff" })).json()).toEqual({ error: "forbidden", message: "a policy denies it" });
    expect((await to({}, {})).status).toBe(401);
  });

  it("have to be JSON", async () => {
    await serve("");
    await expect(serving(echo + definition, { files: { "policies.json": { text: "{" } } })).rejects.toThrow("policies.json is no JSON");
  });
});
