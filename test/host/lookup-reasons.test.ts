/** A lookup that is not the fastest has its reason, one that refuses a map has its remedy, and a map that no controller holds no price. */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { lookupOf } from '../../host/cli/common/lookups.ts';
import { compileSource } from '../../host/compile/compile.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('lookup-reasons');
afterAll(() => folder.remove());

const HEAD = 'holdfast: 1\nmap: m\nepoch: 1\n';

/** Zones that end at these places, one behind the other from 0 on. */
function zonesTo(ends: readonly number[], more = ''): string {
  const axis = `space: { axes: [ { name: s, unit: mm, min: 0, max: ${ends.at(-1)} } ] }`;
  const zones = ends.map((to, at) => `  - { id: z${at}, at: { from: ${ends[at - 1] ?? 0}, to: ${to} } }`);
  return `${HEAD}${more}${axis}\nzones:\n${zones.join('\n')}\n`;
}

const equal = (count: number) => Array.from({ length: count }, (_, at) => 50 * (at + 1));
/** So many narrow zones, and one that is wide: one bucket holds all of them, or there are very many. */
const crowded = (count: number, wide: number) => [...Array.from({ length: count }, (_, at) => at + 1), wide];

async function run(source: string, ...argv: string[]) {
  writeFileSync(folder.at('m.map.yaml'), source);
  const ran = await holdfast(['compile', folder.at('m.map.yaml'), '--force', ...argv], {
    env: { COLUMNS: '400' },
  });
  return { ...ran, stderr: ran.stderr.replace(/\s+/g, ' ') };
}

/** Without the option that the remedy says to leave out. */
function without(argv: readonly string[], option: string): string[] {
  const at = argv.indexOf(option);
  return at < 0 ? [...argv] : [...argv.slice(0, at), ...argv.slice(at + 2)];
}

test.each([
  ['a budget in steps, and trees', zonesTo(equal(100), 'budget: { steps: 3 }\n'), ['--lookup', 'tree'], 1],
  ['an arena, and trees', zonesTo(equal(176)), ['--arena', '4K', '--lookup', 'tree'], 2],
  ['a budget, and directories', zonesTo([50], 'budget: { steps: 0 }\n'), ['--lookup', 'directory'], 1],
])('%s: the remedy is the other lookup, and it leads there', async (_what, source, argv, code) => {
  const refused = await run(source, ...argv);
  expect(refused.code, refused.stderr).toBe(code);
  expect(refused.stderr).toMatch(
    /Leave --lookup out: by (trees|directories) a check takes \d+ steps?, and the map fits\./,
  );
  const made = await run(source, ...without(argv, /--\w+/.exec(refused.stderr)?.[0] ?? 'NOTHING'));
  expect(made.code, made.stderr).toBe(0);
  const [, steps] = /a check takes (\d+) steps?, and the map fits/.exec(refused.stderr) ?? [];
  expect(made.stdout).toContain(`steps   ${steps} a check`);
});

test('where no lookup helps, none is named', async () => {
  const refused = await run(zonesTo(equal(100), 'budget: { steps: 0 }\n'), '--lookup', 'tree');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Join zones so that there are fewer cells, or raise the budget.');
  const large = await run(zonesTo(equal(400)), '--lookup', 'tree', '--arena', '4K');
  expect(large.stderr).toContain('Use fewer zones, or controllers with an arena of 16K');
});

const summaryOf = async (source: string, options = {}) =>
  (await compileSource('m.map.yaml', { reader: memoryReader({ 'm.map.yaml': source }), ...options })).summary;

test('trees say why directories were not taken, with figures', async () => {
  expect((await summaryOf(zonesTo(equal(100)))).lookupReason).toBe(null);
  const sparse = await summaryOf(zonesTo(crowded(200, 1_000_000_000)));
  const [, bytes, most] =
    /^no directories: one of a list of 201 cells would take (\d+) bytes to leave 5 halvings, and may take (\d+)$/.exec(
      sparse.lookupReason ?? '',
    ) ?? [];
  expect(Number(bytes)).toBeGreaterThan(Number(most));
  expect(Number(most)).toBe(200);
  const kept = await summaryOf(zonesTo([50], 'budget: { steps: 0 }\n'));
  expect(kept.lookupReason).toBe('directories would take 1 step, more than the budget');
});

test('a map that no controller holds has no price of a board, in compile as elsewhere', async () => {
  const source = zonesTo(equal(20_000));
  const { code, stdout, stderr } = await run(source, '--large', '-o', folder.at('m.img'));
  expect(code, stderr).toBe(0);
  const line = stdout.split('\n').find((each) => each.startsWith('lookup')) ?? '';
  expect(line).toContain('no controller holds this map');
  expect(line).not.toMatch(/cycles|not known/);
  const { image } = await compileSource('m.map.yaml', {
    reader: memoryReader({ 'm.map.yaml': source }),
    large: true,
  });
  expect(lookupOf({ partition: readPartition(image), image } as never)).toContain(
    'no controller holds this map',
  );
}, 60_000);
