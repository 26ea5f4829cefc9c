import { describe, expect, it } from 'vitest';
import { betweenFolders, circlesOf, filesOf, importsOf } from './imports.ts';

/**
 * The tree is a ladder: a folder knows only folders below it, and a file only files that do not know it.
 * The one circle that is meant: the prover's machine walks loops, and a loop walks the machine.
 */
const RECURSION_OF_THE_PROVER = ['host/timing/wasm/loops.ts', 'host/timing/wasm/machine.ts'];

describe.each([['host and sim']])('imports of %s', (rooms) => {
  const imports = importsOf(filesOf(rooms.split(' and '), ['.ts']));

  it('has files, each import of which is there', () => {
    expect(imports.size).toBeGreaterThan(40);
    const missing = [...imports].flatMap(([file, targets]) =>
      targets.filter((target) => !imports.has(target)).map((target) => `${file} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('has no circle between folders', () => {
    expect(circlesOf(betweenFolders(imports))).toEqual([]);
  });

  it('has no circle between files but the recursion of the prover', () => {
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
    expect(
      circlesOf(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toEqual([]);
  });
});
