/**
 * What starting the built command costs: CPU time of `holdfast --version` and of one point asked, against that of `node -e 0`, taken
 * in turns in the same run. On systems without /proc there are no figures.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandPath } from '../build/js/host/common/root.js';

const STAT = '/proc/self/stat';
/** Linux counts the time of processes that have ended in these. */
const TICK_MS = 10;
/** The time of one process is a few ticks; that of several in a row is told well enough. */
const IN_A_ROW = 8;
const ROUNDS = 3;

/** `image`: a whole container; `at`: a place of its axis. */
export function benchStart(image, at) {
  if (!existsSync(STAT)) return [];
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  try {
    const path = join(folder, 'bench.img');
    writeFileSync(path, image);
    const [nothing, version, check] = cpuMs([
      ['-e', '0'],
      [commandPath(), '--version'],
      [commandPath(), 'check', path, '--at', String(at)],
    ]);
    return [
      figure('start, holdfast --version, against node -e 0', version, nothing),
      figure('start, holdfast check of one point, against node -e 0', check, nothing),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figure(name, value, baseline) {
  return { name, target: 'host', value, unit: 'ms of CPU', baseline, ratio: value / baseline };
}

/** Mean CPU time of each of these calls of Node, user and system, in milliseconds. */
function cpuMs(calls) {
  const sums = calls.map(() => 0);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, argv] of calls.entries()) {
      const before = childrenMs();
      for (let run = 0; run < IN_A_ROW; run++) {
        const { status } = spawnSync(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
        if (status !== 0) throw new Error(`node ${argv.join(' ')} ended with ${status}`);
      }
      sums[index] += childrenMs() - before;
    }
  return sums.map((sum) => sum / (ROUNDS * IN_A_ROW));
}

/** proc(5): cutime and cstime are fields 16 and 17, of which the first two are cut off here. */
function childrenMs() {
  const fields = readFileSync(STAT, 'utf8').split(') ').pop().split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}
