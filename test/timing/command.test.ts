/** `holdfast timing wasm` as its user meets it: words, JSON, pages, exit codes, and modules that are not the core. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdfast, temporaryFolder } from '../support/command.ts';
import {
  assemble,
  binary,
  block,
  branch,
  branchIf,
  constant,
  load,
  localGet,
  localSet,
  loop,
} from './support/assemble.ts';
import { record, takeRecords } from './support/record.ts';

const folder = temporaryFolder('timing');
const MAP = {
  arenas: [{ name: 'table', from: 1024, bytes: 256 }],
  exports: { run: { loads: ['table'], stores: [], imports: [] } },
};

/** Adds up a table: for (i = 0; i < entries; i++) sum += table[i & mask]. */
function adder(mask: number, base: number): Uint8Array<ArrayBuffer> {
  const place = binary(
    'add',
    binary('and', binary('shl', localGet(2), constant(2)), constant(mask)),
    constant(base),
  );
  const body = block(
    loop([
      ...binary('ge_u', localGet(2), constant(64)),
      ...branchIf(1),
      ...binary('add', localGet(3), load(4, place)),
      ...localSet(3),
      ...binary('add', localGet(2), constant(1)),
      ...localSet(2),
      ...branch(0),
    ]),
  );
  return assemble([{ parameters: 2, results: 1, locals: 2, body: [...body, ...localGet(3)] }], 0, 'run');
}

beforeAll(() => {
  writeFileSync(folder.at('adder.wasm'), adder(252, 1024));
  writeFileSync(folder.at('wide.wasm'), adder(508, 1152));
  writeFileSync(folder.at('map.json'), JSON.stringify(MAP));
  writeFileSync(folder.at('no.wasm'), 'this is no module');
  writeFileSync(folder.at('far.json'), JSON.stringify({ arenas: [{ name: 'far', from: 65536, bytes: 4 }] }));
  writeFileSync(folder.at('odd.json'), JSON.stringify({ arenas: [{ name: 'odd', from: -1, bytes: 4 }] }));
  const wrong = (rule: object) => JSON.stringify({ ...MAP, exports: { run: rule } });
  writeFileSync(folder.at('assume.json'), wrong({ assume: { mode: 'run' } }));
  writeFileSync(folder.at('reached.json'), wrong({ reached: 1 }));
  writeFileSync(folder.at('words.json'), wrong({ holds: { memory: [-1] } }));
  writeFileSync(folder.at('nowhere.json'), wrong({ holds: { nowhere: [1] } }));
});

afterAll(() => folder.remove());

function timing(...argv: string[]) {
  return holdfast(['timing', 'wasm', ...argv], { cwd: folder.path });
}

test('a module of its own is proved, every obligation with its place and reason', async () => {
  const { code, stdout } = await timing('adder.wasm', '--export', 'run', '--memory-map', 'map.json');
  expect(code).toBe(0);
  expect(stdout).toContain('run: proved');
  expect(stdout).toMatch(/discharged load in run, offset \d+: bytes 1024 to 1279 in table, a multiple of 4/);
  expect(stdout).toMatch(
    /discharged loop in run, offset \d+: local 2 rises from 0 to 63 by 1 a round: at most 65 rounds/,
  );
  expect(stdout).toMatch(/at most \d+ instructions/);
});

test('a mask too wide is declined with place and reason, and the command says no', async () => {
  const { code, stdout } = await timing('wide.wasm', '--export', 'run', '--memory-map', 'map.json', '--json');
  expect(code).toBe(1);
  const proof = JSON.parse(stdout);
  expect(proof.isProved).toBe(false);
  const open = proof.obligations.filter((each: { isDischarged: boolean }) => !each.isDischarged);
  expect(open).toHaveLength(1);
  expect(open[0]).toMatchObject({
    kind: 'load',
    function: 'run',
    reason: expect.stringContaining('not inside table'),
  });
  expect(stdout).not.toMatch(/\bsafe\b/i);
});

test('the page tells where the instructions of the longest execution stand', async () => {
  const { code } = await timing('adder.wasm', '--export', 'run', '--html', 'page.html');
  expect(code).toBe(0);
  const page = readFileSync(folder.at('page.html'), 'utf8');
  expect(page).toContain('<h2>run: proved</h2>');
  expect(page).toContain('<code>run</code>');
});

test('counts that changed are said, and are taken over with --update', async () => {
  const argv = ['adder.wasm', '--export', 'run', '--brief', '--golden', 'counts.json'];
  expect((await timing(...argv, '--update')).code).toBe(0);
  expect((await timing(...argv)).code).toBe(0);
  const kept = JSON.parse(readFileSync(folder.at('counts.json'), 'utf8'));
  kept['adder.wasm'].run.instructions--;
  writeFileSync(folder.at('counts.json'), JSON.stringify(kept));
  const { code, stderr } = await timing(...argv);
  expect(code).toBe(1);
  expect(stderr).toContain('worst-case counts changed: adder.wasm run');
});

test.each([
  { argv: ['no.wasm', '--export', 'run'], error: 'WASM_MALFORMED' },
  { argv: ['missing.wasm', '--export', 'run'], error: 'FILE_MISSING' },
  { argv: ['adder.wasm'], error: 'EXPORT_MISSING' },
  { argv: ['adder.wasm', '--export', 'walk'], error: 'EXPORT_MISSING' },
  { argv: ['adder.wasm', '--export', 'run', '--assume', 'mode=0'], error: 'GLOBAL_MISSING' },
  { argv: ['adder.wasm', '--export', 'run', '--assume', 'mode'], error: 'ASSUMPTION_INVALID' },
  { argv: ['adder.wasm', '--export', 'run', '--memory-map', 'far.json'], error: 'MEMORY_MAP_INVALID' },
  { argv: ['adder.wasm', '--export', 'run', '--memory-map', 'odd.json'], error: 'MEMORY_MAP_INVALID' },
  { argv: ['adder.wasm', '--export', 'run', '--memory-map', 'assume.json'], error: 'MEMORY_MAP_INVALID' },
  { argv: ['adder.wasm', '--export', 'run', '--memory-map', 'reached.json'], error: 'MEMORY_MAP_INVALID' },
  { argv: ['adder.wasm', '--export', 'run', '--memory-map', 'words.json'], error: 'MEMORY_MAP_INVALID' },
  { argv: ['adder.wasm', '--export', 'run', '--memory-map', 'nowhere.json'], error: 'MEMORY_MAP_INVALID' },
])('bad input is named: $error', async ({ argv, error }) => {
  const { code, stderr } = await timing(...argv);
  expect(code).toBe(2);
  expect(stderr).toContain(error);
});

test('the recorder that soundness rests on sees accesses outside, misaligned ones, and rounds', () => {
  const arenas = [{ name: 'table', from: 1024, bytes: 128 }];
  const recorder = record(adder(255, 1025), { loads: arenas, stores: [] });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorder.bytes));
  (exports.run as (a: number, b: number) => number)(0, 0);
  const { outside, misaligned, rounds, executed } = takeRecords(exports, recorder.loops);
  expect(outside).toBe(33);
  expect(misaligned).toBe(64);
  expect([...rounds.values()]).toEqual([65]);
  expect(executed).toBeGreaterThan(64 * 10);
});
