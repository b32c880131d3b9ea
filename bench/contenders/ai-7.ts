import { serveAiSdk } from "./ai-sdk.ts";

await serveAiSdk("ai7", "v4");
