/** Whether a terminal can be trusted with box-drawing characters. */
export function hasUnicode(env: Record<string, string | undefined>, platform: string = process.platform): boolean {
  if (env.TERM === "linux" || env.TERM === "dumb") return false;
  // The old console of Windows has them in some code pages only.
  if (platform === "win32") return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask || env.TERM?.startsWith("xterm"));
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return locale === "" || locale === "C" || locale === "POSIX" || /utf-?8/i.test(locale);
}
