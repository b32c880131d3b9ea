import { serveAiSdk } from "./ai-sdk.ts";

await serveAiSdk("ai6", "v3");
