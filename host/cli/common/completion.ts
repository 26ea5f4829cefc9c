import type { Command, Option } from 'commander';
import { WordOption } from './word-option.ts';

/** Completion of the command in shells, made from its verbs: what they take is written once. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

/** A verb as completion sees it. */
interface Place {
  /** `holdfast window open`. */
  readonly path: string;
  readonly verbs: readonly { readonly name: string; readonly description: string }[];
  /** Words that its arguments may be; none: files. */
  readonly words: readonly string[];
  readonly options: readonly Flag[];
}

interface Flag {
  readonly names: readonly string[];
  readonly description: string;
  /** null: it takes no value; none: anything, such as a file. */
  readonly values: readonly string[] | null;
}

/** The script that a shell reads. */
export function completionScript(program: Command, shell: ShellName): string {
  const places = placesOf(program, program.name());
  switch (shell) {
    case 'bash':
      return bashScript(program.name(), places);
    case 'zsh':
      return zshScript(program.name(), places);
    case 'fish':
      return fishScript(program.name(), places);
  }
}

function placesOf(command: Command, path: string): readonly Place[] {
  const place = {
    path,
    verbs: command.commands.map((verb) => ({ name: verb.name(), description: verb.description() })),
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    options: [...command.options.map(flagOf), HELP],
  };
  return [place, ...command.commands.flatMap((verb) => placesOf(verb, `${path} ${verb.name()}`))];
}

const HELP: Flag = { names: ['-h', '--help'], description: 'display help', values: null };

function flagOf(option: Option): Flag {
  const { short, long, description, required, optional, argChoices } = option;
  const names = [short, long].filter((name) => name !== undefined);
  const words = option instanceof WordOption ? option.words : argChoices;
  return { names, description, values: required || optional ? (words ?? []) : null };
}

/** Names of files may hold spaces. */
const BASH_FILES = 'mapfile -t COMPREPLY < <(compgen -f -- "$cur")';

/** Verbs, so far as the words before the cursor name them, and then what may stand there. */
function bashScript(name: string, places: readonly Place[]): string {
  return `# ${name}: completion for bash, made by \`${name} completion bash\`
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place=${name} word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
      ${alternatives(places.slice(1))}) place="$place $word" ;;
    esac
  done
${valueCases(places, '"$place $prev"', 'COMPREPLY=($(compgen -W "WORDS" -- "$cur")); return', `${BASH_FILES}; return`)}
  if [[ $cur == -* ]]; then
${flagCases(places, 'COMPREPLY=($(compgen -W "WORDS" -- "$cur"))')}
    return
  fi
${wordCases(places, 'COMPREPLY=($(compgen -W "WORDS" -- "$cur")); return')}
  ${BASH_FILES}
}
complete -o filenames -o bashdefault -F _${name} ${name}
`;
}

function zshScript(name: string, places: readonly Place[]): string {
  return `#compdef ${name}
# ${name}: completion for zsh, made by \`${name} completion zsh\`
_${name}() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} place=${name} word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      ${alternatives(places.slice(1)).replaceAll('"', "'")}) place="$place $word" ;;
    esac
  done
${valueCases(places, '"$place $prev"', 'compadd -- WORDS; return', '_files; return')}
  if [[ $cur == -* ]]; then
${flagCases(places, 'compadd -- WORDS')}
    return
  fi
${wordCases(places, 'compadd -- WORDS; return')}
  _files
}
if [ "$funcstack[1]" = "_${name}" ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function fishScript(name: string, places: readonly Place[]): string {
  const lines = places.flatMap(({ path, verbs, words, options }) => {
    const verbNames = verbs.map((verb) => verb.name);
    const condition = `-n ${fishText(`__${name}_at ${[path, ...verbNames].map((word) => fishText(word)).join(' ')}`)}`;
    return [
      ...verbs.map(
        (verb) => `complete -c ${name} ${condition} -f -a ${verb.name} -d ${fishText(verb.description)}`,
      ),
      ...(words.length === 0 ? [] : [`complete -c ${name} ${condition} -f -a ${fishText(words.join(' '))}`]),
      ...options.map((flag) => `complete -c ${name} ${condition} ${fishFlag(flag)}`),
    ];
  });
  return `# ${name}: completion for fish, made by \`${name} completion fish\`
# Whether the words before the cursor lead to this place, and to none of its verbs.
function __${name}_at
  set -l place (string split ' ' -- $argv[1])
  set -l words (commandline -opc)
  set -l given
  for word in $words
    string match -q -- '-*' $word; or set -a given $word
  end
  set -l length (count $place)
  test (count $given) -ge $length; or return 1
  test "$given[1..$length]" = "$place"; or return 1
  set -l next (math $length + 1)
  test (count $given) -lt $next; or not contains -- $given[$next] $argv[2..-1]
end
${lines.join('\n')}
`;
}

function fishFlag({ names, description, values }: Flag): string {
  const parts = names.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value =
    values === null ? [] : values.length === 0 ? ['-r -F'] : [`-x -a ${fishText(values.join(' '))}`];
  return [...parts, ...value, `-d ${fishText(description)}`].join(' ');
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function alternatives(places: readonly Place[]): string {
  return places.map(({ path }) => `"${path}"`).join('|');
}

/** Behind an option that takes a value: its choices, or files. */
function valueCases(places: readonly Place[], subject: string, words: string, files: string): string {
  const cases = places.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) => {
      if (values === null) return [];
      const pattern = names.map((flag) => `"${path} ${flag}"`).join('|');
      return [`    ${pattern}) ${values.length === 0 ? files : words.replace('WORDS', values.join(' '))} ;;`];
    }),
  );
  return [`  case ${subject} in`, ...cases, '  esac'].join('\n');
}

function flagCases(places: readonly Place[], words: string): string {
  const cases = places.map(({ path, options }) => {
    const flags = options.flatMap(({ names }) => names).join(' ');
    return `      "${path}") ${words.replace('WORDS', flags)} ;;`;
  });
  return ['    case $place in', ...cases, '    esac'].join('\n');
}

/** Verbs, or the words that an argument may be. */
function wordCases(places: readonly Place[], words: string): string {
  const cases = places.flatMap(({ path, verbs, words: choices }) => {
    const given = [...verbs.map(({ name }) => name), ...choices];
    return given.length === 0 ? [] : [`    "${path}") ${words.replace('WORDS', given.join(' '))} ;;`];
  });
  return ['  case $place in', ...cases, '  esac'].join('\n');
}
