/**
 * Peak memory and CPU time of a compilation, in a process of its own: `node bench/memory.mjs SEGMENTS` prints {seconds, peakBytes}.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileSource } from '../build/js/host/compile/compile.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { tableSource } from './maps.mjs';

const KIB = 1024;

/** Compiles a table of `segments` rows in a process of its own; 0 compiles nothing, which is what the program itself takes. */
export function compileApart(segments) {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(segments)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`compiling ${segments} segments failed`);
  return JSON.parse(stdout);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const segments = Number(process.argv[2]);
  const before = process.cpuUsage();
  if (segments > 0) {
    const files = tableSource(segments);
    await compileSource('bench.map.yaml', { large: true, reader: memoryReader(files) });
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * KIB }));
}
