/** The C library's examples on emulated processors: they run to their end there, and print what they print on this computer. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { compilePartition, loadPartition } from '../../host/compile/compile.ts';
import { readElf } from '../../host/firmware/elf.ts';
import { FrameDecoder } from '../../host/serial/framing.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { echoRequest } from '../support/echo-request.ts';
import { libraryFolder, MACHINES, SEMIHOSTED, tool } from '../support/library.ts';
import { writeStandIns } from '../support/stand-ins.ts';

const path = (name: string) => fileURLToPath(new URL(`library/${name}`, import.meta.url));
const WELD_CELL = fileURLToPath(new URL('../../firmware-maps/weld-cell/weld-cell.map.yaml', import.meta.url));
const partition = await loadPartition(WELD_CELL);
const folder = await libraryFolder(compilePartition(partition, undefined, { large: false }).image);
afterAll(() => folder.remove());
const [m0, , , , rv32] = MACHINES;

/** What is printed behind a drive from end to end of the map, in so many turns, all of them in the first phase. */
function afterDrive(turns: number): RegExp {
  const [window] = partition.windows;
  const { min, max } = partition.axis;
  const places = Array.from({ length: turns }, (_, turn) => min + Math.trunc(((max - min) * turn) / turns));
  const covered = places.filter((x) =>
    window?.cells.some(({ from, to, rule }) => x >= from && x < to && partition.rules[rule]?.kind === 'zone'),
  );
  expect(covered.length).toBeLessThan(turns);
  return new RegExp(`^boot 0, ${turns} checks, ${covered.length} covered$`);
}

const IN_RAM = folder.at('examples/bare-metal/port.c');
const EXAMPLES = [
  {
    world: 'bare metal',
    sources: [folder.at('examples/bare-metal/main.c'), IN_RAM],
    includes: [],
    last: /^\d+: state \d, action \d/,
    runsOn: ['Cortex-M0+', 'RV32IMAC'],
    hasLine: false,
  },
  {
    world: 'FreeRTOS, on a stand-in for its scheduler',
    sources: [folder.at('examples/freertos/main.c'), IN_RAM, path('scheduler.c')],
    includes: [writeStandIns(folder, 'freertos')],
    last: afterDrive(200),
    runsOn: ['Cortex-M0+', 'RV32IMAC'],
    hasLine: false,
  },
  // The flash of these does not fit into the RAM of the Cortex-M0+ here.
  {
    world: 'pico-sdk, on a stand-in for it',
    sources: [folder.at('examples/pico-sdk/main.c'), path('worlds/pico-sdk.c')],
    includes: [writeStandIns(folder, 'pico-sdk')],
    last: afterDrive(1000),
    runsOn: ['RV32IMAC'],
    hasLine: true,
  },
  {
    world: 'Zephyr, on a stand-in for it',
    sources: [folder.at('examples/zephyr/src/main.c'), path('worlds/zephyr.c')],
    includes: [writeStandIns(folder, 'zephyr')],
    last: afterDrive(100),
    runsOn: ['RV32IMAC'],
    hasLine: true,
  },
  {
    world: 'ESP-IDF, on a stand-in for it',
    sources: [folder.at('examples/esp-idf/main/main.c'), path('worlds/esp-idf.c')],
    includes: [writeStandIns(folder, 'esp-idf')],
    last: afterDrive(100),
    runsOn: ['RV32IMAC'],
    hasLine: true,
  },
  // Its flash has the addresses of the chip, where the emulated processors have none.
  {
    world: 'STM32F4 with sectors of several sizes, on a stand-in for its registers',
    sources: ['main.c', 'flash.c']
      .map((name) => folder.at(`examples/stm32f4/${name}`))
      .concat(path('worlds/stm32f4.c')),
    includes: [writeStandIns(folder, 'stm32f4')],
    last: afterDrive(1000),
    runsOn: [],
    hasLine: false,
  },
] as const;
const FLAGS = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', `-I${folder.at('src')}`];

type Compile = (argv: readonly string[]) => void;
const natively: Compile = (argv) => execFileSync('gcc', [...argv]);
const cores = new Map<string, string[]>();

/** The core and what is burned in, as one compiler makes them at one level: compiled when it is first asked for. */
function coreOf(name: string, compile: Compile, flags: readonly string[]): string[] {
  const there = cores.get(name);
  if (there !== undefined) return there;
  const made = ['holdfast', 'holdfast_burned'].map((source) => {
    const object = folder.at(`${name}-${source}.o`);
    compile([...FLAGS, ...flags, '-c', folder.at(`src/${source}.c`), '-o', object]);
    return object;
  });
  cores.set(name, made);
  return made;
}

describe.each(EXAMPLES)('$world', ({ sources, includes, last, runsOn, hasLine }) => {
  const program = folder.at('example');
  const link = (name: string, compile: Compile, flags: readonly string[], more: readonly string[]) => {
    const core = coreOf(name, compile, flags);
    compile([...FLAGS, ...flags, ...includes, ...sources, ...core, ...more, '-o', program]);
  };
  const ranHere = (input: Uint8Array) => {
    link('here', natively, ['-Og'], []);
    return spawnSync(program, { input });
  };
  const printed = () => ranHere(new Uint8Array()).stdout.toString();

  test('ends by itself, and prints on this computer what it should', () => {
    expect(printed().trimEnd().split('\n').at(-1)).toMatch(last);
  });

  test.runIf(hasLine)('answers a client, and prints behind the answer', () => {
    const ran = ranHere(echoRequest('is anybody there'));
    expect(ran.status).toBe(0);
    const [answer = new Uint8Array()] = new FrameDecoder({}).push(ran.stdout);
    expect(Buffer.from(answer).toString('latin1')).toContain('is anybody there');
    expect(ran.stdout.toString('latin1').trimEnd().split('\n').at(-1)).toMatch(last);
  });

  test.runIf(runsOn.some((name) => name === m0.name)).each(['-Os', '-O2'])('on a Cortex-M0+, %s', (level) => {
    // Code in flash; what is printed stays in memory.
    const places = '-Wl,-e,main,-Ttext=0x10000100,-Tdata=0x20000000,--gc-sections';
    const more = ['--specs=nosys.specs', '-nostartfiles', places, path('console.c')];
    link(`m0${level}`, (argv) => tool(m0, 'gcc', argv), [...m0.flags, level], more);
    const bench = new Rp2040Bench(readElf(readFileSync(program)));
    expect(bench.call('main').result).toBe(0);
    bench.call('flush_console');
    const [used = 0] = bench.words(bench.addressOf('console_used'), 1);
    const console = Buffer.from(bench.memory(bench.addressOf('console'), used)).toString();
    expect(console).toBe(printed());
  });

  test.runIf(runsOn.some((name) => name === rv32.name)).each(['-Os', '-O2'])('on RV32IMAC, %s', (level) => {
    const flags = rv32.flags.filter((flag) => flag !== '-ffreestanding');
    link(`rv32${level}`, (argv) => tool(rv32, 'gcc', argv), [...flags, level, ...SEMIHOSTED], []);
    const quiet = ['-display', 'none', '-serial', 'null', '-monitor', 'none'];
    const ran = spawnSync(
      'qemu-system-riscv32',
      ['-machine', 'virt', '-bios', 'none', '-semihosting', ...quiet, '-kernel', program],
      { encoding: 'utf8', timeout: 120_000 },
    );
    // QEMU prints what a program prints beside its own words.
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: printed() });
  });
});
