// Why a key of the grammar is refused, or has no effect, in this version.

export const later = {
  roles: "this role is not in this version",
  grpc: "tool servers are not spoken to over gRPC in this version",
  oauth: "signing in by OAuth is not in this version: give it a token",
  tls: "certificates of one's own are not in this version: give the host's process them (NODE_EXTRA_CA_CERTS)",
  firestore: "Firestore is not in this version: give the engine a store of your own",
  memory: "conversation memory is not in this version",
  cache: "caches are not in this version",
  vectors: "vectors of texts are not in this version",
  search: "stores of documents are not in this version",
  rates: "rate limits are not in this version",
  money: "alerts about money are not in this version: give it a `budget` with `soft`",
  guided: "guided loops are not in this version",
  approvals: "approvals are not in this version",
  outputs: "checked answers of models are not in this version",
  metadata: "messages have no metadata in this version",
  remote: "agents in other processes are not in this version",
  guardrails: "guardrails of providers are not in this version",
  services: "choosing a variant of a served model is not in this version",
  alerts: "alerts are not in this version",
  nodeLimits: "limits of one node are not in this version: put them at the top",
  flat: "keys of providers stand under an agent, under `llm`, or in the environment",
} as const;

export const idle = {
  serving: "health and counters are read from the service's own port",
  search: "stores of the host make vectors by themselves in this version",
  exporter: "telemetry goes to the OpenTelemetry of the program that runs this",
  logging: "how log lines look is up to the program that runs this",
  regions: "providers with regions and projects are given to the host as model objects in this version",
  joins: "a join waits for nothing: all its parts are there when it begins",
  grpc: "gRPC is not served in this version",
} as const;
