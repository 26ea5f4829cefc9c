/** A tutorial in Markdown that runs: its files, its commands, and the outputs that it promises. */

/**
 * Before a block that is not typed, a comment says what to do with it: `<!-- file NAME -->`, `<!-- append NAME -->` or `<!-- line NAME
 * TEXT -->`.
 */
const DIRECTIVE = /^<!-- (file|append|line) (\S+)(?: (.*))? -->$/;

export interface Command {
  readonly text: string;
  readonly output: string;
}

export type Step =
  | {
      readonly kind: 'file' | 'append' | 'line';
      readonly name: string;
      readonly marker: string;
      readonly text: string;
    }
  /** `keepsRunning`: it goes on while the others run. `from` and `to` are line numbers of the block, from 0. */
  | {
      readonly kind: 'commands';
      readonly commands: readonly Command[];
      readonly keepsRunning: boolean;
      readonly from: number;
      readonly to: number;
    };

/** Steps in order. Throws when a block of YAML has no directive, or a block of another language is there. */
export function readTutorial(markdown: string): readonly Step[] {
  const lines = markdown.split('\n');
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(.+)$/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new RangeError(`the block on line ${at + 1} does not end`);
    const content = lines.slice(at + 1, end);
    const language = fence[1] ?? '';
    if (language.startsWith('console')) {
      const keepsRunning = language !== 'console';
      steps.push({ kind: 'commands', commands: commandsOf(content), keepsRunning, from: at + 1, to: end });
    } else {
      steps.push(fileStep(lines[at - 1] ?? '', content, at));
    }
    at = end;
  }
  return steps;
}

function fileStep(directive: string, content: readonly string[], at: number): Step {
  const match = DIRECTIVE.exec(directive);
  if (match === null) throw new RangeError(`the block on line ${at + 1} has no directive before it`);
  const [, kind, name = '', marker = ''] = match;
  if (kind !== 'file' && kind !== 'append' && kind !== 'line') throw new RangeError(`a step ${kind}`);
  return { kind, name, marker, text: `${content.join('\n')}\n` };
}

function commandsOf(content: readonly string[]): readonly Command[] {
  const commands: { text: string; output: string }[] = [];
  for (const line of content) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ text: line.slice(2), output: '' });
    else if (last === undefined) throw new RangeError(`an output without a command: ${line}`);
    else last.output += `${line}\n`;
  }
  return commands;
}

/** What a step makes of a file. */
export function editedText(step: Exclude<Step, { kind: 'commands' }>, before: string): string {
  if (step.kind === 'file') return step.text;
  if (step.kind === 'append') return before + step.text;
  const lines = before.split('\n');
  const at = lines.findIndex((line) => line.includes(step.marker));
  if (at < 0) throw new RangeError(`${step.name} has no line with "${step.marker}"`);
  return [...lines.slice(0, at), step.text.trimEnd(), ...lines.slice(at + 1)].join('\n');
}

/** Hashes, ports and times, which differ from run to run or from machine to machine, made the same. */
export function normalised(output: string): string {
  return output
    .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replace(/\b[0-9a-f]{12}\b/g, 'HASH')
    .replace(/\/dev\/[a-z0-9/]+/g, 'PORT')
    .replace(/\b(tzdata|zone table) [0-9]{4}[a-z]/g, '$1 VERSION')
    .replace(/\b[0-9]+\.[0-9] s\b/g, 'TIME');
}

/** The Markdown with the outputs of `ran`, by block, in place of those that it holds. */
export function withOutputs(
  markdown: string,
  ran: readonly { from: number; to: number; text: string }[],
): string {
  const lines = markdown.split('\n');
  for (const { from, to, text } of ran.toReversed())
    lines.splice(from, to - from, ...text.trimEnd().split('\n'));
  return lines.join('\n');
}
