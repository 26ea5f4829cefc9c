import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { packageVersion } from '../../common/root.ts';
import { coreUrl } from '../../core/core.ts';
import { type Elf, readElf } from '../../firmware/elf.ts';
import { loadEdition } from '../../image/edition-file.ts';
import { type Bound, boundOf, digestOf, type Question } from '../../timing/machine/bounds.ts';
import { givenDevices, withDevices } from '../../timing/machine/core-table.ts';
import { CORES, type Core, coreFor } from '../../timing/machine/cores.ts';
import { wordsOfImage } from '../../timing/machine/edition.ts';
import { STEPS_MAX } from '../../timing/machine/engine.ts';
import { boundWithFacts, type FactBound } from '../../timing/machine/facts.ts';
import { type Golden, goldenChanges, goldenOf, goldenText, goldenWith } from '../../timing/machine/golden.ts';
import { arenasIn, buildIn, CALLS, holdsCore, STANDARD, stackIn } from '../../timing/machine/holdfast.ts';
import type { Part, Stack } from '../../timing/machine/program.ts';
import { assumptionsOf, type Report, reportHead, reportPage } from '../../timing/machine/report.ts';
import { boundWords } from '../../timing/machine/words.ts';
import { readGolden } from '../../timing/wasm/golden.ts';
import { readModule } from '../../timing/wasm/module.ts';
import { readInput } from '../common/files.ts';
import { printJson, printLines, printNote, printWarning } from '../common/output.ts';
import { GOLDEN, PAGE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, requireWritable, writeOutput } from '../common/outputs.ts';
import { WordOption } from '../common/word-option.ts';

/** `holdfast timing elf`: worst and best case in cycles, stack and memory rights of functions of a linked program. */

const HELP = `
The linked program is executed on ranges of values, all its paths at once. Cycles are those of the core's table (docs/TIMING.md names the
source of each row), call and return included, interrupts not. What is not given may be anything: arguments, memory, variables. Equal
numbers mean that the function takes the same time for every input, in this model of time.

A firmware with Holdfast's core is known: its calls are check, verdict, sweep and service, and the arenas of its memory are told apart.
Without --map the map may be anything; with it, ACTIVE holds what it holds after that image was loaded. Any other program is analysed
function by function, by the names of its symbols.

Exit code 1: a function has no bound (it is said at which instruction, and why), or the bounds are not those of --golden.

Examples:
  holdfast timing elf build/firmware/rp2040.elf
  holdfast timing elf build/firmware/rp2040.elf --map rail.img --function check --json
  holdfast timing elf build/firmware/riscv32.elf --core ibex
  holdfast timing elf other.elf --function crc32 --core cortex-m0 --stack 0x20008000:1024 --device 0x40000000:4096:2:3`;

type Device = Parameters<typeof withDevices>[1][number];

interface Options {
  readonly function?: string[];
  readonly core?: string;
  readonly map?: string;
  readonly stack?: Stack;
  readonly device?: Device[];
  readonly steps?: number;
  readonly details?: boolean;
  readonly witness?: boolean;
  readonly golden?: string;
  readonly update?: boolean;
  readonly html?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const CORE_NAMES = CORES.map(({ id }) => id);

export function register(timing: Command): void {
  const command = timing
    .command('elf')
    .description('bound functions of a linked program in cycles and stack')
    .argument('<file>', 'the program, as it is linked')
    .option('--function <names...>', 'functions to analyse')
    .addOption(new WordOption('--core <name>', `processor: ${CORE_NAMES.join(', ')}`, CORE_NAMES))
    .option('--map <image>', 'ACTIVE holds what it does after this image was loaded')
    .option('--stack <top:bytes>', 'where the stack is, when no symbol says so', stackOf)
    .option(
      '--steps <count>',
      `give up a function after so many steps of the analysis, ${STEPS_MAX}`,
      stepsOf,
    )
    .option('--device <from:bytes:load:store...>', 'memory of devices; cycles more a load, a store', deviceOf)
    .option('--details', 'list each load and store, and the longest way')
    .option('--witness', 'look for inputs that reach the bounds')
    .option('--golden <file>', 'compare the bounds with those in this file')
    .option('--update', 'write the bounds into the --golden file instead')
    .option('--html <file>', 'write a report')
    .option('--json', 'print one JSON object a function')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const { html, golden, update, force } = options;
  claimOutputs(html, update === true ? golden : undefined);
  if (html !== undefined) await requireWritable(html, { kind: PAGE, force });
  if (golden !== undefined && update === true) await requireWritable(golden, { kind: GOLDEN, force });
  const file = await readInput(path);
  const elf = readElf(file);
  const core = withDevices(coreFor(elf, options.core), options.device ?? []);
  refuse(path, elf);
  const module = holdsCore(elf) ? readModule(await readFile(coreUrl(buildIn(elf)))) : undefined;
  const parts = module === undefined ? [] : arenasIn(elf, module);
  const words = options.map === undefined ? undefined : await wordsOf(options.map, parts, elf);
  const stack = options.stack ?? stackIn(elf);
  const isWithWitness = options.witness === true;
  const question: Question = {
    elf,
    core,
    stack,
    parts,
    isWithWitness,
    ...(words === undefined ? {} : { words }),
    ...(options.steps === undefined ? {} : { stepsMax: options.steps }),
  };
  const bounds = namesOf(path, elf, options).map((name) =>
    module !== undefined && name === CALLS.service
      ? boundWithFacts(question, name, module, 'service')
      : boundOf(question, name),
  );
  const report: Report = {
    file: path,
    digest: digestOf(file),
    tool: packageVersion(),
    core,
    hasLines: elf.lines.isThere,
  };
  for (const bound of bounds) print(bound, report, options);
  if (options.json !== true) printLines([reportHead(report)]);
  if (html !== undefined)
    await writeOutput(html, Buffer.from(reportPage(report, bounds)), { kind: PAGE, force });
  const areSame =
    golden === undefined ||
    (await areGolden(
      golden,
      goldenOf(basename(path), core, bounds, options.map && basename(options.map)),
      options,
    ));
  if (!areSame || bounds.some(({ declined }) => declined !== null)) process.exitCode = EXIT_CHECK_SAID_NO;
}

/** Whether the bounds are those of the file; with `update`, they are made to be, and others in it stay. */
async function areGolden(path: string, fresh: Golden, { update, force }: Options): Promise<boolean> {
  if (update) {
    // Read as what it will be again, not as an input: outputs replace no input.
    const kept = existsSync(path) && force !== true ? readKept(await readFile(path)) : {};
    await writeOutput(path, Buffer.from(goldenText(goldenWith(kept, fresh))), { kind: GOLDEN, force });
    return true;
  }
  const changes = goldenChanges(readKept(await readInput(path)), fresh);
  for (const change of changes) printWarning(`bounds changed: ${change}`);
  if (changes.length > 0)
    printNote(`If this is intended, run it again with --update and review the change in ${path}.`);
  return changes.length === 0;
}

function readKept(file: Uint8Array): Golden {
  return readGolden(Buffer.from(file).toString()) as unknown as Golden;
}

function refuse(path: string, elf: Elf): void {
  if (elf.symbols.some(({ isFunction, bytes }) => isFunction && bytes > 0)) return;
  throw new HoldfastError('ELF_STRIPPED', `${path} has no symbols of functions.`, {
    remedy: 'Give the file as the linker wrote it, before it was stripped.',
  });
}

/** The program's names of what is asked for. */
function namesOf(path: string, elf: Elf, { function: given }: Options): string[] {
  if (holdsCore(elf)) {
    return (given ?? STANDARD).map((name) => CALLS[name as keyof typeof CALLS] ?? name);
  }
  if (given !== undefined) return given;
  throw new HoldfastError(
    'FUNCTION_MISSING',
    `${path} does not hold Holdfast's core, and no function is named.`,
    {
      remedy: 'Name the functions to analyse with --function.',
    },
  );
}

async function wordsOf(path: string, parts: readonly Part[], elf: Elf) {
  if (parts.length === 0) {
    throw new HoldfastError(
      'MAP_WITHOUT_CORE',
      "The program does not hold Holdfast's core, so --map says nothing of it.",
      {
        remedy: 'Leave --map out.',
      },
    );
  }
  return wordsOfImage(loadEdition(path).bytes, parts, elf);
}

function stackOf(text: string): Stack {
  const [, top = '', bytes = ''] = /^(0x[0-9a-fA-F]+|\d+):(\d+)$/.exec(text) ?? [];
  const stack = { top: Number(top), bytes: Number(bytes) };
  if (
    top !== '' &&
    stack.top % 8 === 0 &&
    stack.bytes >= 64 &&
    stack.bytes <= stack.top &&
    stack.top < 2 ** 32
  )
    return stack;
  throw new InvalidArgumentError('it is TOP:BYTES, such as 0x20008000:1024; the top is a multiple of 8.');
}

function deviceOf(text: string, before: Device[] | undefined): Device[] {
  const found = /^(0x[0-9a-fA-F]{1,8}|\d{1,10}):(\d{1,10}):(\d{1,6}):(\d{1,6})$/
    .exec(text)
    ?.slice(1)
    .map(Number);
  const [from = 0, bytes = 0, loadCycles = 0, storeCycles = 0] = found ?? [];
  if (bytes > 0 && from + bytes <= 2 ** 32)
    return [...(before ?? []), { from, to: from + bytes, loadCycles, storeCycles }];
  throw new InvalidArgumentError('it is FROM:BYTES:LOAD:STORE, such as 0x40000000:4096:2:3.');
}

function stepsOf(text: string): number {
  const steps = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (steps > 0) return steps;
  throw new InvalidArgumentError('it is a whole number, 1 or more.');
}

function print(
  bound: Bound | FactBound,
  { file, digest, tool, core, hasLines }: Report,
  { json, details }: Options,
): void {
  if (json) {
    const { id, title, version, comparedWith } = core;
    const table = { id, title, version, comparedWith };
    printJson({
      file,
      digest,
      tool,
      core: table,
      hasLines,
      ...bound,
      assumptions: assumptionsOf(bound, core),
    });
  } else printLines([...boundWords(bound, details === true), ...assumptionLines(bound, core)]);
}

function assumptionLines(bound: Bound | FactBound, core: Core): string[] {
  const own = 'assumptions' in bound ? bound.assumptions : [];
  return [...givenDevices(core), ...own].map((each) => `  assumed: ${each}`);
}
