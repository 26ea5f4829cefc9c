/** Budgets in cycles of a board: what a map costs, what is refused, and what a device is told to count. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { WantedLookup } from '../../host/body/encode.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { packageUrl } from '../../host/common/root.ts';
import { compileSource } from '../../host/compile/compile.ts';
import { counted, countedCosts } from '../../host/cycles/counted.ts';
import type { Steps } from '../../host/cycles/steps.ts';
import {
  boardsWithCycles,
  type CycleTable,
  checkCycles,
  checkParts,
  cyclesOf,
  mapCycles,
} from '../../host/cycles/table.ts';
import { cycleBars } from '../../host/cycles/words.ts';
import { readBurnedConfig } from '../../host/image/burned-config.ts';
import { parseImage } from '../../host/image/container.ts';
import { burnedWith, deviceCost } from '../../host/image/fitting.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';

const folder = temporaryFolder('cycles');
afterAll(() => folder.remove());

const DEVELOPMENT = { keys: [], development: true };
const HEAD = `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000 } ] }
`;
/** Five cells: three steps along the line. */
const ZONES = `zones:
  - { id: a, at: { from: 0, to: 100 }, limit: 1 }
  - { id: b, at: { from: 100, to: 200 }, limit: 2 }
  - { id: c, at: { from: 200, to: 300 }, limit: 3 }
  - { id: d, at: { from: 300, to: 400 }, limit: 4 }
  - { id: e, at: { from: 400, to: 1000 }, limit: 5 }
`;
/** Two windows of phases: one step more. */
const PHASES = `phase: { unit: tick, period: 60 }
zones:
  - { id: a, at: { from: 0, to: 1000 }, when: { from: 0, to: 30 } }
  - { id: b, at: { from: 0, to: 1000 }, when: { from: 30, to: 60 } }
`;

function compile(text: string, lookup: WantedLookup = 'auto') {
  return compileSource('line.map.yaml', { reader: memoryReader({ 'line.map.yaml': text }), lookup });
}

/** What the maps take: by trees, and by what the compiler takes unless told otherwise. */
const LOOKUPS: [string, string, WantedLookup, Steps][] = [
  ['without phases, by trees', ZONES, 'tree', { phase: 0, line: 3 }],
  ['with phases, by trees', PHASES, 'tree', { phase: 1, line: 0 }],
  ['without phases, by directories', ZONES, 'auto', { directory: 1, halving: 1 }],
  ['with phases, by directories', PHASES, 'auto', { directory: 2, halving: 1 }],
];

/** Cycles of check on a board. */
function checkOn(board: string, steps: Steps): number {
  return checkCycles(cyclesOf(board) ?? expect.unreachable(), steps) ?? expect.unreachable();
}

describe.each(boardsWithCycles())('a budget in cycles of %s', (board) => {
  test.each(LOOKUPS)(
    'takes a map %s that costs as much, and refuses one that costs a cycle more, with figures',
    async (_, map, lookup, steps) => {
      const table = cyclesOf(board) ?? expect.unreachable();
      const cost = checkOn(board, steps);
      // A device counts evenly, which may be a little more.
      const least = Math.max(cost, counted(countedCosts(table, steps, cost), steps));
      const { summary, image } = await compile(
        `${HEAD}${map}budget: { cycles: ${least}, target: ${board} }\n`,
        lookup,
      );
      expect(summary.cost.cycles?.spent).toMatchObject({ target: board, core: table.core, check: cost });
      const { burn } = parseImage(image).identity;
      expect(burn?.budgetLimit).toBe(least);
      expect(
        deviceCost(parseImage(image).identity, burnedWith(image, undefined, DEVELOPMENT)),
      ).toBeLessThanOrEqual(least);
      const over = compile(`${HEAD}${map}budget: { cycles: ${cost - 1}, target: ${board} }\n`, lookup);
      await expect(over).rejects.toMatchObject({
        code: 'OVER_BUDGET',
        exitCode: 1,
        message: expect.stringContaining(
          `on ${board} (${table.core}) a check takes ${cost} cycles, the budget is ${cost - 1}`,
        ),
      });
    },
  );

  test('judges verdict and sweep too, where the source says so', async () => {
    const table = cyclesOf(board) ?? expect.unreachable();
    const verdict = table.verdict['128K'].line ?? expect.unreachable();
    const asked = (cycles: string, map = `${HEAD}${ZONES}`) =>
      compile(`${map}budget: { cycles: { ${cycles} }, target: ${board} }\n`);
    const { summary, image } = await asked(`verdict: ${verdict}`);
    expect(summary.cost.cycles).toMatchObject({
      spent: { verdict },
      budget: { check: null, verdict, sweep: null },
    });
    // A burned block has no place for it.
    expect(readPartition(image)).toMatchObject({ budgetSteps: null, budgetCycles: null });
    await expect(asked(`verdict: ${verdict - 1}`)).rejects.toThrow(
      `a verdict takes ${verdict} cycles at most, the budget is ${verdict - 1}`,
    );
    const ring = `${HEAD.replace('max: 1000', 'max: 1000, wraps: true')}${ZONES}`;
    const onRing = table.verdict['128K'].any ?? 0;
    expect(onRing).toBeGreaterThan(verdict);
    await expect(asked(`verdict: ${verdict}`, ring)).rejects.toThrow(`a verdict takes ${onRing} cycles`);
    // The build for a small arena has code for size, and is judged by what that takes.
    const small = table.verdict['4K'].line ?? expect.unreachable();
    expect(small).toBeGreaterThan(verdict);
    const map = `${HEAD}${ZONES}budget: { cycles: { verdict: ${small - 1} }, target: ${board} }\n`;
    const reader = memoryReader({ 'small.map.yaml': map });
    await compileSource('small.map.yaml', { reader, arena: '64K' });
    await expect(compileSource('small.map.yaml', { reader, arena: '4K' })).rejects.toThrow(
      `on ${board} (${table.core}, arena 4K) a verdict takes ${small} cycles at most, the budget is ${small - 1}`,
    );
    const sweep = table.sweep['128K'].line;
    if (sweep === null) await expect(asked('sweep: 1000000')).rejects.toThrow('no bound of sweep is shown');
    else await expect(asked(`sweep: ${sweep - 1}`)).rejects.toThrow(`a sweep takes ${sweep} cycles at most`);
  });
});

test('what a check is made up of adds up to it, and no bar is longer than another', () => {
  const random = new Random(seedFor('bars', 2));
  for (let index = 0; index < 300; index++) {
    const table = index === 0 ? (cyclesOf('rp2040') ?? expect.unreachable()) : randomTable(random);
    const steps = random.onceIn(2)
      ? { phase: random.below(9), line: random.below(15) }
      : [
          { directory: 1, halving: random.below(6) },
          { directory: 2, halving: random.below(11) },
        ][random.below(2)];
    const shape = { steps: steps ?? expect.unreachable(), isRing: false };
    const parts = checkParts(table, shape) ?? expect.unreachable();
    const spent = { ...mapCycles('rp2040', table, shape), verdict: random.below(200) };
    expect(parts.base + parts.phase + parts.line).toBe(spent.check);
    const budget = {
      check: random.below(300),
      verdict: random.onceIn(2) ? null : random.below(300),
      sweep: null,
    };
    for (const line of cycleBars(spent, parts, shape, budget)) {
      const [, name = '', bar = '', cost, of] = /^ {2}(\w+) +\[(.*)\] (\d+)(?: of (\d+))?/.exec(line) ?? [];
      expect(bar, line).toHaveLength(30);
      expect(bar.includes('!'), line).toBe(of !== undefined && Number(cost) > Number(of));
      expect(Number(cost)).toBe(spent[name as 'check' | 'verdict']);
    }
  }
});

/** Costs that rise unevenly, a random table. */
function randomTable(random: Random): CycleTable {
  const steps = (from: number, length = 15) => {
    let cycles = from + (random.next() % 40);
    return Array.from({ length }, () => {
      const each = cycles;
      cycles += random.next() % 12;
      return each;
    });
  };
  const phases = Array.from({ length: 8 }, (_, index) => steps(80 + 7 * index));
  const none = { line: null, any: null };
  const nothing = { '4K': none, '16K': none, '64K': none, '128K': none };
  return {
    core: 'made up',
    compiler: 'none',
    check: {
      ...{ line: steps(30), phases, directory: steps(20, 6), directoryPhases: steps(60, 11) },
      plane: [steps(60, 16), ...Array.from({ length: 6 }, () => steps(90, 16))],
      planeShort: [steps(60, 16), ...Array.from({ length: 6 }, () => steps(90, 16))],
    },
    checkMore: { '4K': 0, '16K': 0, '64K': 0, '128K': 0 },
    verdict: nothing,
    sweep: nothing,
  };
}

/** Every shape of a map that a device may be given. */
const SHAPES: Steps[] = [
  ...Array.from({ length: 9 * 15 }, (_, index) => ({ phase: Math.floor(index / 15), line: index % 15 })),
  ...Array.from({ length: 6 }, (_, halving) => ({ directory: 1, halving })),
  ...Array.from({ length: 11 }, (_, halving) => ({ directory: 2, halving })),
  ...[0, 1, 7, 12, 15].flatMap((levels) => [
    { plane: levels, grid: 1 },
    { planeShort: levels, grid: 1 },
    ...[0, 2, 5].flatMap((halving) => [
      { directory: 1, halving, plane: levels, grid: 1 },
      { directory: 1, halving, planeShort: levels, grid: 1 },
    ]),
  ]),
];
/** A first map of each kind. */
const FIRST: Steps[] = [
  { phase: 0, line: 5 },
  { phase: 3, line: 4 },
  { directory: 1, halving: 3 },
  { directory: 2, halving: 6 },
  { plane: 12, grid: 1 },
  { directory: 1, halving: 2, planeShort: 9, grid: 1 },
];

function someTables(): CycleTable[] {
  const random = new Random(seedFor('counted', 1));
  const tables = boardsWithCycles().map((board) => cyclesOf(board) ?? expect.unreachable());
  return [...tables, ...Array.from({ length: 60 }, () => randomTable(random))];
}

test('what takes more than the limit is counted above it, whatever steps cost and whichever map is the first', () => {
  for (const table of someTables()) {
    for (const first of FIRST) {
      for (const limit of [40, 71, 90, 121, 160]) {
        const costs = countedCosts(table, first, limit);
        expect(
          Object.values(costs).every((cost) => Number.isInteger(cost) && cost >= 0 && cost < 65536),
        ).toBe(true);
        for (const steps of SHAPES) {
          const takes = checkCycles(table, steps) ?? expect.unreachable();
          const isPassed = counted(costs, steps) <= limit;
          expect(isPassed && takes > limit, JSON.stringify({ table, first, limit, steps, costs })).toBe(
            false,
          );
        }
      }
    }
  }
});

test('where the first map has trees or phases, a device never counts less than any map takes', () => {
  for (const table of someTables()) {
    for (const first of FIRST.filter(({ directory }) => directory !== 1)) {
      const costs = countedCosts(table, first, 100);
      for (const steps of SHAPES)
        expect(counted(costs, steps)).toBeGreaterThanOrEqual(checkCycles(table, steps) ?? 0);
    }
  }
});

test('on the RP2040 a device counts exactly, for maps like its first', () => {
  const table = cyclesOf('rp2040') ?? expect.unreachable();
  for (const first of FIRST) {
    const costs = countedCosts(table, first, 120);
    const alike = SHAPES.filter(
      ({ phase, directory, grid, plane }) =>
        phase === first.phase &&
        directory === first.directory &&
        grid === first.grid &&
        (plane === undefined) === (first.plane === undefined),
    );
    expect(alike.length).toBeGreaterThan(4);
    // The look into a grid costs the same for both forms of nodes, of which one takes a cycle more.
    const most = first.grid === undefined ? 0 : 1;
    for (const steps of alike) {
      const excess = counted(costs, steps) - (checkCycles(table, steps) ?? expect.unreachable());
      expect(excess >= 0 && excess <= most, JSON.stringify({ first, steps, excess })).toBe(true);
    }
  }
});

test('on an RP2040 whose first map has a directory, trees pass as far as their cycles allow, but for one level', () => {
  const table = cyclesOf('rp2040') ?? expect.unreachable();
  for (const limit of [71, 76, 81, 101, 121]) {
    const costs = countedCosts(table, { directory: 1, halving: 3 }, limit);
    for (let line = 0; line < 14; line++) {
      const steps = { phase: 0, line: line + 1 };
      if ((checkCycles(table, steps) ?? expect.unreachable()) <= limit)
        expect(counted(costs, { phase: 0, line })).toBeLessThanOrEqual(limit);
    }
  }
});

describe('a firmware configuration', () => {
  const config = (budget: string) =>
    readBurnedConfig(
      'f.yaml',
      memoryReader({ 'f.yaml': `holdfast-firmware: 1\nmap: line\ndevelopment: true\nbudget: ${budget}\n` }),
    );

  test.each(LOOKUPS)(
    'in cycles is burned with the costs of its first map, %s',
    async (_, map, lookup, steps) => {
      const { image } = await compile(`${HEAD}${map}`, lookup);
      const cost = checkOn('rp2040', steps);
      const burned = burnedWith(image, await config(`{ cycles: ${cost}, target: rp2040 }`), {
        keys: [],
        development: false,
      });
      expect([burned.budgetLimit, deviceCost(parseImage(image).identity, burned)]).toEqual([cost, cost]);
      const less = await config(`{ cycles: ${cost - 1}, target: rp2040 }`);
      expect(() => burnedWith(image, less, { keys: [], development: false })).toThrow(
        `A check of the image costs ${cost} cycles; the configuration allows ${cost - 1}.`,
      );
    },
  );

  test('names a board that is known', async () => {
    await expect(config('{ cycles: 90, target: nano }')).rejects.toBeInstanceOf(HoldfastError);
  });
});

describe('the verbs', () => {
  const cost = checkOn('rp2040', { directory: 1, halving: 3 });
  const maps = fileURLToPath(packageUrl('firmware-maps/rail'));
  cpSync(maps, folder.path, { recursive: true });
  const rail = readFileSync(folder.at('rail.map.yaml'), 'utf8');
  const withBudget = (name: string, budget: string) => {
    const path = folder.at(name);
    writeFileSync(path, rail.replace(/^budget:.*$/m, `budget: ${budget}`));
    return path;
  };

  test('compile, audit and firmware say what a map costs, and that it is over', async () => {
    const right = withBudget('right.map.yaml', `{ cycles: ${cost}, target: rp2040 }`);
    const compiled = await holdfast(['compile', right, '-o', folder.at('right.img')]);
    expect(compiled.stdout).toMatch(
      new RegExp(
        `^cycles {2}check ${cost}, verdict \\d+, sweep \\d+ cycles at most on rp2040 .*budget: check ${cost}$`,
        'm',
      ),
    );
    const audited = await holdfast(['audit', right]);
    expect([audited.code, audited.stdout]).toEqual([0, expect.stringContaining(`cycles    check ${cost}, `)]);
    const base = checkOn('rp2040', { directory: 1, halving: 0 });
    expect(audited.stdout).toMatch(
      new RegExp(
        `^  check   \\[=+s+\\] ${cost} of ${cost}: ${base} before any step, ${cost - base} for 3 halvings$`,
        'm',
      ),
    );
    expect(audited.stdout).toMatch(/^ {2}sweep {3}\[={30}\] \d+$/m);
    const image = await holdfast(['audit', folder.at('right.img')]);
    expect(image.stdout).toContain(`budget    check ${cost} cycles; of which board, an image does not say`);

    const wrong = withBudget(
      'wrong.map.yaml',
      `{ cycles: { check: ${cost - 1}, verdict: 20 }, target: rp2040 }`,
    );
    expect(await holdfast(['compile', wrong, '-o', folder.at('wrong.img')])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(
          `a check takes ${cost} cycles, the budget is ${cost - 1}; .*a verdict takes \\d+ cycles at most`,
        ),
      ),
    });
    const told = await holdfast(['audit', wrong]);
    expect(told.code).toBe(1);
    expect(told.stderr).toMatch(new RegExp(`over budget: .*${cost} cycles, the budget is ${cost - 1}`));
    expect(told.stdout).toMatch(/^ {2}verdict \[=+!+\] \d+ of 20$/m);
  });

  test('a library says what its edition takes on boards, and refuses what is over there', async () => {
    const right = withBudget('library.map.yaml', '{ steps: 12 }');
    expect((await holdfast(['compile', right, '-o', folder.at('library.img')])).code).toBe(0);
    const make = (...more: string[]) =>
      holdfast(['firmware', 'library', '-o', folder.at('library'), '--force', ...more]);
    const image = ['--image', folder.at('library.img')];
    const table = cyclesOf('rp2040') ?? expect.unreachable();
    const any = await make();
    expect(any.stdout).toContain(
      `check ${table.check.phases.at(-1)?.at(-1)}, verdict ${table.verdict['128K'].any}, sweep ${table.sweep['128K'].any} cycles at most with any map in the firmware of rp2040`,
    );
    const small = await make('--arena', '4K');
    const { verdict, sweep } = table;
    expect(verdict['4K'].any).toBeGreaterThan(verdict['128K'].any ?? 0);
    expect(small.stdout).toContain(
      `verdict ${verdict['4K'].any}, sweep ${sweep['4K'].any} cycles at most with any map in the firmware of rp2040 (cortex-m0plus, arena 4K)`,
    );
    expect(any.stdout).not.toContain('arena 4K)');
    const made = await make(...image, '--development');
    expect(made.stdout).toContain(`check ${cost}, verdict ${table.verdict['128K'].line}, `);
    expect(made.stdout).toContain('with this edition in the firmware of rp2040 (cortex-m0plus)');
    const { cycles } = JSON.parse((await make(...image, '--development', '--json')).stdout);
    expect(cycles.map(({ target }: { target: string }) => target)).toEqual(boardsWithCycles());
    expect(cycles.find(({ target }: { target: string }) => target === 'rp2040')).toMatchObject({
      check: cost,
    });
    const config = folder.at('library.yaml');
    const { device } = parseImage(readFileSync(folder.at('library.img'))).identity;
    for (const [budget, code] of [
      [`{ cycles: { sweep: ${table.sweep['128K'].line} }, target: rp2040 }`, 0],
      [`{ cycles: { sweep: ${(table.sweep['128K'].line ?? 0) - 1} }, target: rp2040 }`, 1],
    ] as const) {
      writeFileSync(
        config,
        `holdfast-firmware: 1\nmap: rail-fribourg-bern\ndevice: ${device}\ndevelopment: true\nbudget: ${budget}\n`,
      );
      const asked = await make(...image, '--config', config);
      expect([asked.code, asked.stderr]).toEqual([
        code,
        code === 0
          ? expect.anything()
          : expect.stringContaining(`a sweep takes ${table.sweep['128K'].line} cycles at most`),
      ]);
    }
  });

  test('firmware bounds the linked program with its edition, and refuses what is over', async () => {
    const right = withBudget('fits.map.yaml', `{ cycles: ${cost}, target: rp2040 }`);
    expect((await holdfast(['compile', right, '-o', folder.at('fits.img')])).code).toBe(0);
    const make = (...more: string[]) =>
      holdfast([
        'firmware',
        'rp2040',
        '--image',
        folder.at('fits.img'),
        '-o',
        folder.at('fits.uf2'),
        '--force',
        ...more,
      ]);
    const made = await make('--development');
    expect(made.stdout).toMatch(
      new RegExp(
        `^check ${cost} cycles for every input, .*; verdict at most \\d+ cycles, .*; sweep at most \\d+ cycles, .*cortex-m0plus`,
        'm',
      ),
    );
    const config = folder.at('tight.yaml');
    const write = (budget: string) =>
      writeFileSync(
        config,
        `holdfast-firmware: 1\nmap: rail-fribourg-bern\ndevice: loco\ndevelopment: true\nbudget: ${budget}\n`,
      );
    write('{ cycles: { verdict: 20 }, target: rp2040 }');
    const device = parseImage(readFileSync(folder.at('fits.img'))).identity.device;
    writeFileSync(config, readFileSync(config, 'utf8').replace('device: loco', `device: ${device}`));
    const over = await make('--config', config);
    expect(over.code).toBe(1);
    expect(over.stderr).toMatch(/a verdict takes \d+ cycles at most, the budget is 20/);
    writeFileSync(
      config,
      readFileSync(config, 'utf8')
        .replace('target: rp2040', 'target: riscv32')
        .replace('verdict: 20', 'verdict: 2000'),
    );
    expect((await make('--config', config)).stderr).toMatch(/cycles of riscv32, the firmware is for rp2040/);
  });
});
