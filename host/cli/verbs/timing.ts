import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { errnoOf } from '../../common/file-reason.ts';
import { coreMap, PROVED } from '../../timing/wasm/core-map.ts';
import { goldenChanges, goldenOf, goldenText, readGolden } from '../../timing/wasm/golden.ts';
import { proofPage } from '../../timing/wasm/html.ts';
import { parseMemoryMap } from '../../timing/wasm/memory-map.ts';
import { readModule, type WasmModule } from '../../timing/wasm/module.ts';
import { type Proof, proveExport } from '../../timing/wasm/prove.ts';
import { malformed } from '../../timing/wasm/reader.ts';
import { readSourceMap } from '../../timing/wasm/source-map.ts';
import { type PlaceOf, proofWords } from '../../timing/wasm/words.ts';
import { readInput } from '../common/files.ts';
import { printJson, printLines, printNote, printWarning } from '../common/output.ts';
import { GOLDEN, PAGE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, requireWritable, writeOutput } from '../common/outputs.ts';
import { register as registerElf } from './timing-elf.ts';
import { register as registerMeasure } from './timing-measure.ts';

/** `holdfast timing wasm`: bounds and memory safety of a module's exports, proved from its binary. */

const HELP = `
Proved means: for any arguments, any content of memory and any value of the module's variables, the export ends within the given
number of instructions, does not trap, and touches its arenas only, aligned. docs/PROOF.md says on which assumptions.

Without --memory-map all of the memory is one arena; Holdfast's own core brings its map along, and check, checkInvalid, verdict,
sweep, receive, stateOf, boot (with flash of the virtual geometry) and service (entered in mode RUN, on what its own code can leave in
its variables) are proved when no --export is given. Exit code 1: something was not proved, or the counts are not those of --golden.

Examples:
  holdfast timing wasm build/device.wasm
  holdfast timing wasm build/device.wasm --export check --html check.html
  holdfast timing wasm other.wasm --export run --memory-map map.json --assume mode=0`;

interface Options {
  readonly export?: string[];
  readonly memoryMap?: string;
  readonly assume?: string[];
  readonly golden?: string;
  readonly update?: boolean;
  readonly html?: string;
  readonly force?: boolean;
  readonly brief?: boolean;
  readonly json?: boolean;
}

interface Result {
  readonly path: string;
  readonly module: WasmModule;
  readonly proofs: readonly Proof[];
  readonly placeOf: PlaceOf;
}

export function register(program: Command): void {
  const timing = program.command('timing').description('how long things take: proved, and measured');
  registerMeasure(timing);
  registerElf(timing);
  const command = timing
    .command('wasm')
    .description('prove exports of a WebAssembly module bounded, free of traps, and inside their arenas')
    .argument('<files...>', 'modules in binary form')
    .option('--export <names...>', 'exports to prove')
    .option('--memory-map <file>', 'arenas, and what each export may do (JSON)')
    .option('--assume <name=value...>', 'value of a global when the export is called')
    .option('--golden <file>', 'compare the worst-case counts with those in this file')
    .option('--update', 'write the counts to the --golden file instead')
    .option('--html <file>', 'write a report; of several modules, the last')
    .option('--brief', 'do not list the obligations that were discharged')
    .option('--json', 'print one JSON object an export')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  const { html, golden, update, force } = options;
  claimOutputs(html, update === true ? golden : undefined);
  if (html !== undefined) await requireWritable(html, { kind: PAGE, force });
  if (golden !== undefined && update === true) await requireWritable(golden, { kind: GOLDEN, force });
  const results: Result[] = [];
  for (const path of paths) {
    const result = await prove(path, options);
    print(result, options);
    results.push(result);
  }
  const areProved = results.every(({ proofs }) => proofs.every(({ isProved }) => isProved));
  const areSame = golden === undefined || (await compare(golden, results, options));
  const last = results.at(-1);
  if (html !== undefined && last !== undefined) await writePage(html, last, options);
  if (!areProved || !areSame) process.exitCode = EXIT_CHECK_SAID_NO;
}

async function prove(path: string, options: Options): Promise<Result> {
  const bytes = await readInput(path);
  const module = readModule(bytes);
  if (!WebAssembly.validate(Uint8Array.from(bytes)))
    throw malformed(0, 'the engine does not accept it as a valid module');
  const core = coreMap(module);
  const given = options.memoryMap;
  const map = given === undefined ? core : parseMemoryMap(Buffer.from(await readInput(given)).toString());
  const names = options.export ?? (core === undefined ? [] : PROVED);
  if (names.length === 0) {
    const remedy = 'Name the exports to prove with --export.';
    throw new HoldfastError('EXPORT_MISSING', `${path} is not Holdfast's core, and no export is named`, {
      remedy,
    });
  }
  const assumptions = assumptionsOf(options.assume ?? []);
  const proofs = names.map((name) =>
    proveExport(module, name, { ...(map === undefined ? {} : { map }), assumptions }),
  );
  return { path, module, proofs, placeOf: await placesOf(path, module) };
}

function assumptionsOf(texts: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^(.+)=(-?\d+)$/.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, Number(value)];
      const remedy = 'Write --assume NAME=NUMBER.';
      throw new HoldfastError('ASSUMPTION_INVALID', `\`${text}\` is not an assumption`, { remedy });
    }),
  );
}

/** Source lines, when the module names a source map that lies beside it. */
async function placesOf(path: string, { sourceMap }: WasmModule): Promise<PlaceOf> {
  if (sourceMap === undefined) return () => undefined;
  try {
    return readSourceMap(await readFile(join(dirname(path), basename(sourceMap)), 'utf8'));
  } catch (cause) {
    // The package ships the modules without their maps.
    if (errnoOf(cause) !== 'ENOENT')
      printNote(`${path}: its source map ${basename(sourceMap)} cannot be read, so places are offsets only`);
    return () => undefined;
  }
}

function print({ path, proofs, placeOf }: Result, { json, brief }: Options): void {
  for (const proof of proofs) {
    if (json) {
      const { times: _, ...fields } = proof;
      const obligations = proof.obligations.map((each) => ({ ...each, source: placeOf(each.at) }));
      printJson({ module: path, ...fields, obligations });
    } else printLines([`${path} ${proofWords(proof, placeOf, brief !== true).join('\n')}`]);
  }
}

/** Whether the counts are those of the golden file; with `update`, they are made to be. */
async function compare(
  path: string,
  results: readonly Result[],
  { update, force }: Options,
): Promise<boolean> {
  const fresh = Object.fromEntries(results.map((result) => [basename(result.path), goldenOf(result.proofs)]));
  if (update) {
    await writeOutput(path, Buffer.from(goldenText(fresh)), { kind: GOLDEN, force });
    return true;
  }
  const changes = goldenChanges(readGolden(Buffer.from(await readInput(path)).toString()), fresh);
  for (const change of changes) printWarning(`worst-case counts changed: ${change}`);
  if (changes.length > 0)
    printNote(`If this is intended, run it again with --update and review the change in ${path}.`);
  return changes.length === 0;
}

async function writePage(path: string, result: Result, { force }: Options): Promise<void> {
  const { path: modulePath, module, proofs, placeOf } = result;
  const page = proofPage(`Worst case of ${basename(modulePath)}`, module, proofs, placeOf);
  await writeOutput(path, Buffer.from(page), { kind: PAGE, force });
}
