/** The released core: every obligation of the check path and of what interrupts and displays call is discharged, and its worst-case counts are those on file. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { CHAIN, coreMap, PROVED } from '../../host/timing/wasm/core-map.ts';
import { goldenChanges, goldenOf, readGolden } from '../../host/timing/wasm/golden.ts';
import { checkArenas, type MemoryMap } from '../../host/timing/wasm/memory-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';

const GOLDEN = new URL('../fixtures/timing/counts.json', import.meta.url);
/** How the file is made again, when a change is meant. */
const UPDATE =
  'holdfast timing wasm build/device.wasm build/large.wasm --brief --golden test/fixtures/timing/counts.json --update';

function mapOf(module: ReturnType<typeof readModule>): MemoryMap {
  const map = coreMap(module);
  if (map === undefined) throw new Error('the core no longer exports its addresses');
  return map;
}

for (const build of ['device', 'large'] as const) {
  const module = readModule(readFileSync(coreUrl(build)));

  for (const name of PROVED) {
    test(`${build} build: ${name} is bounded, free of traps, in its arenas, and calls no import that it may not`, () => {
      const proof = proveExport(module, name, { map: mapOf(module) });
      expect(proof.obligations.filter(({ isDischarged }) => !isDischarged)).toEqual([]);
      expect(proof.obligations.length).toBeGreaterThan(0);
      const imports = proof.obligations.filter(({ kind }) => kind === 'import').flatMap(({ names }) => names);
      expect([...new Set(imports)]).toEqual(name === 'stateOf' ? ['port.ticks'] : []);
      const stores = new Set(
        proof.obligations.filter(({ kind }) => kind === 'store').flatMap(({ names }) => names),
      );
      const expected = {
        check: [],
        checkInvalid: [],
        verdict: ['VERDICT'],
        sweep: ['SWEEP'],
        receive: ['RECEIVE'],
        stateOf: [],
      }[name];
      expect([...stores]).toEqual(expected);
    });
  }

  test(`${build} build: worst-case counts are those on file (again: ${UPDATE})`, () => {
    const proofs = PROVED.map((name) => proveExport(module, name, { map: mapOf(module) }));
    const kept = readGolden(readFileSync(GOLDEN, 'utf8'));
    expect(goldenChanges(kept, { [`${build}.wasm`]: goldenOf(proofs) })).toEqual([]);
  });

  test(`${build} build: the memory map is that of assembly/memory.ts`, () => {
    const map = mapOf(module);
    checkArenas(map, module.memoryPages);
    const constants = constantsOf(build === 'large');
    for (const { name, from } of map.arenas) {
      expect(constants.get(`${name}_LOCATION`), name).toBe(from);
    }
    const end = map.arenas.find(({ name }) => name === CHAIN.at(-1)?.[0]);
    expect((end?.from ?? 0) + (end?.bytes ?? 0)).toBe(constants.get('BUFFERS_END'));
    expect(map.arenas.at(-1)?.bytes).toBe(constants.get('ARENA_BYTES'));
  });
}

/** Numeric constants of limits.ts and memory.ts, by evaluating their declarations one after the other. */
function constantsOf(isLarge: boolean): Map<string, number> {
  const constants = new Map<string, number>([['LARGE', isLarge ? 1 : 0]]);
  for (const file of ['limits', 'memory']) {
    const text = readFileSync(new URL(`../../assembly/${file}.ts`, import.meta.url), 'utf8');
    for (const [, name = '', expression = ''] of text.matchAll(
      /^export const (\w+): (?:u32|i32|usize) = ([^;]+);/gm,
    )) {
      const numbers = expression.replace(/[A-Z]\w*/g, (word) => String(constants.get(word)));
      constants.set(name, Number(new Function(`return ${numbers}`)()));
    }
  }
  return constants;
}
