/**
 * `node bench/builds.mjs [--json]`: what each build of the core takes as a C library on a Cortex-M0+ at -Os: RAM (the core's memory with
 * the map, and variables), and code with constants. The stack comes on top: the library's README says how much.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ARENA_NAMES } from '../build/js/host/common/arenas.js';
import { makeLibrary } from '../build/js/host/firmware/library.js';
import { ARENAS } from '../build/js/host/format.js';
import { asksForJson } from './options.mjs';

const TARGET = 'Cortex-M0+, GCC -Os';
const FLAGS = ['-std=c11', '-Os', '-mcpu=cortex-m0plus', '-mthumb', '-ffunction-sections', '-c'];
/** What is wanted of the smallest build, stack included; and of its code. */
const RAM_GOAL_BYTES = 14.5 * 1024;
const CODE_GOAL_BYTES = 48 * 1024;

/** Two results a build: against the goals of the smallest one. */
export async function benchBuilds() {
  const results = [];
  for (const arena of ARENA_NAMES) {
    const { code, ram } = await sizesOf(ARENAS[arena]);
    results.push(result(`RAM, arena ${arena}`, ram, RAM_GOAL_BYTES));
    results.push(result(`flash, arena ${arena}`, code, CODE_GOAL_BYTES));
  }
  return results;
}

function result(name, value, baseline) {
  return { name, target: TARGET, value, unit: 'bytes', baseline, ratio: value / baseline };
}

async function sizesOf(build) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-builds-'));
  try {
    const { files } = await makeLibrary(undefined, build);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const object = join(folder, 'holdfast.o');
    execFileSync('arm-none-eabi-gcc', [...FLAGS, join(folder, 'src/holdfast.c'), '-o', object]);
    const [, sizes] = execFileSync('arm-none-eabi-size', [object], { encoding: 'utf8' }).split('\n');
    const [text, data, bss] = sizes.trim().split(/\s+/).map(Number);
    return { code: text + data, ram: data + bss };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const isJson = asksForJson('node bench/builds.mjs [--json]');
  const results = await benchBuilds();
  if (isJson) console.log(JSON.stringify(results));
  else for (const { name, value, unit } of results) console.log(`${name}: ${value} ${unit}`);
}
