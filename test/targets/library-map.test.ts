/** `holdfast_map.h`: what firmware may name of an edition, for any ids, and places near every end of 64 bits. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import type { Partition, Rule } from '../../host/body/partition.ts';
import { mapValues } from '../../host/firmware/library-map.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { compileText } from '../support/compile.ts';
import { libraryFolder, WARNINGS } from '../support/library.ts';
import { Random, seedFor } from '../support/random.ts';

const ORIGINS = [0n, 1n, -1n, 2n ** 31n, 1_774_744_200n, 2n ** 63n - 2n ** 32n, -(2n ** 63n) + 2n ** 32n];
const image = await compileText(`
holdfast: 1
map: yard
device: truck-7
epoch: 3
replaces: []
space:
  axes: [{ name: s, unit: mm, min: 0, max: 40 m, origin: 5 m }]
limits: { unit: mm/s }
zones:
  - { id: dock-1, at: { from: 0, to: 6 m }, limit: 300, tier: 2 }
  - { id: dock--1, at: { from: 6 m, to: 7 m }, tier: 9 }
gaps:
  - { id: crossing, at: { from: 7 m, to: 40 m }, action: hold, limit: 5 }
outside: { action: stop }
fault: { action: stop }
`);
const folder = await libraryFolder(image);
afterAll(() => folder.remove());

/** What a program of these statements prints, compiled as C and as C++, which say the same. */
function printed(
  statements: readonly string[],
  flags: readonly string[] = [],
  header = 'holdfast_map.h',
): string {
  const unit = folder.at('unit.c');
  const body = [
    '#include <inttypes.h>',
    '#include <stdio.h>',
    `#include "${header}"`,
    'int main(void) {',
    ...statements,
  ];
  writeFileSync(unit, `${body.join('\n')}\nreturn 0;\n}\n`);
  const said = ['c', 'c++'].map((language) => {
    const warnings = WARNINGS.filter((warning) => language === 'c' || !/prototypes/.test(warning));
    const standard = language === 'c' ? '-std=c11' : '-std=c++11';
    const argv = [
      '-x',
      language,
      standard,
      ...warnings,
      ...flags,
      `-I${folder.at('src')}`,
      unit,
      '-o',
      folder.at('unit'),
    ];
    execFileSync('gcc', argv, { stdio: 'pipe' });
    return execFileSync(folder.at('unit'), { encoding: 'utf8' });
  });
  expect(said[1]).toBe(said[0]);
  return said[0] ?? '';
}

test('axis, units, rules and tiers are those of the edition', () => {
  const { axis, rules } = readPartition(image);
  expect(
    printed([
      'printf("%s %s %u %d\\n", HOLDFAST_MAP_ID, HOLDFAST_MAP_DEVICE, HOLDFAST_MAP_EPOCH, HOLDFAST_MAP_RULES);',
      'printf("%s %s %d %d %d\\n", HOLDFAST_MAP_AXIS, HOLDFAST_MAP_UNIT, HOLDFAST_MAP_SCALE, HOLDFAST_MAP_IS_TIME, HOLDFAST_MAP_WRAPS);',
      'printf("%" PRId64 " %d %d %s\\n", HOLDFAST_MAP_ORIGIN, HOLDFAST_MAP_MIN, HOLDFAST_MAP_MAX, HOLDFAST_MAP_LIMIT_UNIT);',
      'printf("%d %d\\n", HOLDFAST_MAP_ZONE_DOCK_1, HOLDFAST_MAP_TIER_OF_ZONE_DOCK__1);',
      'printf("%d\\n", HOLDFAST_MAP_GAP_CROSSING);',
    ]),
  ).toBe(
    `yard truck-7 3 ${rules.length}\ns mm 1 0 0\n${axis.origin} ${axis.min} ${axis.max} mm/s\n0 9\n${rules.length - 1}\n`,
  );
});

test('a rule has a name only while the edition answers that was burned in', () => {
  const asked = (rule: number, epoch: number) => [
    `{ const holdfast_verdict verdict = {0, 0, ${rule}, 0, 0, 0, ${epoch}u, 0, 0};`,
    'printf("%d\\n", holdfast_map_rule_of(&verdict)); }',
  ];
  expect(printed([...asked(1, 3), ...asked(1, 4), ...asked(-1, 3), ...asked(-1, 4), ...asked(3, 3)])).toBe(
    '1\n-2\n-1\n-1\n-2\n',
  );
});

test('places are taken over where they have 32 bits, and nowhere else', () => {
  const random = new Random(seedFor('library-map', 1));
  for (const origin of ORIGINS) {
    const near = [
      0n,
      1n,
      -1n,
      2n ** 31n - 1n,
      2n ** 31n,
      -(2n ** 31n),
      -(2n ** 31n) - 1n,
      BigInt(random.next() | 0),
    ];
    const places = [...near.map((by) => origin + by), 2n ** 63n - 1n, -(2n ** 63n), 0n].filter(
      (place) => place >= -(2n ** 63n) && place < 2n ** 63n,
    );
    const literal = (value: bigint) => (value === -(2n ** 63n) ? 'INT64_MIN' : `INT64_C(${value})`);
    const header = readFileSync(folder.at('src/holdfast_map.h'), 'utf8');
    const other = header.replace(/(?<=#define HOLDFAST_MAP_ORIGIN ).*/, literal(origin));
    expect(other).toContain(literal(origin));
    writeFileSync(folder.at('src/other_origin.h'), other);
    const said = printed(
      [
        `const int64_t places[] = {${places.map(literal).join(', ')}};`,
        'for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {',
        '  int32_t x = 77;',
        '  const int taken = holdfast_map_stored(places[i], &x);',
        '  printf("%d %d %d\\n", taken, x, !taken || holdfast_map_place(x) == places[i]);',
        '}',
      ],
      ['-fsanitize=undefined', '-fno-sanitize-recover=all'],
      'other_origin.h',
    );
    const wanted = places.map((place) => {
      const stored = place - origin;
      const fits = stored >= -(2n ** 31n) && stored < 2n ** 31n;
      return `${fits ? 1 : 0} ${fits ? stored : 77} 1\n`;
    });
    expect(said, `origin ${origin}`).toBe(wanted.join(''));
  }
});

test('every rule has a name of its own that C takes, whatever ids are', () => {
  const random = new Random(seedFor('library-map', 2));
  const alphabet = [
    'a',
    'A',
    '1',
    '-',
    '_',
    ' ',
    '/',
    '*',
    '?',
    '"',
    '\\',
    'é',
    '字',
    '\n',
    '-rule-1',
    'RULE_2',
  ];
  for (let round = 0; round < 20; round++) {
    const rules = Array.from({ length: 40 }, (_, zone): Rule => {
      const id = Array.from({ length: 1 + random.below(3) }, () => random.pick(alphabet)).join('');
      return random.onceIn(3)
        ? { kind: 'approach', zone, id, tier: 1, limit: -5 }
        : { kind: 'zone', id, tier: 255, limit: null };
    });
    const partition: Partition = { ...readPartition(image), rules, map: '??/"\\\n', device: 'é"' };
    const {
      MAP_RULE_ENTRIES: entries = '',
      MAP_TIER_ENTRIES: tiers = '',
      MAP_ID: id,
      MAP_DEVICE: device,
    } = mapValues(partition, new Uint8Array(32));
    const names = [...entries.matchAll(/^ {2}(HOLDFAST_MAP_\w+) = (\d+), \/\*/gm)];
    expect(names.map(([, , index]) => Number(index))).toEqual(rules.map((_, index) => index));
    expect(new Set(names.map(([, name]) => name)).size).toBe(rules.length);
    const unit = folder.at('names.c');
    writeFileSync(
      unit,
      `enum rules {\n${entries}\n  LAST\n};\nenum tiers {\n${tiers}\n};\nstatic const char texts[] = ${id} ${device};\nint main(void) { return texts[0] == '?' && sizeof texts == 10 ? 0 : 1; }\n`,
    );
    execFileSync(
      'gcc',
      ['-std=c11', '-Wall', '-Wextra', '-Werror', '-trigraphs', unit, '-o', folder.at('names')],
      { stdio: 'pipe' },
    );
    execFileSync(folder.at('names'));
  }
});
