import { type Command, commands, type Option, shared } from "../commands.ts";

/** A completion script for bash, made of the table of commands. */
export function bashCompletion(): string {
  return `# bash completion of aixlet: eval "$(aixlet completion bash)"
_aixlet() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), "--help", "--version"].join(" ")}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(branch).join("\n")}
  esac
}
complete -o bashdefault -F _aixlet aixlet
`;
}

function branch(command: Command): string {
  const options = [...command.options, ...shared];
  const values = options.filter(({ value }) => value !== undefined);
  const lines = values.map((option) => `        ${namesOf(option).join("|")}) ${valuesOf(option)}; return ;;`);
  const words = options.flatMap(namesOf).join(" ");
  const completes = command.argument?.completes;
  const rest = completes === "file" ? files : completes === "directory" ? directories : completes === undefined ? ":" : reply(completes.join(" "));
  return `    ${command.name})
      case "$before" in
${[...lines, "        *) ;;"].join("\n")}
      esac
      case "$word" in
        -*) ${reply(words)} ;;
        *) ${rest} ;;
      esac ;;`;
}

// Names have spaces in them.
const files = `compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$word"))`;
const directories = `compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$word"))`;

function reply(words: string): string {
  return `COMPREPLY=($(compgen -W "${words}" -- "$word"))`;
}

function namesOf({ name, short }: Option): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function valuesOf({ completes }: Option): string {
  if (completes === "file") return files;
  return completes === undefined ? ":" : reply(completes.join(" "));
}
