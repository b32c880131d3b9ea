import type { Manifest } from "../manifest.ts";

/** What a definition says of how people sign in, as the core has settled it. */
export interface Settings {
  environment?: string;
  auth_mode?: "builtin" | "delegated" | "hybrid" | "disabled";
  delegated_auth?: {
    identity_header: string;
    header_mapping?: Record<string, string>;
    iap?: { enabled?: boolean; verify_jwt?: boolean; audience?: string };
  };
  builtin_auth?: { method: "api_key" | "jwt"; api_keys?: ApiKeySettings };
  jwt?: { enabled?: boolean; jwks_url?: string; issuer?: string; audience?: string; cache_ttl?: number };
  authorization?: { policy_file?: string };
  audit?: AuditSettings;
  server?: { port?: number };
  config?: { enable_metrics?: boolean };
  logging?: { include_identity?: boolean };
}

export interface ApiKeySettings {
  enabled?: boolean;
  source?: "environment" | "file";
  env_prefix?: string;
  file_path?: string;
  format?: "json" | "lines";
  mode?: string;
  keys?: { name: string; key_env: string }[];
}

export interface AuditSettings {
  backend?: "memory" | "json" | "syslog";
  siem?: {
    enabled?: boolean;
    batch_size?: number;
    flush_interval?: number;
    webhook?: { url?: string; method?: string; headers?: Record<string, string>; tls_verify?: boolean };
    elasticsearch?: { urls?: string[]; index?: string; username?: string; password?: string; tls_verify?: boolean };
    splunk?: { url?: string; token?: string; index?: string; source?: string; tls_verify?: boolean };
  };
}

export const settingsOf = (manifest: Manifest): Settings => manifest.definition as Settings;

/** Whether nobody is asked who they are, because nothing says that they should be: then the service is for this machine alone (R37). */
export const isForThisMachine = ({ auth_mode }: Settings): boolean => auth_mode === undefined;

/** What a host gives a service, besides the engine. */
export interface ServiceWorld {
  /** Variables: keys of people, and secrets that the definition names. */
  env: Record<string, string | undefined>;
  /** Imports an optional package by name. */
  load: (packageName: string) => Promise<object>;
  /** A file and its mode bits. */
  read: (path: string) => Promise<{ text: string; mode: number }>;
  /** A line of the record of who did what, or of what went wrong. */
  log: (line: string) => void;
}

/** Puts in the values of `${NAME}`, which secrets are. @throws Error that names the variable */
export function reveal(text: string, env: ServiceWorld["env"]): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, otherwise?: string) => {
    const value = env[name] || otherwise;
    if (value === undefined) throw new Error(`the variable ${name} is not set`);
    return value;
  });
}
