/** `--arena`: firmware, library and the virtual controller take the build that is asked for, say which, and refuse what does not fit. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeFirmware, firmwareKind } from '../../host/cli/common/firmware-files.ts';
import { requireTakenBy } from '../../host/cli/common/pushing.ts';
import { compileSource } from '../../host/compile/compile.ts';
import { checkCycles, cyclesOf } from '../../host/cycles/table.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { placeEdition } from '../../host/firmware/place.ts';
import { ARENAS, BEHIND_ARENA_BYTES, BUILD_LIMITS, MEMORY } from '../../host/format.ts';
import { encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { burnedWith } from '../../host/image/fitting.ts';
import { judge } from '../../host/serial/acceptance.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { SimDevice } from '../support/sim-device.ts';

const folder = temporaryFolder('arenas');
afterAll(() => folder.remove());

/** A line of as many stretches with gaps between them. */
function stretches(count: number): string {
  const at = Array.from(
    { length: count / 2 },
    (_, index) => `{ from: ${20 * index}, to: ${20 * index + 10} }`,
  );
  const axis = `space: { axes: [ { name: s, unit: mm, min: 0, max: ${10 * count} } ] }`;
  return `holdfast: 1\nmap: test\nepoch: 1\n${axis}\nzones: [ { id: a, at: [ ${at.join(', ')} ] } ]\ngaps: [ { anywhere: true, action: stop } ]\n`;
}

beforeAll(async () => {
  for (const [name, count] of [
    ['small', 8],
    ['large', 800],
  ] as const) {
    writeFileSync(folder.at(`${name}.map.yaml`), stretches(count));
    const compiled = await holdfast([
      'compile',
      folder.at(`${name}.map.yaml`),
      '-o',
      folder.at(`${name}.img`),
    ]);
    expect(compiled.code).toBe(0);
  }
});

const VERBS = [
  [
    'firmware rp2040',
    (image: string) => ['firmware', 'rp2040', '--image', image, '-o', folder.at('out.bin')],
  ],
  [
    'firmware library',
    (image: string) => ['firmware', 'library', '--image', image, '-o', folder.at('refused')],
  ],
  ['controller', (image: string) => ['controller', '--image', image, '--state', folder.at('state')]],
] as const;

test.each(VERBS)('%s refuses an edition that the arena does not hold, with figures', async (_verb, argv) => {
  const asked = [...argv(folder.at('large.img')), '--development', '--arena', '4K'];
  const { code, stderr } = await holdfast(asked);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /TOO_LARGE: this edition does not fit an arena of 4K: it takes \d{4,} bytes, .* has 4096/,
  );
  expect(stderr).toContain('Give --arena 16K, or use fewer zones or fewer phases.');
});

test('an edition that only the large build holds is refused everywhere with figures, and with what helps', async () => {
  const source = folder.at('huge.map.yaml');
  writeFileSync(source, stretches(20_000));
  const compiled = await holdfast(['compile', source, '--large', '-o', folder.at('huge.img')]);
  expect(compiled.code, compiled.stderr).toBe(0);
  for (const [, argv] of VERBS) {
    const { code, stderr } = await holdfast([...argv(folder.at('huge.img')), '--development']);
    expect([code, stderr.replace(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringMatching(
        /TOO_LARGE: this edition does not fit an arena of 128K: it takes \d{6,} bytes, and such a controller has 131072 /,
      ),
    ]);
    expect(stderr).toContain('No controller holds it: use fewer zones or fewer phases.');
  }
  const device = await SimDevice.boot({ image: readFileSync(folder.at('small.img')) });
  const edition = readEdition(readFileSync(folder.at('huge.img')));
  const said = {
    code: 'TOO_LARGE',
    message: expect.stringMatching(/takes \d{6,} bytes, and the device has 131072 for a map/),
    remedy: 'No controller holds it: use fewer zones or fewer phases.',
  };
  await expect(requireTakenBy(device.client(), edition)).rejects.toMatchObject(said);
  const { refusals } = await judge(device.client(), edition.bytes);
  expect(refusals).toContainEqual({ name: said.code, words: said.message, remedy: said.remedy });
}, 60_000);

/** All boards, and the arenas that they take. */
const PROGRAMS = [
  ...(['4K', '16K', '64K', '128K'] as const).map((arena) => ({ board: 'rp2040', arena })),
  { board: 'microbit', arena: '4K' as const },
  { board: 'riscv32', arena: '128K' as const },
];

test('firmware replaces that of another arena of its board, in every format, and none of another board', async () => {
  const edition = readEdition(readFileSync(folder.at('small.img')));
  const burned = encodeBurned(burnedWith(edition.bytes, undefined, { keys: [], development: true }));
  for (const format of ['elf', 'hex', 'bin'] as const) {
    const written = await Promise.all(
      PROGRAMS.map(async ({ board, arena }) => {
        const firmware = await buildFirmware(board, ARENAS[arena]);
        const bytes = encodeFirmware(format, firmware, placeEdition(firmware, burned, edition));
        return { board, bytes, kind: firmwareKind(format, firmware) };
      }),
    );
    for (const { board, kind } of written)
      for (const there of written)
        expect(await kind.isOurs(there.bytes), `${format} ${board}`).toBe(there.board === board);
    for (const { bytes, kind } of written) {
      const edited = Buffer.from(bytes);
      edited.writeUInt8((edited[600] ?? 0) ^ 1, 600);
      expect(await kind.isOurs(edited)).toBe(false);
    }
  }
}, 120_000);

test('firmware of one arena is written over that of another, as the command says it', async () => {
  for (const arena of ['128K', '4K', '64K', '16K', '128K']) {
    const argv = ['firmware', 'rp2040', '--image', folder.at('small.img'), '--development', '--arena', arena];
    const { code, stderr } = await holdfast([...argv, '-o', folder.at('again.uf2')]);
    expect(code, stderr).toBe(0);
  }
}, 60_000);

test('a plane is refused where there are lines only, for what it is, and with the arena that takes it', async () => {
  const plane = folder.at('plane.map.yaml');
  writeFileSync(plane, PLANE);
  expect((await holdfast(['compile', plane, '-o', folder.at('plane.img')])).code).toBe(0);
  const make = (...more: string[]) => {
    const asked = [
      '--image',
      folder.at('plane.img'),
      '--development',
      '--json',
      '-o',
      folder.at('plane.bin'),
    ];
    return holdfast(['firmware', ...more, ...asked, '--force']);
  };
  const lines = /this edition is a plane, and controllers with an arena of (?:4K|16K) have lines only/;
  for (const arena of ['4K', '16K']) {
    const refused = await make('rp2040', '--arena', arena);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(lines)]);
    expect(refused.stderr).toContain('Give --arena 64K.');
  }
  expect((await make('microbit')).stderr).toContain('Take a board with an arena of 64K.');
  expect((await make('library')).stderr).toMatch(/this edition is a plane[\s\S]*Leave --image out/);
  // What its loop calls is what is bounded: a check of the plane costs what compile says.
  const made = await make('rp2040', '--arena', '64K');
  expect(made.code, made.stderr).toBe(0);
  const { summary } = await compileSource(plane, { arena: '64K' });
  expect(JSON.parse(made.stdout).cycles.check).toBe(
    checkCycles(cyclesOf('rp2040') ?? expect.unreachable(), summary.cost.kinds),
  );
});

const PLANE = `holdfast: 1
map: floor
device: agv
epoch: 1
space: { axes: [ { name: x, unit: mm, min: 0, max: 10000 }, { name: y, unit: mm, min: 0, max: 10000 } ] }
zones:
  - { id: floor, at: { polygon: [[1000, 1000], [9000, 1000], [9000, 7000], [5000, 9000]] } }
gaps:
  - { anywhere: true, action: stop }
`;

const EDGE = ['firmware', 'rp2040', '--image', folder.at('edge.img'), '-o', folder.at('edge.bin')];

test('a map that fits by trees alone: the remedy of compiling it for the arena leads there', async () => {
  const source = folder.at('edge.map.yaml');
  const bytesAt = async (zones: number, arena?: string) => {
    writeFileSync(source, edgeSource(zones));
    const more = arena === undefined ? [] : ['--arena', arena];
    return holdfast(['compile', source, '-o', folder.at('edge.img'), '--force', ...more]);
  };
  let zones = 88;
  while ((await bytesAt(zones)).stdout.includes('bytes, fits an arena of 4K')) zones++;
  const said = await bytesAt(zones);
  expect(said.stdout).toContain('by trees it fits an arena of 4K: compile it with --arena 4K');
  const refused = await holdfast([...EDGE, '--development', '--arena', '4K']);
  expect(refused.stderr).toContain('Give --arena 16K, or compile the map with --arena 4K: by trees it fits.');
  expect((await bytesAt(zones, '4K')).stdout).toContain('bytes, fits an arena of 4K');
  const made = await holdfast([...EDGE, '--development', '--arena', '4K']);
  expect(made.code, made.stderr).toBe(0);
  // Where trees do not fit either, what they miss is said.
  while ((await bytesAt(zones, '4K')).code === 0) zones++;
  const [, missed] = /(\d+) resident bytes, at most 4096/.exec((await bytesAt(zones, '4K')).stderr) ?? [];
  expect(Number(missed)).toBeLessThan(4250);
}, 120_000);

/** Two phases of so many zones, one behind the other: a directory of them is dearer in bytes than trees, and cheaper in cycles. */
function edgeSource(zones: number): string {
  const written = [0, 1].flatMap((phase) =>
    Array.from({ length: zones }, (_, index) => {
      const place = `at: { from: ${50 * index}, to: ${50 * index + 50} }`;
      return `  - { id: z${phase}-${index}, ${place}, when: { from: ${phase}, to: ${phase + 1} } }`;
    }),
  );
  return `holdfast: 1
map: edge
device: unit
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: ${50 * zones} } ] }
phase: { unit: tick, period: 2 }
zones:
${written.join('\n')}
gaps:
  - { anywhere: true, action: stop }
`;
}

test("a map that the device's arena does not hold is not sent: both figures are said before anything is", async () => {
  const [small, large] = ['small.img', 'large.img'].map((name) => readFileSync(folder.at(name)));
  const device = await SimDevice.boot({ image: small ?? expect.unreachable(), build: 'device-4k' });
  const edition = readEdition(large ?? expect.unreachable());
  await expect(requireTakenBy(device.client(), edition)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    exitCode: 1,
    message: expect.stringMatching(/takes \d{4,} bytes, and the device has 4096 for a map/),
  });
  const whole = await SimDevice.boot({ image: small ?? expect.unreachable() });
  expect(await requireTakenBy(whole.client(), edition)).toBe(false);
});

test('the arena that the remedy names holds it', async () => {
  const asked = [...VERBS[0][1](folder.at('large.img')), '--development', '--arena'];
  const refused = await holdfast([...asked, '4K']);
  const [, arena = 'NOTHING'] = /Give --arena (\w+),/.exec(refused.stderr) ?? [];
  const { code, stderr } = await holdfast([...asked, arena]);
  expect(code, stderr).toBe(0);
});

test('a library has the arena that is asked for, or the largest, and says which and why', async () => {
  for (const [arena, build] of [
    ['4K', 'device-4k'],
    ['64K', 'device-64k'],
    [undefined, 'device'],
  ] as const) {
    const asked = arena === undefined ? [] : ['--arena', arena];
    const argv = [
      'firmware',
      'library',
      '--image',
      folder.at('small.img'),
      '--development',
      '--force',
      ...asked,
    ];
    const { stdout } = await holdfast([...argv, '-o', folder.at('library'), '--json']);
    const bytes = MEMORY[build].arena + BUILD_LIMITS[build].arenaBytes + BEHIND_ARENA_BYTES;
    expect(JSON.parse(stdout)).toMatchObject({ arena: arena ?? '128K', smallest: '4K', memoryBytes: bytes });
    const words = (await holdfast([...argv, '-o', folder.at('library')])).stdout;
    const why = arena === undefined ? 'the largest, for editions to come' : 'as asked for';
    expect(words).toContain(`arena ${arena ?? '128K'}, ${why}; this edition takes `);
    expect(words.includes('an arena of 4K holds it, too (--arena 4K)')).toBe(arena !== '4K');
  }
});
