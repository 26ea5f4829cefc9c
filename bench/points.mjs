/**
 * What a million points cost: CPU time of `holdfast check --points` in a process of its own, against that of a script which reads the same
 * lines, and parses and prints an object for each.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandPath } from '../build/js/host/common/root.js';
import { sequence } from './maps.mjs';

const POINTS = 1_000_000;
const NAIVE = `const { readFileSync } = require('node:fs');
const lines = readFileSync(process.argv[1], 'utf8').split('\\n').slice(1, -1);
let out = '';
for (const line of lines) {
  const at = Number(line);
  out += JSON.stringify({ at, phase: 0, state: 'covered', zone: 'limits-1', limit: 100, epoch: 1 }) + '\\n';
  if (out.length > 65536) { process.stdout.write(out); out = ''; }
}
process.stdout.write(out);`;

/** `image`: a whole container whose axis ends at `max`. */
export function benchPoints(image, max) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-points-'));
  try {
    const [map, points] = [join(folder, 'bench.img'), join(folder, 'points.csv')];
    const random = sequence(7);
    writeFileSync(map, image);
    writeFileSync(points, `x\n${Array.from({ length: POINTS }, () => random(max)).join('\n')}\n`);
    const value = cpuSeconds([commandPath(), 'check', map, '--points', points], folder);
    const baseline = cpuSeconds(['-e', NAIVE, points], folder);
    const name = 'check --points, a million, against a script that reads and prints as many lines';
    return { name, target: 'host', value, unit: 's of CPU', baseline, ratio: value / baseline };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** User and system time of a call of Node whose output goes to a file of `folder`. */
export function cpuSeconds(argv, folder) {
  const output = openSync(join(folder, 'output'), 'w');
  const script = 'TIMEFORMAT="%U %S"; time "$@" >&3 2>&3';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe', output],
    encoding: 'utf8',
  });
  closeSync(output);
  if (status !== 0) throw new Error(`node ${argv.join(' ')} ended with ${status}`);
  return stderr
    .trim()
    .split(' ')
    .map(Number)
    .reduce((sum, seconds) => sum + seconds, 0);
}
