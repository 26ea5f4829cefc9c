/**
 * `node bench/builds.mjs [--json]`: what each build of the core takes as a C library on a Cortex-M0+ at -Os: RAM (the core's memory with
 * the map, variables, and the stack of what a port calls), and code with constants: of the library itself, and of a program that links all
 * of it, with what the compiler's own library and the C library add for it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ARENA_NAMES } from '../build/js/host/common/arenas.js';
import { makeLibrary } from '../build/js/host/firmware/library.js';
import { worstStackBytes } from '../build/js/host/firmware/stack.js';
import { ARENAS } from '../build/js/host/format.js';
import { asksForJson } from './options.mjs';

const TARGET = 'Cortex-M0+, GCC -Os';
const PROCESSOR = ['-mcpu=cortex-m0plus', '-mthumb'];
const FLAGS = ['-std=c11', '-Os', ...PROCESSOR, '-ffunction-sections', '-fcallgraph-info=su', '-c'];
/** A program of the library alone: no start, and what nothing asks for is left out. */
const LINKED = [...PROCESSOR, '-nostartfiles', '-static', '-Wl,--gc-sections', '-Wl,--entry=holdfast_boot'];
/** What is wanted of the smallest build, stack included; and of its code, linked. */
export const RAM_GOAL_BYTES = 14.5 * 1024;
export const CODE_GOAL_BYTES = 48 * 1024;

/** Three results a build: against the goals of the smallest one. */
export async function benchBuilds() {
  const results = [];
  for (const arena of ARENA_NAMES) {
    const { code, linked, ram, stack } = await sizesOf(arena);
    results.push(result(`RAM and stack, arena ${arena}`, ram + stack, RAM_GOAL_BYTES));
    results.push(result(`flash, arena ${arena}`, code, CODE_GOAL_BYTES));
    results.push(result(`flash when linked, arena ${arena}`, linked, CODE_GOAL_BYTES));
  }
  return results;
}

function result(name, value, baseline) {
  return { name, target: TARGET, value, unit: 'bytes', baseline, ratio: value / baseline };
}

/**
 * Bytes that the build of an arena takes: code and constants of the library's object, the same of a program that keeps every function of
 * the library and its memory, RAM, and stack.
 */
export async function sizesOf(arena) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-builds-'));
  try {
    const { files } = await makeLibrary(undefined, ARENAS[arena]);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const object = join(folder, 'holdfast.o');
    execFileSync('arm-none-eabi-gcc', [...FLAGS, join(folder, 'src/holdfast.c'), '-o', object]);
    const { text, data } = sizeOf(object);
    const program = sizeOf(link(object, join(folder, 'program.elf')));
    const graph = readFileSync(join(folder, 'holdfast.ci'), 'utf8');
    const stacks = ['holdfast_boot', 'holdfast_service'].map((root) =>
      worstStackBytes(graph, root, ['holdfast_receive'], 0),
    );
    return {
      code: text + data,
      linked: program.text + program.data,
      ram: program.data + program.bss,
      stack: Math.max(...stacks),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `size` says of an object or a program, bytes. */
function sizeOf(file) {
  const [, sizes] = execFileSync('arm-none-eabi-size', [file], { encoding: 'utf8' }).split('\n');
  const [text, data, bss] = sizes.trim().split(/\s+/).map(Number);
  return { text, data, bss };
}

/** Links the library's object so that all that a firmware may name is kept; the port, which is the firmware's, takes no bytes. */
function link(object, program) {
  const names = execFileSync('arm-none-eabi-nm', ['--extern-only', object], { encoding: 'utf8' });
  const kept = [...names.matchAll(/ [TBDR] (\w+)$/gm)].map(([, name]) => `-Wl,--undefined=${name}`);
  const port = [...names.matchAll(/ U (holdfast_port_\w+)$/gm)].map(([, name]) => `-Wl,--defsym=${name}=0`);
  execFileSync('arm-none-eabi-gcc', [...LINKED, ...kept, ...port, object, '-o', program]);
  return program;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const isJson = asksForJson('node bench/builds.mjs [--json]');
  const results = await benchBuilds();
  if (isJson) console.log(JSON.stringify(results));
  else for (const { name, value, unit } of results) console.log(`${name}: ${value} ${unit}`);
}
