/** `--arena`: firmware, library and the virtual controller take the build that is asked for, say which, and refuse what does not fit. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BEHIND_ARENA_BYTES, BUILD_LIMITS, MEMORY } from '../../host/format.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

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
  expect(stderr).toContain('Give --arena 16K, or compile a smaller map.');
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
