/** What people read: every number with its unit, what comes next, in terminals of any width, without codes where none are wanted. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsOf, wrapped } from '../../host/cli/common/wrap.ts';
import { commandPath } from '../../host/common/root.ts';
import { takesCodes } from '../../host/common/terminal.ts';
import { displayLine } from '../../host/controller/display.ts';
import { answerWords } from '../../host/core/answer-words.ts';
import { type Answer, MapImage } from '../../host/core/ask.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { amountWords } from '../../host/source/unit-words.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { Random, seedFor } from '../support/random.ts';

const folder = temporaryFolder('words');
const mapText = (axis: string, zones: string) =>
  `holdfast: 1\nmap: words\nepoch: 1\nspace: { axes: [ { name: a, ${axis} } ] }\nlimits: { unit: km/h }\nzones:\n${zones}\ngaps:\n  - { anywhere: true, action: slow, limit: 5 }\noutside: { action: stop }\nfault: { action: stop }\n`;
const LINE = mapText(
  'unit: m, min: 0, max: 1 km',
  '  - { id: a, at: { from: 0, to: 400 }, limit: 80 }\n  - { id: b, at: { from: 400, to: 600 }, limit: 40 }\n  - { id: c, at: { from: 700, to: 1000 }, limit: 60 }',
);
const DEGREES = mapText(
  'unit: deg, scale: 1000, min: 0, max: 360000',
  '  - { id: arc, at: { from: 10000, to: 90500 } }',
);

const run = (argv: string) =>
  holdfast(
    argv.split(' ').map((word) => word.replaceAll('_', ' ')),
    { cwd: folder.path },
  );

beforeAll(async () => {
  writeFileSync(folder.at('line.map.yaml'), LINE);
  writeFileSync(folder.at('deg.map.yaml'), DEGREES);
  expect(await run('compile line.map.yaml -o line.img')).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

describe('check', () => {
  test('where phases are times, it tells when another rule answers here, and which', async () => {
    const zones = (axes: string, phase: string, when: string) =>
      mapText(axes, `  - { id: day, at: { from: 0, to: 400 }, when: ${when}, limit: 80 }`).replace(
        'zones:',
        `${phase}\nzones:`,
      );
    const line = 'unit: m, min: 0, max: 1 km';
    writeFileSync(
      folder.at('day.map.yaml'),
      zones(line, 'phase: { unit: s, period: 60, wraps: true }', '{ from: 50 s, to: 10 s }'),
    );
    writeFileSync(
      folder.at('side.map.yaml'),
      zones(line, 'phase: { unit: tick, period: 2 }', '{ from: 0, to: 1 }'),
    );
    const ask = async (argv: string) => {
      const { code, stdout, stderr } = await run(`check ${argv}`);
      expect(code, stderr).toBe(0);
      return [JSON.parse(stdout).untilChange, stderr.trim().split('; ').at(-1)];
    };
    expect(await ask('day.map.yaml --at 5 --phase 55')).toEqual([
      15,
      'here in 15 s: gap anywhere, slow, limit 5 km/h',
    ]);
    expect(await ask('day.map.yaml --at 5 --phase 10')).toEqual([40, 'here in 40 s: day, limit 80 km/h']);
    expect(await ask('day.map.yaml --at 500 --phase 10')).toEqual([null, 'the same here at all times']);
    expect((await ask('day.map.yaml --at 5000'))[0]).toBeNull();
    expect((await ask('side.map.yaml --at 5'))[0]).toBeUndefined();
    writeFileSync(folder.at('day.csv'), 'x,phase\n5,55\n500,55\n');
    const { stdout } = await run('check day.map.yaml --points day.csv');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).untilChange),
    ).toEqual([15, null]);
  });

  test.each([
    [
      '300',
      '300 m: covered by a, limit 80 km/h; next in 100 m: b, limit 40 km/h; gap anywhere 300 m ahead; the axis begins 300 m behind',
    ],
    [
      '450',
      '450 m: covered by b, limit 40 km/h; next in 150 m: gap anywhere, slow, limit 5 km/h; the axis begins 450 m behind',
    ],
    ['650', '650 m: gap anywhere, slow, limit 5 km/h; next in 50 m: c, limit 60 km/h'],
    ['700', '700 m: covered by c, limit 60 km/h; the axis ends 300 m ahead; gap anywhere right behind'],
    ['1000', '1000 m: outside of the axis, which is [0 m, 1000 m), stop; at its end'],
    ['1.4_km', '1400 m: outside of the axis, which is [0 m, 1000 m), stop; 400 m beyond its end'],
    ['-5', '-5 m: outside of the axis, which is [0 m, 1000 m), stop; 5 m before its beginning'],
  ])('at %s says what is and what comes, with units', async (at, words) => {
    expect((await run(`check line.map.yaml --at ${at}`)).stderr).toBe(`${words}\n`);
  });

  test.each([
    ['0.45_km', 450],
    ['450_m', 450],
    ['45000_cm', 450],
    ['0+450', 450],
    ['0.0+450', 450],
  ])('takes %s', async (at, x) => {
    const ran = await run(`check line.map.yaml --at ${at}`);
    expect(JSON.parse(ran.stdout).at).toBe(x);
  });

  test.each([
    ['450.5_m', 'UNIT_INEXACT'],
    ['4_kg', 'UNIT_MISMATCH'],
    ['450.0', 'NOT_AN_INTEGER'],
    ['0+4', 'BAD_VALUE'],
    ['2026-01-01T00:00:00Z', 'NOT_AN_INTEGER'],
  ])('refuses %s', async (at, code) => {
    expect(await run(`check line.map.yaml --at ${at}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(code),
    });
  });

  test('a zone without a limit says so where others have one, and only there', async () => {
    const free = LINE.replace('to: 400 }, limit: 80', 'to: 400 }');
    writeFileSync(folder.at('free.map.yaml'), free);
    const ask = async (argv: string) => (await run(argv)).stderr;
    expect(await ask('check free.map.yaml --at 300')).toContain(
      '300 m: covered by a, no limit; next in 100 m',
    );
    writeFileSync(folder.at('none.map.yaml'), free.replaceAll(/, limit: \d+/g, ''));
    expect(await ask('check none.map.yaml --at 300')).toContain('300 m: covered by a; next in 100 m: b; gap');
  });

  test('an image answers the same, with the unit of limits that it holds', async () => {
    const [image, source] = [await run('check line.img --at 450'), await run('check line.map.yaml --at 450')];
    expect(image.stdout).toBe(source.stdout);
    expect(image.stderr).toBe(source.stderr);
  });

  test('what comes next is what is found there', async () => {
    const random = new Random(seedFor('next', 991));
    for (const axis of ['unit: m, min: 0, max: 200', 'unit: m, origin: 100, min: 0, max: 200']) {
      const zones = Array.from({ length: 12 }, (_, index) => {
        const from = 16 * index + random.below(4);
        return `  - { id: z${index}, at: { from: ${from}, to: ${from + random.between(4, 12)} }, limit: ${random.between(1, 9)} }`;
      });
      const map = await MapImage.open(await compileText(mapText(axis, zones.join('\n'))));
      for (let x = 0; x < 200; x++) {
        const words = answerWords(map.ask({ x: BigInt(x), phase: 0 }), map);
        const [, distance = '', next] = /next in (\d+) m: (?:gap )?([^,;]+)/.exec(words) ?? [];
        if (distance === '') {
          expect(words).toContain('the axis ends');
          continue;
        }
        const there = map.ask({ x: BigInt((x + Number(distance)) % 200), phase: 0 });
        expect(there.zone ?? there.gap).toBe(next);
        const before = map.ask({ x: BigInt((x + Number(distance) - 1) % 200), phase: 0 });
        const here = map.ask({ x: BigInt(x), phase: 0 });
        expect(before.zone ?? before.gap).toBe(here.zone ?? here.gap);
      }
    }
  });
});

test('on a ring what comes next, and the gaps on both sides, lie over the seam too', () => {
  const axis = {
    kind: 'number',
    name: 'a',
    unit: 'deg',
    scale: 1,
    origin: 0n,
    min: 0,
    max: 360,
    wraps: true,
  } as const;
  const rules = [
    { kind: 'zone', id: 'front', tier: 0, limit: 5 },
    { kind: 'gap', id: 'post', action: 'stop', limit: null },
  ] as const;
  const cells = [
    { from: 0, to: 90, rule: 0 },
    { from: 90, to: 120, rule: 1 },
    { from: 120, to: 360, rule: 0 },
  ];
  const map = { axis, rules, windows: [{ from: 0, to: 1, cells }], units: { ...UNITS_NONE, limit: 'deg/s' } };
  const answer: Omit<Answer, 'at' | 'toGapAhead' | 'toGapBehind'> = {
    ...{ phase: 0, state: 'covered', zone: 'front', tier: 0, limit: 5, action: null, gap: null, epoch: 1 },
  };
  const words = (at: number, toGapAhead: number, toGapBehind: number) =>
    answerWords({ ...answer, at, toGapAhead, toGapBehind }, map);
  expect(words(350, 100, 230)).toBe(
    '350 deg: covered by front, limit 5 deg/s; next in 100 deg: gap post, stop; gap post 230 deg behind',
  );
  expect(words(10, 80, 250)).toContain('next in 80 deg: gap post, stop; gap post 250 deg behind');
  const covered = { ...map, windows: [{ from: 0, to: 1, cells: [{ from: 0, to: 360, rule: 0 }] }] };
  expect(answerWords({ ...answer, at: 10, toGapAhead: 360, toGapBehind: 360 }, covered)).toBe(
    '10 deg: covered by front, limit 5 deg/s; the same all around',
  );
});

describe('steps of a scale are told in the unit', () => {
  test('sweep and check on thousandths of a degree', async () => {
    const sweep = await run('sweep deg.map.yaml --from 10000 --to 90000');
    expect(sweep.stdout).toBe('the whole move is safe: 80 deg, lowest tier 0\n');
    const stopped = await run('sweep deg.map.yaml --from 20_deg --to 91_deg');
    expect(stopped.stdout).toBe('safe for 70.5 deg; coverage ends at 90.5 deg: gap anywhere, slow\n');
    const check = await run('check deg.map.yaml --at 10.5_deg');
    expect(check.stderr).toBe(
      '10.5 deg: covered by arc, no limit; next in 80 deg: gap anywhere, slow, limit 5 km/h; gap anywhere 0.5 deg behind\n',
    );
  });

  test.each([
    [36000, 1, '36000 deg'],
    [7, 4096, '7 steps of 1/4096 deg'],
    [2048, 4096, '0.5 deg'],
    [1, 3, '1 steps of 1/3 deg'],
  ])('%i steps of 1/%i', (steps, scale, words) => {
    expect(amountWords(steps, { unit: 'deg', scale })).toBe(words);
  });
});

describe('one mistake, one message', () => {
  test('a field whose name is misspelt is not missing too', async () => {
    const text = LINE.replace('epoch:', 'epock:').replace('zones:', 'zone:').replace('unit: m,', 'unt: m,');
    writeFileSync(folder.at('misspelt.map.yaml'), text);
    const ran = await run('lint misspelt.map.yaml --json');
    const codes = JSON.parse(ran.stdout).findings.map((finding: { code: string }) => finding.code);
    expect(codes).toEqual(['UNKNOWN_FIELD', 'UNKNOWN_FIELD', 'UNKNOWN_FIELD']);
  });

  test('a field that is not there at all is missing', async () => {
    writeFileSync(folder.at('missing.map.yaml'), LINE.replace('epoch: 1\n', ''));
    const ran = await run('lint missing.map.yaml');
    expect(ran.stdout).toContain('MISSING_FIELD: the map source has no field "epoch"');
  });
});

describe('narrow terminals', () => {
  test('help has no line that is too wide, and loses no word', async () => {
    const verbs = ['', 'compile', 'calendar', 'window open', 'timing wasm', 'firmware', 'track'];
    for (const verb of verbs) {
      const argv = [...verb.split(' ').filter(Boolean), '--help'];
      const wide = await holdfast(argv);
      for (const columns of [20, 40, 57]) {
        const narrow = await holdfast(argv, { env: { COLUMNS: String(columns) } });
        expect(narrow.stdout.split('\n').filter((line) => line.length > columns)).toEqual([]);
        // Words are cut only where they are longer than the line.
        const letters = (text: string) => text.replace(/\s+/g, '');
        expect(letters(narrow.stdout)).toBe(letters(wide.stdout));
      }
    }
  }, 60_000);

  test('reports are folded, and lose no word', async () => {
    for (const argv of [
      ['audit', new URL('../../firmware-maps/rail/rail.map.yaml', import.meta.url).pathname],
      ['import', '--help'],
    ]) {
      const wide = await holdfast(argv);
      expect(wide.code).toBe(0);
      const narrow = await holdfast(argv, { env: { COLUMNS: '40' } });
      expect(narrow.stdout.split('\n').filter((line) => line.length > 40)).toEqual([]);
      expect(narrow.stdout.replace(/\s+/g, '')).toBe(wide.stdout.replace(/\s+/g, ''));
    }
  });

  test('any text at any width', () => {
    const random = new Random(seedFor('wrap', 992));
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.below(200) }, () => 'ab  c\n- '[random.below(8)]).join('');
      const columns = random.between(20, 60);
      const lines = wrapped(text, columns).split('\n');
      expect(lines.every((line) => line.length <= columns)).toBe(true);
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }
    expect(columnsOf({ isTTY: false } as never, { COLUMNS: '40' })).toBe(40);
    expect(columnsOf({ isTTY: true, columns: 33 } as never, { COLUMNS: '40' })).toBe(33);
    expect(columnsOf({ isTTY: false } as never, { COLUMNS: '-1' })).toBeUndefined();
  });

  test('the line of a controller keeps what the loop does, and shortens the id in its middle', () => {
    const axis = {
      kind: 'number',
      name: 's',
      unit: 'mm',
      scale: 1,
      origin: 0n,
      min: 0,
      max: 9_000_000,
      wraps: false,
    };
    const rule = {
      kind: 'gap',
      id: 'tunnel-between-the-two-stations-of-the-valley-17',
      action: 'slow',
      limit: 40,
    };
    const snapshot = {
      x: 5_050_000,
      phase: 0,
      mode: 'run',
      epoch: 11,
      isOnTrial: false,
      isParked: false,
      map: { axis, period: 1, rules: [rule], windows: [] },
      verdict: { state: 'gap', rule: 0, action: 'slow', limit: 40, toGapAhead: 0 },
    } as never;
    expect(displayLine(snapshot, 120)).toContain('| run, epoch 11');
    const narrow = displayLine(snapshot, 50);
    expect(narrow.length).toBeLessThan(50);
    expect(narrow).toMatch(/^s 5\.05 km \| gap tun.*….*17, slow, limit 40$/);
    for (let columns = 1; columns < 120; columns++)
      expect(displayLine(snapshot, columns).length).toBeLessThanOrEqual(Math.max(columns, 1));
  });
});

describe('codes of terminals', () => {
  test.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
  ])('%j with %j: %s', (stream, env, takes) => {
    expect(takesCodes(stream, env)).toBe(takes);
  });

  /** What the command writes to a terminal of 40 columns within a few seconds. */
  function onTerminal(argv: string, env: Record<string, string>, seconds: number): string {
    const command = `stty cols 40; timeout -s INT ${seconds} '${process.execPath}' '${commandPath()}' ${argv}`;
    const ran = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: folder.path,
      env: { ...process.env, ...env },
      input: '',
    });
    return ran.stdout.toString();
  }

  test('status --watch rewrites a terminal, and writes plain lines with NO_COLOR', async () => {
    const controller = spawn(
      process.execPath,
      [
        commandPath(),
        'controller',
        '--image',
        'line.img',
        '--link',
        'port',
        '--state',
        'state',
        '--at',
        '450',
        '--json',
        '--development',
      ],
      { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => controller.stdout.once('data', resolve));
    try {
      const drawn = onTerminal('status --port port --watch 0.2', { NO_COLOR: '' }, 3);
      expect(drawn).toContain('map words');
      expect(drawn).toContain('A\u001b[0J');
      const plain = onTerminal('status --port port --watch 0.2', { NO_COLOR: '1' }, 3);
      expect(plain).toContain('map words');
      expect(plain).not.toContain('\u001b');
      const pull = onTerminal('pull --port port -o pulled.img --force', { NO_COLOR: '1' }, 10);
      expect(pull).not.toContain('\u001b');
    } finally {
      const ended = new Promise((resolve) => controller.once('close', resolve));
      controller.kill('SIGTERM');
      await ended;
    }
  }, 60_000);

  test('help on a terminal of 40 columns fits it', () => {
    const shown = onTerminal('compile --help', {}, 10);
    expect(shown).toContain('--output');
    expect(shown.split(/\r?\n/).filter((line) => line.length > 40)).toEqual([]);
  });
});
