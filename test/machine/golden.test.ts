/**
 * Bounds of every firmware that the project builds, kept in files: HOLDFAST_WRITE_OUTPUTS=1 writes them anew. They are those of one
 * release of each compiler; where another is installed, nothing is compared, and that is said.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARENA_DEFAULT, ARENA_NAMES, type ArenaName } from '../../host/common/arenas.ts';
import { packageUrl } from '../../host/common/root.ts';
import { coreUrl } from '../../host/core/core.ts';
import { cyclesOf } from '../../host/cycles/table.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { ARENAS } from '../../host/format.ts';
import { type ArenaQuestions, boardCycles } from '../../host/timing/machine/board-cycles.ts';
import type { Question } from '../../host/timing/machine/bounds.ts';
import { coreFor } from '../../host/timing/machine/cores.ts';
import { goldenText } from '../../host/timing/machine/golden.ts';
import { arenasIn, stackIn } from '../../host/timing/machine/holdfast.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder, MACHINES, tool } from '../support/library.ts';
import { WRITES_OUTPUTS } from '../support/shell.ts';

const GOLDEN = fileURLToPath(new URL('../fixtures/timing/bounds.json', import.meta.url));
const RAIL = fileURLToPath(packageUrl('firmware-maps/rail/rail.map.yaml'));
const BOARDS = ['rp2040', 'riscv32'];
/** Other calls, and service, have tests of their own; sweep is bounded for a map, which takes seconds. */
const CALLS = ['check', 'checkPlane', 'verdict', 'untilChange', 'untilChangePlane'];

const folder = temporaryFolder('golden');
const library = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => {
  folder.remove();
  library.remove();
});

beforeAll(async () => {
  expect((await holdfast(['compile', RAIL, '-o', folder.at('rail.img')])).code).toBe(0);
});

/** The first line of what a compiler says of itself. */
function compilerOf(command: string): string {
  return execFileSync(command, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
}

/** Whether figures of this compiler are kept. */
function isKept(board: string): boolean {
  const { command } = targetNamed(board).compiler;
  const kept = cyclesOf(board)?.compiler === compilerOf(command);
  if (!kept) console.log(`no figures are kept for ${compilerOf(command)}`);
  return kept || WRITES_OUTPUTS;
}

async function compare(file: string, ...options: readonly string[]): Promise<void> {
  const update = WRITES_OUTPUTS ? ['--update'] : [];
  const ran = await holdfast(['timing', 'elf', file, ...options, '--golden', GOLDEN, ...update]);
  expect(ran.stderr).toBe('');
}

/** The builds of the smallest arena and of most; all where they are written: what moves the others moves these. */
async function arenaQuestions(board: string): Promise<ArenaQuestions> {
  const questions: [ArenaName, Question][] = [];
  for (const arena of WRITES_OUTPUTS ? ARENA_NAMES : (['4K', ARENA_DEFAULT] as const)) {
    const { elf } = await buildFirmware(board, ARENAS[arena]);
    const parts = arenasIn(elf, readModule(readFileSync(coreUrl(ARENAS[arena]))));
    questions.push([arena, { elf, core: coreFor(elf, undefined), parts, stack: stackIn(elf) }]);
  }
  return questions;
}

describe.each(BOARDS)('%s', (board) => {
  const path = fileURLToPath(packageUrl(`build/firmware/${board}.elf`));

  test.runIf(isKept(board))('what calls take, for any memory and with a map, is what is kept', async () => {
    await buildFirmware(board);
    await compare(path, '--function', ...CALLS);
    await compare(path, '--map', folder.at('rail.img'), '--function', ...CALLS, 'sweep');
  });

  test.runIf(isKept(board))('what maps are judged by is what the firmware takes', async () => {
    const questions = await arenaQuestions(board);
    const table = boardCycles(questions, compilerOf(targetNamed(board).compiler.command));
    const file = packageUrl(`targets/${board}/cycles.json`);
    if (WRITES_OUTPUTS)
      writeFileSync(file, `${JSON.stringify(table, null, 2).replace(/\n\s+(?=-?\d|\]|null)/g, ' ')}\n`);
    expect(cyclesOf(board)).toMatchObject(table);
  });
});

test.runIf(isKept('rp2040'))(
  'the figure that PROOF adds up by hand is the one that is shown, block by block',
  async () => {
    await buildFirmware('rp2040');
    const path = fileURLToPath(packageUrl('build/firmware/rp2040.elf'));
    const asked = ['--map', folder.at('rail.img'), '--function', 'check', '--json'];
    const { bound, best, longest } = JSON.parse((await holdfast(['timing', 'elf', path, ...asked])).stdout);
    const proof = readFileSync(new URL('../../docs/PROOF.md', import.meta.url), 'utf8');
    const [total, call] = [/\| in all \|.*\| (\d+) \|/, /\| the call \|.*\| (\d+) \|/].map((row) =>
      Number(row.exec(proof)?.[1]),
    );
    const rows = [...proof.matchAll(/^\| \+(0x[0-9a-f]+) \|.*\| (\d+) \|$/gm)];
    const byHand = rows.map(([, at, cycles]) => ({
      place: `holdfast_check+${at}`,
      times: 1,
      cycles: Number(cycles),
    }));
    expect(longest).toMatchObject(byHand);
    expect(byHand.reduce((sum, { cycles }) => sum + cycles, call ?? 0)).toBe(bound);
    expect([total, best]).toEqual([bound, bound]);
  },
);

const LIBRARIES = [
  {
    ...{ board: 'rp2040', machine: MACHINES[0], level: '-O2' },
    more: ['--specs=nosys.specs', '-Wl,-Ttext=0x20000000,-Tdata=0x20100000'],
  },
  {
    ...{ board: 'riscv32', machine: MACHINES[4], level: '-Os' },
    more: [
      ...['--specs=picolibc.specs', '-Wl,--defsym=__flash=0x80000000', '-Wl,--defsym=__flash_size=0x200000'],
      ...['-Wl,--defsym=__ram=0x80200000', '-Wl,--defsym=__ram_size=0x400000'],
    ],
  },
] as const;

describe.each(LIBRARIES)('the library for $machine.name at $level', ({ board, machine, level, more }) => {
  test.runIf(isKept(board))('takes what is kept', async () => {
    const output = folder.at(`library-${board}${level}.elf`);
    const sources = ['src/holdfast.c', 'src/holdfast_burned.c', 'examples/bare-metal/port.c'].map(library.at);
    const burn = fileURLToPath(new URL('../targets/library/burn.c', import.meta.url));
    const flags = [...machine.flags.filter((flag) => flag !== '-ffreestanding'), level, '-std=c11'];
    const linked = ['-nostartfiles', '-Wl,-e,main,--gc-sections', ...more];
    tool(machine, 'gcc', [...flags, `-I${library.at('src')}`, ...sources, burn, ...linked, '-o', output]);
    await compare(output, '--function', 'check');
    await compare(output, '--map', folder.at('rail.img'), '--function', 'check');
  });
});

test('a difference says the function, what it was, and what it is', async () => {
  const path = fileURLToPath(packageUrl('build/firmware/rp2040.elf'));
  await buildFirmware('rp2040');
  const kept = folder.at('kept.json');
  await holdfast(['timing', 'elf', path, '--function', 'check', '--golden', kept, '--update']);
  const was = readFileSync(kept, 'utf8');
  expect(was).toBe(goldenText(JSON.parse(was)));
  writeFileSync(kept, was.replace(/"bound": \d+/, '"bound": 7'));
  const { code, stderr } = await holdfast(['timing', 'elf', path, '--function', 'check', '--golden', kept]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /rp2040\.elf on cortex-m0plus, holdfast_check: \d+ to 7 cycles .*, now \d+ to \d+ cycles/,
  );
});
