import { type Command, commands, type Option, shared } from "../commands.ts";

/** A completion script for zsh, made of the table of commands. */
export function zshCompletion(): string {
  return `#compdef aixlet
# zsh completion of aixlet: eval "$(aixlet completion zsh)", after compinit
_aixlet() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)'{-V,--version}'[show the version]' '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a names=(${commands.map(({ name, about }) => `'${name}:${escaped(about)}'`).join(" ")})
      _describe command names ;;
    rest)
      case $words[1] in
${commands.map(branch).join("\n")}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_aixlet" ]; then _aixlet "$@"; else compdef _aixlet aixlet; fi
`;
}

function branch(command: Command): string {
  const specs = [...command.options, ...shared].map(spec);
  const { argument } = command;
  if (argument !== undefined) specs.push(`'${command.most > 1 ? "*" : "1"}:${argument.name}:${actionOf(argument.completes)}'`);
  return `        ${command.name}) _arguments ${specs.join(" ")} ;;`;
}

function spec(option: Option): string {
  const { name, short, value, about } = option;
  const after = `'[${escaped(about)}]${value === undefined ? "" : `:${value}:${actionOf(option.completes)}`}'`;
  return short === undefined ? `--${name}${after}` : `'(-${short} --${name})'{-${short},--${name}}${after}`;
}

function actionOf(completes: Option["completes"] | "directory"): string {
  if (completes === "file") return "_files";
  if (completes === "directory") return "_files -/";
  return completes === undefined ? " " : `(${completes.join(" ")})`;
}

/** Of what stands in single quotes, with brackets and colons that mean something. */
function escaped(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/[:[\]]/g, "\\$&");
}
