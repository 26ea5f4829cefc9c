/** `holdfast timing elf` as its user meets it: words, JSON, exit codes, a map, and programs that are not ours. */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { packageUrl } from '../../host/common/root.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { readElf } from '../../host/firmware/elf.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { build } from './support/assemble.ts';

const folder = temporaryFolder('elf-command');
const FIRMWARE = fileURLToPath(packageUrl('build/firmware/rp2040.elf'));
const MAP = fileURLToPath(packageUrl('firmware-maps/rail/rail.map.yaml'));
const PROGRAM = `.syntax unified
.thumb
.text
.global f
.type f, %function
.thumb_func
f: push {r4, lr}
 pop {r4, pc}
.size f, . - f
.global g
.type g, %function
.thumb_func
g: bx r0
.size g, . - g
`;
let other: string;

beforeAll(async () => {
  await buildFirmware('rp2040');
  other = build(folder, 'other.s', PROGRAM);
  expect((await holdfast(['compile', MAP, '-o', folder.at('rail.img')])).code).toBe(0);
});

afterAll(() => folder.remove());

const timing = (...argv: string[]) => holdfast(['timing', 'elf', ...argv]);

test('says what check and verdict take, whatever the map', async () => {
  const { code, stdout } = await timing(FIRMWARE);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^holdfast_check: at most \d+ cycles, at least \d+, \d+ bytes of stack$/m);
  expect(stdout).toMatch(/^ {2}loads from .run, ACTIVE, ARENA, stack; stores to stack;/m);
  expect(stdout).toMatch(/^ {2}loads from .run, ACTIVE, ARENA, VERDICT, stack; stores to VERDICT, stack;/m);
});

test('says that check is constant for a map, and why in cycles that add up', async () => {
  const { code, stdout } = await timing(
    FIRMWARE,
    '--map',
    folder.at('rail.img'),
    '--function',
    'check',
    '--details',
  );
  expect(code).toBe(0);
  const [, bound] =
    /^holdfast_check: (\d+) cycles for every input, constant in this model of time/m.exec(stdout) ?? [];
  const [, call] = /the call: (\d+)/.exec(stdout) ?? [];
  const blocks = [...stdout.matchAll(/: \d+ × [\d.]+ = (\d+)$/gm)].map(([, cycles]) => Number(cycles));
  expect(blocks.reduce((sum, cycles) => sum + cycles, Number(call))).toBe(Number(bound));
});

test('prints JSON that names file, digest and table', async () => {
  const { stdout } = await timing(other, '--function', 'f', '--core', 'cortex-m0', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    core: { id: 'cortex-m0', version: 1, comparedWith: expect.any(String) },
    ...{ function: 'f', bound: 4 + 3 + 6, best: 4 + 3 + 6, stack: 8, declined: null },
  });
});

test('ends with 1 where a function has no bound, and says where and why', async () => {
  const { code, stdout } = await timing(other, '--function', 'g');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^g: no bound \(indirect-target\)\n {2}at 0x20000004, g\+0x0: /);
});

test('gives up after as many steps as it is told to, and says so', async () => {
  const { code, stdout } = await timing(FIRMWARE, '--function', 'sweep', '--steps', '100');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^holdfast_sweep: no bound \(too-long\)\n.*: no end was found within 100 steps$/m);
});

test.each([
  [['--function', 'h'], 'no symbol h'],
  [[], 'no function is named'],
  [['--function', 'f', '--core', 'z80'], 'no table of a core z80'],
  [['--function', 'f', '--map', 'rail.img'], '--map says nothing of it'],
  [['--function', 'f', '--stack', '12'], 'TOP:BYTES'],
  [['--function', 'f', '--stack', '0x20000100:256'], 'overlap'],
  [['--function', 'f', '--device', '0x40000000:0:1:1'], 'FROM:BYTES:LOAD:STORE'],
  [['--function', 'f', '--device', '0xfffffffe:4:1:1'], 'FROM:BYTES:LOAD:STORE'],
  [['--function', 'f', '--device', '0x20000000:4:1:1'], 'overlap'],
  [['--function', 'f', '--steps', '0'], 'it is a whole number, 1 or more'],
  [['--function', 'f', '--steps', '1e3'], 'it is a whole number, 1 or more'],
])('refuses %j', async (options, message) => {
  const { code, stderr } = await timing(other, ...options);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('refuses a file that is cut off, wherever that is', () => {
  const file = readFileSync(other);
  expect(readElf(file).symbols.length).toBeGreaterThan(2);
  for (const bytes of [0, 4, 51, 60, 200, file.length >> 1, file.length - 100]) {
    expect(() => readElf(file.subarray(0, bytes))).toThrow(HoldfastError);
  }
});

test('takes the usual core of the file, and another where one is named', async () => {
  await buildFirmware('riscv32');
  const elf = fileURLToPath(packageUrl('build/firmware/riscv32.elf'));
  const { code, stdout } = await timing(elf, '--map', folder.at('rail.img'), '--json', '--function', 'check');
  expect(code).toBe(0);
  const { core, bound, best } = JSON.parse(stdout);
  expect(core.id).toBe('hazard3');
  expect(core.comparedWith).toMatch(/documentation/);
  expect(bound).toBe(best);
  expect((await timing(elf, '--core', 'ibex', '--function', 'check')).stdout).toMatch(/at most \d+ cycles/);
  const { code: wrong, stderr } = await timing(elf, '--core', 'cortex-m0');
  expect(wrong).toBe(2);
  expect(stderr).toMatch(/The file is not for a cortex-m0\.\nCores: hazard3, ibex, picorv32, hazard3-virt/);
});

test('says of a core that is from the manual that it was compared with nothing, in words, JSON and the report', async () => {
  const page = folder.at('m3.html');
  for (const core of ['cortex-m3', 'cortex-m4']) {
    const { code, stdout } = await timing(
      other,
      '--function',
      'f',
      '--core',
      core,
      '--html',
      page,
      '--force',
    );
    expect(code).toBe(0);
    // The call, PUSH of two and POP of two with the program counter.
    expect(stdout).toContain(`f: at most ${4 + 4 + 7} cycles, at least ${2 + 3 + 4}`);
    expect(stdout).toContain(`table ${core} version 1, compared with nothing: it is from the manual`);
    expect(readFileSync(page, 'utf8')).toContain('nothing: it is from the manual');
    const { stdout: json } = await timing(other, '--function', 'f', '--core', core, '--json');
    expect(JSON.parse(json).core.comparedWith).toBe('nothing: it is from the manual');
  }
});

test('takes devices that the core has no row of, and says so wherever a bound is told', async () => {
  const asks = build(
    folder,
    'asks.s',
    `.syntax unified\n.thumb\n.text\n.global f\n.type f, %function\n.thumb_func
f: movs r0, #0x48\n lsls r0, r0, #24\n ldr r1, [r0]\n str r1, [r0, #4]\n bx lr\n.size f, . - f\n`,
  );
  const without = await timing(asks, '--function', 'f', '--core', 'cortex-m0');
  expect([without.code, without.stdout]).toEqual([1, expect.stringContaining('no bound (outside)')]);
  const page = folder.at('device.html');
  const device = ['--core', 'cortex-m0', '--device', '0x48000000:1024:5:7', '--device', '0x50000000:4:1:1'];
  const { code, stdout } = await timing(asks, '--function', 'f', ...device, '--html', page);
  expect(code).toBe(0);
  const cycles = 4 + 2 + (2 + 5) + (2 + 7) + 3;
  expect(stdout).toMatch(new RegExp(`^f: ${cycles} cycles for every input`, 'm'));
  const said = 'device 1 is at 0x48000000 to 0x480003ff; a load takes 5 cycles more there, a store 7';
  expect(stdout).toContain(`assumed: ${said}`);
  expect(readFileSync(page, 'utf8')).toContain(said);
  const { assumptions } = JSON.parse((await timing(asks, '--function', 'f', ...device, '--json')).stdout);
  expect(assumptions).toContain(said);
});

test('writes a report that adds up, and keeps figures that it compares', async () => {
  const page = folder.at('bounds.html');
  const golden = folder.at('bounds.json');
  const first = await timing(
    FIRMWARE,
    '--function',
    'check',
    '--witness',
    '--html',
    page,
    '--golden',
    golden,
    '--update',
  );
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^ {2}longest found: (\d+) of \1 cycles for arguments /m);
  expect(first.stdout).toMatch(
    /: sha256 [0-9a-f]{64}; holdfast .*, table cortex-m0plus version \d+, compared with /,
  );
  const text = readFileSync(page, 'utf8');
  const cycles = Number(/at most <b>(\d+)<\/b> cycles/.exec(text)?.[1]);
  const rows = [...text.matchAll(/<tr><td>0x[0-9a-f]+<\/td><td>.*<\/td>.*<td class="n">(\d+)<\/td><\/tr>/g)];
  const call = Number(/<td>the call<\/td>.*<td class="n">(\d+)<\/td><\/tr>/.exec(text)?.[1]);
  expect(rows.reduce((sum, [, each]) => sum + Number(each), call)).toBe(cycles);
  expect(text).toMatch(/Taken for granted/);
  // The rows that blocks are added up by, each with its source.
  for (const { source } of [...Object.values(CORTEX_M0PLUS.rows), ...CORTEX_M0PLUS.devices])
    expect(text).toContain(source);
  expect(text).toContain(createHash('sha256').update(readFileSync(FIRMWARE)).digest('hex'));
  expect((await timing(FIRMWARE, '--function', 'check', '--golden', golden)).code).toBe(0);
  writeFileSync(golden, readFileSync(golden, 'utf8').replace(`"bound": ${cycles}`, '"bound": 1'));
  const changed = await timing(FIRMWARE, '--function', 'check', '--golden', golden);
  expect(changed.code).toBe(1);
  expect(changed.stderr).toMatch(
    /bounds changed: rp2040.elf on cortex-m0plus, holdfast_check: \d+ to 1 cycles/,
  );
});
