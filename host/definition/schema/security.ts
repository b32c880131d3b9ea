import { choice, decimal, duration, filled, flag, integer, key, list, map, record, required, secret, text } from "./kinds.ts";
import { later } from "./reasons.ts";

// Who may use a definition that is served: signing in, permissions, auditing, limits. Runs in a program of one's own do not look at it.

const iap = map({
  enabled: key(flag(), { about: "Whether the proxy is used." }),
  verify_jwt: key(flag(), { about: "Check its signature." }),
  audience: key(text(), { about: "Audience of its token; needed if verified." }),
  allowed_domains: key(list(text()), { about: "Domains of people let in." }),
  required_roles: key(list(text()), { about: "Roles of people let in; empty: any." }),
});

const delegatedAuth = map({
  identity_header: required(filled(), { about: "Header set by a verified proxy." }),
  iap: key(iap, { about: "The proxy." }),
  header_mapping: key(record(text()), { about: "Field of the principal → header." }),
});

const apiKeys = map({
  source: key(choice(["environment", "file"]), { about: "Where keys are." }),
  env_prefix: key(text(), { about: "Variables that hold one.", default: "`AIXGO_API_KEY_`" }),
  file_path: key(text(), { about: "File that holds them." }),
  enabled: key(flag(), { about: "Whether keys are used." }),
  file: key(text(), { about: "The same as `file_path`.", meaning: "/builtin_auth.api_keys.file_path" }),
  format: key(choice(["json", "lines"]), { about: "Form of the file: a map from names to keys, or `name=key` lines.", default: "what it looks like" }),
  mode: key(choice(["0600", "0400"]), { about: "Its mode; with another one it is refused.", default: "`0600` or `0400`" }),
  keys: key(list(map({ name: required(filled(), { about: "Who." }), key_env: required(filled(), { about: "Variable that holds the key." }) })), {
    about: "More keys, each in a variable.",
  }),
});

const builtinAuth = map({
  method: required(choice(["api_key", "jwt"], { enum: "SignIn" }), { about: "How people sign in: a key, as Bearer or `X-API-Key`, or a token as Bearer." }),
  api_keys: key(apiKeys, { about: "Keys of people." }),
});

const jwt = map({
  enabled: key(flag(), { about: "Whether tokens are used." }),
  jwks_url: key(text(), { about: "Where their keys are." }),
  issuer: key(text(), { about: "Who issues them." }),
  audience: key(text(), { about: "For whom." }),
  cache_ttl: key(duration(), { about: "How long keys are kept.", default: "1h" }),
});

const authorization = map({
  enabled: key(flag(), { about: "Whether permissions are checked.", default: "on outside development" }),
  default_deny: key(flag(), { about: "What is not allowed is denied.", default: "true" }),
  policy_file: key(text(), { about: "File with policies." }),
});

const rbac = map({
  enabled: key(flag(), { about: "Whether roles are used." }),
  roles: key(list(map({ name: required(filled(), { about: "The role." }), permissions: key(list(text()), { about: "What it may." }) })), {
    about: "Own roles.",
  }),
});

const auth = map({
  enabled: key(flag(), { about: "false: `auth_mode: disabled`." }),
  mode: key(text(), { about: "As `auth_mode`.", meaning: "/auth_mode" }),
  provider: key(text(), { about: "As `builtin_auth.method`.", meaning: "/builtin_auth.method" }),
  iap: key(iap, { about: "As `delegated_auth.iap`.", meaning: "/delegated_auth.iap" }),
  api_keys: key(apiKeys.shape.keys.unwrap(), { about: "As `builtin_auth.api_keys.keys`.", meaning: "/builtin_auth.api_keys.keys" }),
  allow_api_key_fallback: key(flag(), { about: "Keys beside the proxy: delegated is hybrid.", default: "false" }),
  rbac: key(rbac, { about: "As `rbac` at the top.", meaning: "/rbac" }),
});

const siem = map({
  enabled: key(flag(), { about: "Whether events are sent on." }),
  endpoint: key(text(), { about: "The same as `webhook.url`.", meaning: "/audit.siem.webhook.url" }),
  elasticsearch: key(
    map({
      urls: key(list(text()), { about: "Servers." }),
      index: key(text(), { about: "Index." }),
      username: key(text(), { about: "User." }),
      password: key(secret(), { about: "Password." }),
      tls_verify: key(flag(), { about: "Check certificates." }),
    }),
    { about: "Elasticsearch." },
  ),
  splunk: key(
    map({
      url: key(text(), { about: "Server." }),
      token: key(secret(), { about: "Token." }),
      index: key(text(), { about: "Index." }),
      source: key(text(), { about: "Source." }),
      tls_verify: key(flag(), { about: "Check certificates." }),
    }),
    { about: "Splunk." },
  ),
  webhook: key(
    map({
      url: key(text(), { about: "Address." }),
      method: key(text(), { about: "Method." }),
      headers: key(record(secret()), { about: "Headers." }),
      tls_verify: key(flag(), { about: "Check certificates." }),
    }),
    { about: "Any address." },
  ),
  batch_size: key(integer({ min: 1 }), { about: "Events in one message.", default: "100" }),
  flush_interval: key(duration(), { about: "Longest wait.", default: "5s" }),
});

const audit = map({
  enabled: key(flag(), { about: "Whether events are recorded.", default: "on outside development" }),
  backend: key(choice(["memory", "json", "syslog"]), { about: "Where: in memory, as lines of JSON on stderr, or to the system's log.", default: "`memory`" }),
  log_auth_decisions: key(flag(), { about: "Record who signed in, and who could not, too.", default: "false" }),
  siem: key(siem, { about: "Sending them on." }),
});

const rates = {
  requests_per_second: key(decimal({ min: 0 }), { about: "Requests a second." }),
  requests_per_minute: key(decimal({ min: 0 }), { about: "Requests a minute." }),
  burst: key(integer({ min: 1 }), { about: "Requests at once." }),
  per_user: key(flag(), { about: "For each user apart." }),
};

const rateLimiting = map({
  enabled: key(flag(), { about: "Whether requests are counted.", default: "false" }),
  ...rates,
  tools: key(record(map(rates)), { about: "The same for one tool.", later: later.rates }),
});

/** The keys that mean the same at the top and under `security`. */
export const securityKeys = {
  environment: key(choice(["production", "staging", "development"], { enum: "Environment" }), {
    about: "Where it runs; the variable `ENVIRONMENT` wins.",
    default: "`production`",
  }),
  auth_mode: key(
    choice(["builtin", "delegated", "hybrid", "disabled"], {
      enum: "AuthMode",
      off: "disabled",
      also: { none: "disabled", iap: "delegated", api_key: "builtin" },
    }),
    {
      about: "How people sign in.",
      default: "`builtin`; in development `disabled`",
    },
  ),
  delegated_auth: key(delegatedAuth, { about: "Signing in by a proxy." }),
  builtin_auth: key(builtinAuth, { about: "Signing in by key." }),
  jwt: key(jwt, { about: "Signing in by token." }),
  iap: key(iap, { about: "The same as `delegated_auth.iap`.", meaning: "/delegated_auth.iap" }),
  auth: key(auth, { about: "Other spellings of all this." }),
  api_keys: key(apiKeys, { about: "The same as `builtin_auth.api_keys`.", meaning: "/builtin_auth.api_keys" }),
  authorization: key(authorization, { about: "Permissions." }),
  rbac: key(rbac, { about: "Roles." }),
  audit: key(audit, { about: "Auditing." }),
  rate_limiting: key(rateLimiting, { about: "Requests let in, by token buckets: what is beyond is refused, with the time to wait." }),
};

type SecurityKeys = typeof securityKeys;

const elsewhere: Record<string, string> = { iap: "/delegated_auth.iap", api_keys: "/builtin_auth.api_keys" };

/** The same keys, each meaning the one at the top. */
function below(): SecurityKeys {
  const shape: Record<string, unknown> = {};
  for (const [word, type] of Object.entries(securityKeys))
    shape[word] = key(type.unwrap(), { about: `The same as \`${word}\` at the top.`, meaning: elsewhere[word] ?? `/${word}` });
  return shape as SecurityKeys;
}

export const security = map(below());
