/**
 * Puts in the values of `${NAME}` and `${NAME:-text}`; `$$` is a dollar sign. What the core leaves to the host: secrets, and where providers and
 * servers are.
 * @throws what `missing` makes of a variable without a value
 */
export function fillVariables(text: string, env: (name: string) => string | undefined, missing: (name: string, whole: string) => Error): string {
  return text.replace(/\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (whole, name: string | undefined, otherwise: string | undefined) => {
    if (name === undefined) return "$";
    const value = env(name) || otherwise;
    if (value === undefined) throw missing(name, whole);
    return value;
  });
}
