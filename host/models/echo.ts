import type { Conversation } from "./conversation.ts";
import { estimateUsage, streamText } from "./stand-in.ts";
import type { ChatModel, ModelAnswer, ModelCall, PreparedModel } from "./types.ts";

/** The model that needs no key: it answers with what was last said to it. */
export class EchoModel implements ChatModel {
  readonly provider = "echo";
  readonly model = "echo";
  readonly label = "echo";

  prepare(): PreparedModel {
    return {
      model: this,
      generate: async (conversation: Conversation, call: ModelCall): Promise<ModelAnswer> => {
        const text = conversation.lastText("user");
        if (call.onDelta !== undefined) streamText(text, call.onDelta);
        const parts: ModelAnswer["parts"] = text === "" ? [] : [{ role: "assistant", kind: "text", text, id: "", name: "", metadata: "" }];
        return { parts, finish: "stop", usage: estimateUsage(conversation, parts) };
      },
    };
  }
}
