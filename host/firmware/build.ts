/**
 * Firmware of a target, from the released wasm of the core: wasm2c, the target's few files of C, the vendor's GCC. One set of flags
 * for everything. What was built is kept in build/firmware and used again until one of its sources is newer.
 */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { arenaOf } from '../common/arenas.ts';
import { HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import { coreUrl } from '../core/core.ts';
import { ARENAS, type BuildName } from '../format.ts';
import { type Elf, readElf } from './elf.ts';
import { type CoreFacts, generateCore } from './generate.ts';
import { sealFirmware } from './seal.ts';
import { worstStackBytes } from './stack.ts';
import { flashRange, sourceFolders, type Target } from './target-file.ts';
import { targetHeader, targetMemory } from './target-header.ts';
import { targetNamed } from './targets.ts';

const run = promisify(execFile);

const TARGETS = fileURLToPath(packageUrl('targets/'));
const PRODUCTS = fileURLToPath(packageUrl('build/firmware/'));

const FLAGS = [
  ...['-std=gnu11', '-O2', '-ffunction-sections', '-fdata-sections', '-fno-common'],
  // Copying loops of the start-up stay loops: the memcpy that GCC would call is not there yet.
  '-fno-tree-loop-distribute-patterns',
];
/** What GCC says when its C library, a package of its own, is not there. */
const LIBRARY_MISSING = /No such file or directory|cannot find -l/;
const WARNINGS = ['-Wall', '-Wextra', '-Werror'];
/** The loop of a board's firmware, in `targets`. */
const LOOP = 'loop/main.c';

/** What the loop calls, by the names of holdfast.h. */
const STACK_FUNCTIONS = {
  check: 'holdfast_check',
  checkPlane: 'holdfast_check_plane',
  verdict: 'holdfast_spell',
  sweep: 'holdfast_sweep',
  sweepPlane: 'holdfast_sweep_plane',
  untilChange: 'holdfast_until_change',
  untilChangePlane: 'holdfast_until_change_plane',
  service: 'holdfast_service',
} as const;
export type StackFunction = keyof typeof STACK_FUNCTIONS;

export interface FirmwareSizes {
  /** Bytes loaded from flash, code and constants. */
  readonly flashBytes: number;
  /** Bytes of SRAM, the core's memory included, the stack not. */
  readonly ramBytes: number;
  /** Worst case of the loop and of one interrupt on top of it, from the call graph. */
  readonly stackBytes: number;
  /** Worst case of what the loop calls, by itself. */
  readonly functionStackBytes: Readonly<Record<StackFunction, number>>;
}

export interface Firmware {
  readonly target: Target;
  readonly file: Uint8Array;
  readonly elf: Elf;
  readonly sizes: FirmwareSizes;
}

/** Firmware of a board with another loop than its own, or another core. */
export interface Variant {
  /** By which it is kept. */
  readonly name: string;
  /** The file, in `targets`, that holds `holdfast_main`. */
  readonly loop: string;
  /** Addresses and counts that the loop finds in target.h, their names behind `TARGET_`. */
  readonly defines: Readonly<Record<string, number>>;
  /** The wasm of another core than the released one. */
  readonly core?: string;
}

/**
 * The firmware of a target without an edition, with a build of the core for controllers. Throws HoldfastError TARGET_UNKNOWN,
 * TARGET_FILE, COMPILER_MISSING, COMPILER_FAILED, FLASH_REACHED or STACK_TOO_SMALL.
 */
export async function buildFirmware(name: string, build?: BuildName): Promise<Firmware> {
  const target = targetNamed(name);
  return buildTarget(target, released(target, build));
}

/** The same where it was built before, and is not older than its sources; null otherwise: nothing is built. */
export async function keptFirmware(target: Target, build: BuildName): Promise<Firmware | null> {
  const variant = released(target, build);
  return (await isStale(productOf(variant), target, variant)) ? null : readProduct(target, variant);
}

/** The board's own loop around a released build of the core; that of its own arena unless another is named. */
function released({ name, arena: own }: Target, build: BuildName = ARENAS[own]): Variant {
  const arena = arenaOf(build);
  const how = { loop: LOOP, defines: {}, core: fileURLToPath(coreUrl(build)) };
  return { name: arena === own ? name : `${name}-${arena}`, ...how };
}

/** The same for a target that was read already, or for a variant of it. */
export async function buildTarget(target: Target, variant: Variant = released(target)): Promise<Firmware> {
  const product = productOf(variant);
  if (await isStale(product, target, variant)) await make(target, variant, product);
  return readProduct(target, variant);
}

function productOf({ name }: Variant): string {
  return join(PRODUCTS, `${name}.elf`);
}

async function readProduct(target: Target, variant: Variant): Promise<Firmware> {
  const product = productOf(variant);
  const file = await readFile(product);
  const sizes: FirmwareSizes = JSON.parse(await readFile(`${product}.json`, 'utf8'));
  return { target, file, elf: readElf(file), sizes };
}

async function isStale(product: string, target: Target, variant: Variant): Promise<boolean> {
  const built = await timeOf(product);
  const makers = fileURLToPath(new URL('./', import.meta.url));
  const folders = [makers, join(TARGETS, 'common'), join(TARGETS, 'loop'), ...sourceFolders(target)];
  const sources = [coreOf(variant)];
  for (const folder of folders) for (const name of await readdir(folder)) sources.push(join(folder, name));
  for (const source of sources) if ((await timeOf(source)) > built) return true;
  return false;
}

function coreOf({ core }: Variant): string {
  return core ?? fileURLToPath(coreUrl('device'));
}

/** Milliseconds of the last change; 0 when there is no such file. */
async function timeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

/** In a folder of its own, and moved to its place whole: two commands may build at the same time. */
async function make(target: Target, variant: Variant, product: string): Promise<void> {
  await mkdir(PRODUCTS, { recursive: true });
  const folder = await mkdtemp(join(PRODUCTS, 'work-'));
  try {
    const facts = await generateCore(coreOf(variant), folder);
    await writeFile(join(folder, 'target.h'), targetHeader(target, variant.defines));
    await writeFile(join(folder, 'target.ld'), targetMemory(target));
    const elfPath = await compile(target, variant, facts, folder);
    const linked = await readFile(elfPath);
    const file = sealFirmware(linked, target.boot2 ? target.flash.address : null);
    const elf = readElf(file);
    refuseFlash(elf, target);
    const sizes = await measure(elf, target, folder);
    refuseStack(sizes, target);
    await writeFile(elfPath, file);
    await writeFile(join(folder, 'sizes.json'), JSON.stringify(sizes));
    await rename(join(folder, 'sizes.json'), `${product}.json`);
    await rename(elfPath, product);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(target: Target, { loop }: Variant, facts: CoreFacts, folder: string): Promise<string> {
  const { machine } = target.compiler;
  const options = [...machine, ...FLAGS, ...coreDefines(facts), ...includes(target, folder)];
  const objects: string[] = [];
  for (const source of [
    join(TARGETS, 'common', 'core.c'),
    ...target.sources.map((name) => join(target.folder, name)),
    join(TARGETS, loop),
  ]) {
    const object = join(folder, `${objects.length}.o`);
    // What wasm2c writes is not ours to keep free of warnings.
    const warnings = source.endsWith('core.c') ? ['-w'] : WARNINGS;
    await tool(target, [...options, ...warnings, '-fcallgraph-info=su', '-c', source, '-o', object]);
    objects.push(object);
  }
  return link(target, objects, folder);
}

function coreDefines(facts: CoreFacts): string[] {
  return Object.entries({
    HOLDFAST_MEMORY_BYTES: facts.memoryBytes,
    HOLDFAST_GEOMETRY: facts.geometry,
    HOLDFAST_BURNED: facts.burned,
    HOLDFAST_VERDICT: facts.verdict,
    HOLDFAST_SWEEP: facts.sweep,
    HOLDFAST_ARENA: facts.arena,
    HOLDFAST_UNIFIED_ASSEMBLY: 1,
  })
    .map(([name, value]) => `-D${name}=${value}u`)
    .concat(
      `-DHOLDFAST_LINE_STEPS=${facts.lineSteps}`,
      `-DHOLDFAST_PLANE_STEPS=${facts.planeSteps}`,
      `-DHOLDFAST_COMPACT=${Number(facts.compact)}`,
    );
}

/** Where headers are looked for: what was generated, what all boards share, and what stands beside the board's files. */
function includes(target: Target, folder: string): string[] {
  const shared = ['common', 'loop'].map((name) => join(TARGETS, name));
  return [folder, ...shared, ...sourceFolders(target)].map((path) => `-I${path}`);
}

async function link(
  { compiler, ...target }: Target,
  objects: readonly string[],
  folder: string,
): Promise<string> {
  const output = join(folder, 'firmware.elf');
  const called = ['spell', 'sweep', 'until_change', 'check_invalid'];
  const ofPlanes = ['check', 'sweep', 'until_change'].map((name) => `${name}_plane`);
  const kept = [...called, ...ofPlanes].map((name) => `-Wl,-u,holdfast_${name}`);
  const script = [`-L${folder}`, '-T', join(target.folder, target.linkerScript)];
  const flags = ['-nostartfiles', '-Wl,--gc-sections', '-Wl,--fatal-warnings', ...kept, ...script];
  await tool({ compiler }, [...compiler.machine, ...flags, ...objects, ...compiler.link, '-o', output]);
  return output;
}

async function tool({ compiler }: Pick<Target, 'compiler'>, options: readonly string[]): Promise<void> {
  const { command, packages } = compiler;
  try {
    await run(command, [...options]);
  } catch (cause) {
    const { code, stderr = String(cause) } = cause as { code?: unknown; stderr?: string };
    const remedy = `Install the Debian packages ${packages.join(' ')}.`;
    if (code === 'ENOENT')
      throw new HoldfastError('COMPILER_MISSING', `${command} is not installed.`, { remedy, cause });
    throw new HoldfastError('COMPILER_FAILED', `${command} failed:\n${stderr}`, {
      ...(LIBRARY_MISSING.test(stderr) ? { remedy } : {}),
      cause,
    });
  }
}

/**
 * Nothing but what starts the chip may lie in flash, neither code nor constants, so nothing that check reaches does, unless the board's
 * file says that code runs from there. Symbols tell functions, sections everything.
 */
export function refuseFlash({ symbols, sections }: Pick<Elf, 'symbols' | 'sections'>, target: Target): void {
  if (target.runsFromFlash) return;
  const { from, to } = flashRange(target);
  const { startsInFlash } = target;
  const isInFlash = ({ address }: { address: number }) => address >= from && address < to;
  const functions = symbols.filter((symbol) => symbol.isFunction && isInFlash(symbol));
  const placed = sections.filter((section) => section.bytes > 0 && isInFlash(section));
  const named = [
    ...functions.map(({ name }) => name).filter((name) => !startsInFlash.functions.includes(name)),
    ...placed.map(({ name }) => name).filter((name) => !startsInFlash.sections.includes(name)),
  ];
  if (named.length === 0) return;
  throw new HoldfastError('FLASH_REACHED', `These must not lie in flash: ${named.join(', ')}.`, {
    remedy: 'Place them in RAM in the linker script.',
  });
}

/** Below the stack lies memory of the core: what does not fit would overwrite it. */
export function refuseStack(
  { stackBytes }: Pick<FirmwareSizes, 'stackBytes'>,
  { stack, name }: Target,
): void {
  if (stackBytes <= stack.bytes) return;
  throw new HoldfastError(
    'STACK_TOO_SMALL',
    `${name} needs ${stackBytes} bytes of stack and has ${stack.bytes}.`,
    {
      remedy: `Raise stack.bytes in targets/${name}/target.json.`,
    },
  );
}

async function measure(elf: Elf, target: Target, folder: string): Promise<FirmwareSizes> {
  const graphs = (await readdir(folder)).filter((name) => name.endsWith('.ci'));
  const texts = (await Promise.all(graphs.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
  const { functions, exceptionBytes } = target.interrupts;
  const alone = (name: StackFunction) => worstStackBytes(texts, STACK_FUNCTIONS[name], [], 0);
  return {
    flashBytes: elf.segments.reduce((sum, { bytes }) => sum + bytes.length, 0),
    ramBytes: elf.addressOf('bss_end') - elf.addressOf('run_begin'),
    stackBytes: worstStackBytes(texts, 'holdfast_main', functions, exceptionBytes),
    functionStackBytes: {
      ...{ check: alone('check'), checkPlane: alone('checkPlane'), verdict: alone('verdict') },
      ...{ sweep: alone('sweep'), sweepPlane: alone('sweepPlane'), service: alone('service') },
      ...{ untilChange: alone('untilChange'), untilChangePlane: alone('untilChangePlane') },
    },
  };
}
