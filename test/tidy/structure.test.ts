import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesOf, filesOf, importsOf } from './imports.ts';

/**
 * The tree is a ladder: a room knows only rooms that stand before it here, and no two files know each other. A room is a folder;
 * a file at the top of `assembly` stands for itself.
 */
const LADDERS = {
  assembly: [
    ...['format', 'refusal', 'words', 'bytes', 'port', 'work'].map((file) => `assembly/${file}.ts`),
    'assembly/digest',
    'assembly/signature',
    'assembly/burned.ts',
    'assembly/check',
    'assembly/mode.ts',
    ...['admit', 'slots', 'window', 'smp'].map((room) => `assembly/${room}`),
    ...['boot', 'service', 'index'].map((file) => `assembly/${file}.ts`),
  ],
  'host sim fleet': [
    ...[
      'format.ts',
      'common',
      'cycles',
      'table',
      'geometry',
      'source',
      'schema',
      'body',
      'image',
      'plane',
      'compile',
      'refusals',
      'core',
      'draft',
      'import',
      'lint',
      'calendar',
      'track',
      'audit',
    ],
    ...['drawing', 'svg', 'page', 'report', 'serial', 'measure', 'timing/ranges', 'timing/wasm'],
    ...[
      'controller',
      'view',
      'firmware',
      'timing/machine',
      '../sim/boards',
      '../sim/drill',
      'cli/common',
      'cli/verbs',
      'cli',
    ],
    ...['index.ts', '../sim/tour'],
    ...[
      'limits.ts',
      'common',
      'inventory',
      'desired',
      'order',
      'exchange',
      'cell',
      'plan',
      'rollout',
      'check',
      'page',
      'people',
      'gateway',
      'wire',
      'desk',
      'station',
      'database',
      'store',
      'alerts',
      'engine',
      'steward',
      'metrics',
      'web',
      'up',
      'migrate',
      'bundle',
      'apply',
      'sim',
      'drill',
      'kills',
      'tour',
      'cli/common',
      'cli/verbs',
      'cli',
    ].map((room) => `../fleet/${room}`),
  ].map((room) => (room.startsWith('../') ? room.slice(3) : `host/${room}`)),
} as const;

/** The one circle that is meant: the prover's machine walks loops, and a loop walks the machine. */
const RECURSION_OF_THE_PROVER = ['host/timing/wasm/loops.ts', 'host/timing/wasm/machine.ts'];

describe.each(Object.entries(LADDERS))('the ladder of %s', (folders, ladder) => {
  const imports = importsOf(filesOf(folders.split(' '), ['.ts']));
  const roomOf = (file: string) => (ladder.includes(file as never) ? file : dirname(file));

  it('names every room that there is, and no other', () => {
    expect([...new Set([...imports.keys()].map(roomOf))].sort()).toEqual([...ladder].sort());
  });

  it('imports only files that exist', () => {
    const missing = [...imports].flatMap(([file, targets]) =>
      targets.filter((target) => !imports.has(target)).map((target) => `${file} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('leads down only', () => {
    const rung = (file: string) => ladder.indexOf(roomOf(file) as never);
    const up = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => roomOf(target) !== roomOf(file) && rung(target) >= rung(file))
        .map((target) => `${file} imports ${target}`),
    );
    expect(up).toEqual([]);
  });

  it('has no circle inside a room but the recursion of the prover', () => {
    const circles = circlesOf(imports).filter((circle) => `${circle}` !== `${RECURSION_OF_THE_PROVER}`);
    expect(circles).toEqual([]);
  });
});

describe('circlesOf', () => {
  it('finds each circle once, and nothing in a ladder', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'a']],
      ['c', ['d']],
      ['d', ['e']],
      ['e', ['d']],
    ]);
    expect(circlesOf(graph)).toEqual([
      ['d', 'e'],
      ['a', 'b'],
    ]);
    const ladder: [string, string[]][] = [
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', []],
    ];
    expect(circlesOf(new Map(ladder))).toEqual([]);
  });
});
