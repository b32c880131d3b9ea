import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { SignedHead } from "../../stores/signed-head.ts";
import type { Store } from "../../stores/store.ts";
import { RunMissing } from "../../stores/errors.ts";
import { DONE } from "../exit-codes.ts";
import { readBytes } from "../files.ts";
import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { UsageError } from "../usage-error.ts";

/** `aixlet runs verify`: every link of the run's chain, and a signature of its head if there is one. */
export async function verifyRun(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  const { headOf, verifyHead } = await import("../../stores/signed-head.ts");
  const raw = store.sealed ?? store;
  const signature = parsed.value("signature");
  if ((signature === undefined) !== (parsed.value("key") === undefined))
    throw new UsageError("a signature is verified by its --key, and a --key verifies a --signature", "Give both, or neither to follow the chain alone.");
  const head =
    signature === undefined
      ? await headOf(raw, run)
      : await verifyHead(raw, { ...(await readSignature(io, signature)), run }, await readKey(io, parsed, "verify"));
  if (parsed.has("json")) io.stdout.write(`${JSON.stringify({ ...head, signed: signature !== undefined })}\n`);
  else {
    const mark = paintFor(io.stdout, io.env, parsed.has("no-color")).colour("green", "✓");
    io.stdout.write(`${mark} ${head.entries} entries are what was written${signature === undefined ? "" : ", and what was signed"}: ${head.head}\n`);
  }
  return DONE;
}

/** `aixlet runs sign`: where the run's chain stands now, signed. */
export async function signRun(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  const { signHead } = await import("../../stores/signed-head.ts");
  const text = `${JSON.stringify(await signHead(store.sealed ?? store, run, await readKey(io, parsed, "sign")))}\n`;
  const output = parsed.value("output");
  if (output === undefined) io.stdout.write(text);
  else await writeFile(resolve(io.cwd, output), text);
  return DONE;
}

/** `aixlet runs erase`: the run's key, and with it all that was said in it. */
export async function eraseRun(io: Io, _: Parsed, store: Store, run: string): Promise<number> {
  if (store.erase === undefined)
    throw new UsageError(
      "the run is not sealed: there is no key to erase",
      "Runs are sealed if aixlet run gets --keys DIR; --keys says here where their keys are.",
    );
  if ((await store.header(run)) === undefined) throw new RunMissing(run);
  await store.erase(run);
  io.stderr.write("What was said in the run cannot be read any more. Its chain can be verified as before.\n");
  return DONE;
}

async function readSignature(io: Io, path: string): Promise<SignedHead> {
  try {
    const { run, entries, head, signature } = JSON.parse(new TextDecoder().decode(await readBytes(io, path))) as SignedHead;
    if (typeof run === "string" && Number.isSafeInteger(entries) && typeof head === "string" && typeof signature === "string")
      return { run, entries, head, signature };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(`${path} is no signature of a run`, "aixlet runs sign ID --key FILE writes one.");
}

/** A private key as PKCS #8, or a public one as SPKI, in PEM. */
async function readKey(io: Io, parsed: Parsed, use: "sign" | "verify"): Promise<CryptoKey> {
  const path = parsed.value("key");
  if (path === undefined) throw new UsageError("signing needs a --key", "openssl genpkey -algorithm ed25519 -out key.pem makes one.");
  const pem = new TextDecoder().decode(await readBytes(io, path));
  const body = /-----BEGIN (?:PRIVATE|PUBLIC) KEY-----([\s\S]*?)-----END/.exec(pem)?.[1];
  try {
    const bytes = Uint8Array.from(atob((body ?? "").replace(/\s/g, "")), (char) => char.charCodeAt(0));
    return await crypto.subtle.importKey(use === "sign" ? "pkcs8" : "spki", bytes, "Ed25519", false, [use]);
  } catch {
    const wanted = use === "sign" ? "a private" : "a public";
    throw new UsageError(
      `${path} is not ${wanted} Ed25519 key in PEM`,
      use === "sign" ? "openssl genpkey -algorithm ed25519 -out key.pem" : "openssl pkey -in key.pem -pubout -out public.pem",
    );
  }
}
