export { AuditLog } from "./audit-log.ts";
export { type Listening, listen } from "./listen.ts";
export { createService, type Service, type ServiceOptions } from "./service.ts";
export { type AuditSettings, isForThisMachine, type Settings, settingsOf, type ServiceWorld } from "./settings.ts";
