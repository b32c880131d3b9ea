import { choice, decimal, duration, filled, flag, integer, key, list, map, record, required, secret, text } from "./kinds.ts";
import { idle, later } from "./reasons.ts";

// Signing in, permissions, auditing. Known and checked; asking for any of it is refused until something is served.

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
  file: key(text(), { about: "The same as `file_path`." }),
  format: key(text(), { about: "Form of the file." }),
  mode: key(text(), { about: "Its mode." }),
});

const builtinAuth = map({
  method: required(choice(["api_key", "jwt", "oauth2"]), { about: "How people sign in." }),
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
  mode: key(choice(["none", "iap", "api_key", "hybrid", "oauth", "disabled", "delegated", "builtin"], { off: "none" }), { about: "As `auth_mode`." }),
  provider: key(text(), { about: "`jwt`: builtin with method `jwt`." }),
  iap: key(iap, { about: "As `delegated_auth.iap`." }),
  api_keys: key(list(map({ name: required(filled(), { about: "Who." }), key_env: required(filled(), { about: "Variable that holds the key." }) })), {
    about: "Keys of people.",
  }),
  allow_api_key_fallback: key(flag(), { about: "Keys beside the proxy.", default: "false" }),
  rbac: key(rbac, { about: "Roles." }),
});

const siem = map({
  enabled: key(flag(), { about: "Whether events are sent on." }),
  endpoint: key(text(), { about: "The same as `webhook.url`." }),
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
  backend: key(choice(["memory", "json", "syslog"]), { about: "Where." }),
  log_auth_decisions: key(flag(), { about: "Record who was let in." }),
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
  tools: key(record(map(rates)), { about: "The same for one tool." }),
});

/** The keys that mean the same at the top and under `security`. */
export const securityKeys = {
  environment: key(choice(["production", "staging", "development"]), { about: "Where it runs.", default: "`production`", idle: idle.environment }),
  auth_mode: key(choice(["builtin", "delegated", "hybrid", "disabled"], { off: "disabled" }), {
    about: "How people sign in.",
    default: "`builtin`; in development `disabled`",
    later: later.signIn,
  }),
  delegated_auth: key(delegatedAuth, { about: "Signing in by a proxy.", later: later.signIn }),
  builtin_auth: key(builtinAuth, { about: "Signing in by key.", later: later.signIn }),
  jwt: key(jwt, { about: "Signing in by token.", later: later.signIn }),
  iap: key(iap, { about: "The same as `delegated_auth.iap`.", later: later.signIn }),
  auth: key(auth, { about: "Other spellings of all this.", later: later.signIn }),
  api_keys: key(apiKeys, { about: "The same as `builtin_auth.api_keys`.", later: later.signIn }),
  authorization: key(authorization, { about: "Permissions.", later: later.signIn }),
  rbac: key(rbac, { about: "Roles.", later: later.signIn }),
  audit: key(audit, { about: "Auditing.", later: later.audit }),
  rate_limiting: key(rateLimiting, { about: "Requests let in.", later: later.rates }),
};

type SecurityKeys = typeof securityKeys;

/** The same keys, each meaning the one at the top. */
function below(): SecurityKeys {
  const shape: Record<string, unknown> = {};
  for (const [word, type] of Object.entries(securityKeys))
    shape[word] = key(type.unwrap(), { about: `The same as \`${word}\` at the top.`, meaning: `/${word}` });
  return shape as SecurityKeys;
}

export const security = map(below());
