import * as aixlet from "aixlet";
import { program } from "./program.mjs";

export default {
  async fetch() {
    try {
      return Response.json(await program(aixlet));
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
