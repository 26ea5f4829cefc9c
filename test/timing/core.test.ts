/**
 * The released core: every obligation of the check path, of `service` in RUN and of what interrupts and displays call is discharged,
 * and its worst-case counts are those on file.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { coreUrl } from '../../host/core/core.ts';
import { BEHIND_ARENA_BYTES, BUILD_LIMITS, MEMORY } from '../../host/format.ts';
import { coreMap, PROVED } from '../../host/timing/wasm/core-map.ts';
import { Effects } from '../../host/timing/wasm/effects.ts';
import { goldenChanges, goldenOf, readGolden } from '../../host/timing/wasm/golden.ts';
import { checkArenas, type MemoryMap } from '../../host/timing/wasm/memory-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import type { Kind } from '../../host/timing/wasm/obligations.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';

const GOLDEN = new URL('../fixtures/timing/counts.json', import.meta.url);
/** How the file is made again, when a change is meant. */
const UPDATE = 'holdfast timing wasm build/*.wasm --brief --golden test/fixtures/timing/counts.json --update';

interface Expected {
  readonly stores: readonly string[];
  readonly imports: readonly string[];
  readonly assumptions?: Readonly<Record<string, number>>;
}

/** What each export stores to, which imports it calls, and what is assumed of it. */
const EXPECTED: Readonly<Record<(typeof PROVED)[number], Expected>> = {
  check: { stores: [], imports: [] },
  checkPlane: { stores: [], imports: [] },
  checkInvalid: { stores: [], imports: [] },
  verdict: { stores: ['VERDICT'], imports: [] },
  sweep: { stores: ['SWEEP'], imports: [] },
  untilChange: { stores: [], imports: [] },
  sweepPlane: { stores: ['SWEEP'], imports: [] },
  untilChangePlane: { stores: [], imports: [] },
  receive: { stores: ['RECEIVE'], imports: [] },
  stateOf: { stores: [], imports: ['port.safeInput', 'port.ticks'] },
  boot: {
    stores: [
      'ACTIVE',
      'ARENA',
      'CONSTANTS',
      'CONTENT',
      'CRC_TABLE',
      'EDITIONS',
      'EXAMINATION',
      'KNOWN',
      'READ_BACK',
      'RECORD',
      'SHA',
      'TLV',
    ],
    imports: ['port.flashErase', 'port.flashProgram', 'port.flashRead'],
  },
  service: {
    stores: ['ACTIVE', 'ANSWER', 'CONSTANTS', 'FIELDS', 'LINE', 'REQUEST', 'RESPONSE', 'VERDICT'],
    imports: [
      'port.cycleRate',
      'port.cycles',
      'port.flashRead',
      'port.safeInput',
      'port.serialWrite',
      'port.ticks',
    ],
    assumptions: { 'assembly/mode/current': 0 },
  },
};

/** A port that is never asked. */
const PORT = new Proxy({}, { get: () => () => 0 });

function mapOf(module: ReturnType<typeof readModule>): MemoryMap {
  const map = coreMap(module);
  if (map === undefined) throw new Error('the core no longer exports its addresses');
  return map;
}

for (const build of BUILD_NAMES) {
  const wasm = readFileSync(coreUrl(build));
  const module = readModule(wasm);

  for (const name of PROVED) {
    test(`${build} build: ${name} is bounded, free of traps, in its arenas, and calls no import that it may not`, () => {
      const proof = proveExport(module, name, { map: mapOf(module) });
      expect(proof.obligations.filter(({ isDischarged }) => !isDischarged)).toEqual([]);
      expect(proof.obligations.length).toBeGreaterThan(0);
      const namesOf = (wanted: Kind) =>
        [
          ...new Set(proof.obligations.filter(({ kind }) => kind === wanted).flatMap(({ names }) => names)),
        ].sort();
      expect(namesOf('import')).toEqual(EXPECTED[name].imports);
      expect(namesOf('store')).toEqual(EXPECTED[name].stores);
      expect(proof.assumptions).toEqual(EXPECTED[name].assumptions ?? {});
    });
  }

  test(`${build} build: worst-case counts are those on file (again: ${UPDATE})`, () => {
    const proofs = PROVED.map((name) => proveExport(module, name, { map: mapOf(module) }));
    const kept = readGolden(readFileSync(GOLDEN, 'utf8'));
    expect(goldenChanges(kept, { [`${build}.wasm`]: goldenOf(proofs) })).toEqual([]);
  });

  test(`${build} build: the receive interrupt changes no variable but those that are volatile`, () => {
    const receive = module.exports.get('receive')?.index ?? -1;
    const changed = [...new Effects(module).changedGlobals(receive)].map(
      (index) => module.globals[index]?.name,
    );
    expect(changed.sort()).toEqual([...(mapOf(module).volatile ?? [])].sort());
  });

  test(`${build} build: on variables that hold anything \`service\` is proved too, with a larger bound`, () => {
    const map = mapOf(module);
    const rule = { ...map.exports?.service, reached: false };
    const known = proveExport(module, 'service', { map });
    const unknown = proveExport(module, 'service', { map: { ...map, exports: { service: rule } } });
    expect(unknown.isProved).toBe(true);
    expect(unknown.counts?.instructions).toBeGreaterThan(10 * (known.counts?.instructions ?? 0));
  });

  test(`${build} build: a map that calls something volatile that is not there is refused`, () => {
    const volatile = (mapOf(module).volatile ?? []).map((name) => name.replace('head', 'first'));
    expect(() => proveExport(module, 'service', { map: { ...mapOf(module), volatile } })).toThrow(
      /no variable assembly.smp.receive.first/,
    );
  });

  test(`${build} build: the memory map holds what the module says of itself`, () => {
    const map = mapOf(module);
    checkArenas(map, module.memoryPages);
    const bytes = BUILD_LIMITS[build].arenaBytes + BEHIND_ARENA_BYTES;
    expect(map.arenas.at(-1)).toMatchObject({ name: 'ARENA', bytes });
  });

  test(`${build} build: constants stand behind the buffers and before the arena`, () => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { port: PORT });
    const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
    const { constants, arena } = MEMORY[build];
    expect(memory.subarray(0, constants).every((byte) => byte === 0)).toBe(true);
    expect(memory.subarray(constants, arena).some((byte) => byte !== 0)).toBe(true);
    expect(memory.subarray(arena).every((byte) => byte === 0)).toBe(true);
  });
}
