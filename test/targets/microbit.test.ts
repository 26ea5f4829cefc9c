/** The micro:bit in QEMU: what its firmware takes, that it answers as the virtual controller does, and what becomes of its flash. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { QUESTION_WORDS } from '../../sim/boards/riscv32-bench.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition } from '../support/editions.ts';
import { randomMap } from '../support/maps.ts';
import { randomQuestions } from '../support/questions.ts';
import { Random, seedFor } from '../support/random.ts';

const { target, sizes } = await buildFirmware('microbit');
const QUESTIONS = 200;
const TEST_MS_MAX = 180_000;

let folder: ReturnType<typeof temporaryFolder>;
let running: ControllerProcess[];

async function start(
  name: string,
  options: { parked?: boolean; state?: string } = {},
): Promise<ControllerProcess> {
  const { parked = false, state = name } = options;
  const controller = await startController({
    ...{ state: folder.at(state), image: folder.at('first.img'), target: name, parked },
  });
  running.push(controller);
  return controller;
}

async function deviceOn({ port }: ControllerProcess): Promise<Device> {
  return new Device(new SmpClient(await openSerialTransport({ path: port })));
}

/** The flash areas as they are in the file. */
const areas = () => readFileSync(folder.at('microbit/flash.bin')).subarray(target.flash.areasOffset);

beforeEach(() => {
  folder = temporaryFolder('microbit');
  running = [];
});

afterEach(async () => {
  for (const controller of running) await controller.end();
  folder.remove();
});

test('it fits: variables, stack and code', () => {
  expect(sizes.ramBytes).toBeLessThanOrEqual(target.ram.bytes);
  expect(sizes.stackBytes).toBeLessThanOrEqual(target.stack.bytes);
  expect(target.ram.bytes + target.stack.bytes).toBeLessThanOrEqual(16_384);
  expect(sizes.flashBytes).toBeLessThanOrEqual(target.flash.burnedOffset);
});

test.each([
  { segments: 40, period: 1 },
  { segments: 100, period: 1 },
  { segments: 12, period: 9 },
])(
  'every verdict is that of the virtual controller: $segments segments, $period phases',
  async ({ segments, period }) => {
    const random = new Random(seedFor('microbit', segments));
    const { source } = randomMap(random, { segments, zones: 9, overlaps: false, period });
    const image = await compileText(source);
    writeFileSync(folder.at('first.img'), image);
    const devices = [await deviceOn(await start('microbit')), await deviceOn(await start('virtual'))];
    const words = randomQuestions(random, image, QUESTIONS);
    for (let index = 0; index < QUESTIONS; index++) {
      const [phase = 0, x = 0] = words.subarray(index * QUESTION_WORDS);
      const [here, there] = await Promise.all(
        devices.map((device) => device.check({ x, phase: phase >>> 0 })),
      );
      expect(here, `phase ${phase}, ${x}`).toEqual(there);
    }
    for (const device of devices) await device.close();
  },
  TEST_MS_MAX,
);

test(
  'what the firmware says it has written is in the file, whatever happens to the emulator next',
  async () => {
    writeFileSync(folder.at('first.img'), await compileEdition({ epoch: 1, limit: 80 }));
    const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 60, nameLetters: 40 });
    writeFileSync(folder.at('second.img'), second);
    const edition = readEdition(readFileSync(folder.at('second.img')));
    const controller = await start('microbit', { parked: true });
    const device = await deviceOn(controller);
    await device.openWindow();
    await push(device, edition);
    expect(areas().includes(Buffer.from(second))).toBe(true);
    const { slotA, slotB } = target.flash.areaBytes;
    const journals = areas().subarray(slotA + slotB);
    expect(journals.some((byte) => byte !== target.flash.erasedByte)).toBe(true);
    await device.close();
    await controller.kill();
    const again = await deviceOn(await start('microbit', { parked: true }));
    expect(await again.status()).toMatchObject({ epoch: 1, stage: 'pending' });
    await again.openWindow();
    await push(again, edition);
    await again.closeWindow();
    await expect.poll(async () => (await again.status()).epoch, { timeout: 20_000 }).toBe(2);
    expect((await again.check({ x: 500 })).limit).toBe(40);
    await again.close();
  },
  TEST_MS_MAX,
);

test(
  'a pin that nobody drives is not parked, and after a reset it is driven again',
  async () => {
    writeFileSync(folder.at('first.img'), await compileEdition({ epoch: 1, limit: 80 }));
    const moving = await deviceOn(await start('microbit', { state: 'moving' }));
    await expect(moving.openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
    await moving.close();
    const parked = await deviceOn(await start('microbit', { state: 'parked', parked: true }));
    await parked.openWindow();
    await parked.reset();
    await expect.poll(() => parked.openWindow().then(() => 'open', String), { timeout: 20_000 }).toBe('open');
    await parked.close();
  },
  TEST_MS_MAX,
);

test('on a Cortex-M0 a check takes one number of cycles, which is bounded, though its stack begins right behind its variables', async () => {
  const [program, image] = [
    '../../build/firmware/microbit.elf',
    '../../firmware-maps/rail/rail.map.yaml',
  ].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  expect(await holdfast(['compile', image ?? '', '-o', folder.at('rail.img')])).toMatchObject({ code: 0 });
  const trees = ['compile', image ?? '', '--lookup', 'tree', '-o', folder.at('trees.img')];
  expect(await holdfast(trees)).toMatchObject({ code: 0 });
  const bounds = async (map: string) => {
    const asked = ['--core', 'cortex-m0', '--map', folder.at(map), '--function', 'check', '--json'];
    return JSON.parse((await holdfast(['timing', 'elf', program ?? '', ...asked])).stdout);
  };
  const { bound, best, declined } = await bounds('rail.img');
  expect([declined, best]).toEqual([null, bound]);
  const byTrees = await bounds('trees.img');
  expect([byTrees.declined, byTrees.best]).toEqual([null, byTrees.bound]);
  const page = readFileSync(new URL('../../docs/targets.md', import.meta.url), 'utf8').replaceAll(
    /\s+/g,
    ' ',
  );
  expect(page).toContain(`with the map \`rail\` a check takes ${bound} cycles for every input.`);
  const making = ['--image', folder.at('rail.img'), '--development', '-o', folder.at('rail.hex'), '--json'];
  const made = await holdfast(['firmware', 'microbit', ...making]);
  expect(JSON.parse(made.stdout).cycles).toMatchObject({ core: 'cortex-m0', check: bound });
});

test('an arena for which it has no RAM is refused, and so is a map that its own does not hold', async () => {
  writeFileSync(folder.at('first.img'), await compileEdition({ epoch: 1, limit: 80 }));
  writeFileSync(folder.at('large.img'), await compileEdition({ epoch: 1, limit: 80, zones: 300 }));
  const firmware = (image: string, ...more: string[]) =>
    holdfast([
      ...['firmware', 'microbit', '--image', folder.at(image), '--development', '-o', folder.at('m.hex')],
      ...more,
    ]);
  expect(await firmware('first.img', '--arena', '16K')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no RAM for an arena of 16K; it takes 4K[\s\S]*Leave --arena out/),
  });
  expect(await firmware('large.img')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /does not fit an arena of 4K[\s\S]*Take a board with an arena of 16K, or use fewer zones or fewer phases/,
    ),
  });
  expect(await firmware('first.img')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('arena 4K, the largest that this board takes'),
  });
});
