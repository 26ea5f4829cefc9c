/** A chip that never becomes ready, or never says anything: each board's flash.c gives it up in time, and says that it failed. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { packageUrl } from '../../host/common/root.ts';
import { targetHeader } from '../../host/firmware/target-header.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { temporaryFolder } from '../support/command.ts';

const SOURCE = fileURLToPath(new URL('library/flash-waits.c', import.meta.url));
const folderOf = (path: string) => fileURLToPath(packageUrl(`targets/${path}`));
const INCLUDES = ['common', 'loop'].map((name) => `-I${folderOf(name)}`);

/** Where a board's timer stands, and what its registers say while the chip is ready or busy. */
const BOARDS = {
  rp2040: {
    timer: 0x40054028,
    // The SSI has a byte; the byte is the chip's status.
    ready: '((a) == 0x18000028u ? 8u : 0u)',
    busy: '((a) == 0x18000028u ? 8u : 1u)',
    secondsMax: 1,
  },
  microbit: { timer: 0x40008548, ready: '1u', busy: '0u', secondsMax: 0.05 },
  riscv32: { timer: 0x0200bff8, ready: '0x00800080u', busy: '0x00000000u', secondsMax: 5 },
} as const;

interface Waited {
  readonly erase: number;
  readonly program: number;
  readonly eraseCounts: number;
  readonly programCounts: number;
}

function built(name: keyof typeof BOARDS) {
  const { timer, ready, busy } = BOARDS[name];
  const folder = temporaryFolder(`flash-waits-${name}`);
  const registers = readFileSync(folderOf(`${name}/registers.h`), 'utf8');
  const mocked = registers.replace(
    /#define REGISTER\(address\) .*\n/,
    'volatile uint32_t* mock_register(uint32_t address);\n#define REGISTER(address) (*mock_register(address))\n',
  );
  expect(mocked).not.toBe(registers);
  writeFileSync(folder.at('registers.h'), mocked);
  writeFileSync(folder.at('target.h'), targetHeader(targetNamed(name)));
  const others = readdirSync(folderOf(name)).filter((file) => /^(flash\.c|reading\.c|.*\.h)$/.test(file));
  for (const file of others.filter((file) => file !== 'registers.h'))
    copyFileSync(folderOf(`${name}/${file}`), folder.at(file));
  const sources = others.filter((file) => file.endsWith('.c')).map((file) => folder.at(file));
  const program = folder.at('flash-waits');
  const mocks = [`-DMOCK_TIMER=${timer}u`, `-DMOCK_READY(a)=${ready}`, `-DMOCK_BUSY(a)=${busy}`];
  const argv = [...mocks, '-w', '-O1', `-I${folder.path}`, ...INCLUDES, ...sources, SOURCE];
  execFileSync('gcc', [...argv, '-o', program]);
  const run = (mode: string): Waited => JSON.parse(execFileSync(program, [mode], { encoding: 'utf8' }));
  return { run, remove: folder.remove };
}

describe.each(Object.keys(BOARDS) as (keyof typeof BOARDS)[])('%s', (name) => {
  test('a chip that is ready does what it is asked; one that is not has failed, in time', () => {
    const { run, remove } = built(name);
    const countsMax = BOARDS[name].secondsMax * targetNamed(name).clocks.counterHz;
    expect(run('ready')).toMatchObject({ erase: 0, program: 0 });
    for (const mode of ['busy', 'silent']) {
      const waited = run(mode);
      expect(waited, mode).toMatchObject({ erase: 1, program: 1 });
      expect(waited.eraseCounts, mode).toBeLessThan(countsMax);
      expect(waited.programCounts, mode).toBeLessThan(countsMax / 10);
    }
    remove();
  });
});
