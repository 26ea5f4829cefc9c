/** Mutants of what `service` does in RUN: each breaks one property, and is declined for that reason, at that place. */
import { expect, test } from 'vitest';
import { coreMap } from '../../host/timing/wasm/core-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import type { Kind } from '../../host/timing/wasm/obligations.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';
import { readSourceMap } from '../../host/timing/wasm/source-map.ts';
import { type Change, compileCore } from './support/compile-core.ts';

const ENTRY = 'assembly/index.ts';
const OUTSIDE = /not inside/;
const UNBOUNDED = /no bound/;

interface Mutant extends Change {
  readonly name: string;
  readonly kind: Kind;
  readonly reason: RegExp;
  /** Source files in which the open places must be. */
  readonly places: RegExp;
  /** Set when what becomes reachable has open places of its own, which are not looked at. */
  readonly opensMore?: true;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: 'the place in the receive ring is not masked',
    file: 'assembly/smp/receive.ts',
    text: '(at & (RECEIVE_BYTES - 1))',
    by: 'at',
    kind: 'load',
    reason: OUTSIDE,
    places: /smp\/receive\.ts/,
  },
  {
    name: 'the place in the receive ring is masked one bit too wide',
    file: 'assembly/smp/receive.ts',
    text: '(at & (RECEIVE_BYTES - 1))',
    by: '(at & (2 * RECEIVE_BYTES - 1))',
    kind: 'load',
    reason: OUTSIDE,
    places: /smp\/receive\.ts/,
  },
  {
    name: 'a byte of the request lies where a field says',
    file: 'assembly/smp/os.ts',
    text: '((from + i) & (MESSAGE_BYTES_MAX - 1))',
    by: '(from + i)',
    kind: 'load',
    reason: OUTSIDE,
    places: /smp\/os\.ts/,
  },
  {
    name: 'the answer may grow a byte beyond its place',
    file: 'assembly/smp/reply.ts',
    text: 'if (at >= LIMIT) return;',
    by: 'if (at > LIMIT + CRC_AND_LENGTH_BYTES) return;',
    kind: 'store',
    reason: OUTSIDE,
    places: /smp\/(reply|holdfast|image|os)\.ts/,
  },
  {
    name: 'a line may grow beyond its place',
    file: 'assembly/smp/send.ts',
    text: 'LINE_LOCATION + min(lineBytes, LINE_BYTES_MAX), byte',
    by: 'LINE_LOCATION + lineBytes, byte',
    kind: 'store',
    reason: OUTSIDE,
    places: /smp\/send\.ts/,
  },
  {
    name: 'all that is left of a line is offered to the port',
    file: 'assembly/smp/send.ts',
    text: 'const piece = min(left, SEND_A_STEP);',
    by: 'const piece = left;',
    kind: 'import',
    reason: /port\.serialWrite reads .* not inside/,
    places: /smp\/send\.ts/,
  },
  {
    name: 'as many bytes are read back as memory says',
    file: 'assembly/smp/holdfast.ts',
    text: 'u32(wordPlace(READ_PIECE)), READ_A_STEP)',
    by: 'u32(wordPlace(READ_PIECE)), bytes)',
    kind: 'import',
    reason: /port\.flashRead writes .* not inside/,
    places: /smp\/holdfast\.ts/,
  },
  {
    name: 'a text is echoed as long as it says',
    file: 'assembly/smp/os.ts',
    text: 'i < COPY_A_STEP; i++',
    by: 'i < bytes; i++',
    kind: 'loop',
    reason: UNBOUNDED,
    places: /smp\/os\.ts/,
  },
  {
    name: 'memory is copied as long as it says',
    file: 'assembly/smp/os.ts',
    text: 'const bytes = word(ECHO_BYTES);',
    by: 'const bytes = word(ECHO_BYTES);\n  memory.copy(REQUEST_LOCATION + 64, REQUEST_LOCATION, bytes);',
    kind: 'loop',
    reason: UNBOUNDED,
    places: /~lib\/util\/memory\.ts/,
    opensMore: true,
  },
  {
    name: 'the capacity of a slot divides by the geometry',
    file: 'assembly/admit/container.ts',
    text: 'return areaBytes(slot) - sectorBytes(slot);',
    by: 'return (areaBytes(slot) / sectorBytes(slot) - 1) * sectorBytes(slot);',
    kind: 'division',
    reason: /may be 0/,
    places: /admit\/container\.ts/,
  },
  {
    name: 'an item that nobody expects is a trap',
    file: 'assembly/smp/server.ts',
    text: 'else if (result != FIELDS_MORE) stage = DECIDING;',
    by: 'else if (result != FIELDS_MORE) stage = DECIDING;\n  else if (requestOp() == 7) unreachable();',
    kind: 'unreachable',
    reason: /may be reached/,
    places: /smp\/server\.ts/,
  },
  {
    name: 'a step of the server takes a step of the job',
    file: 'assembly/smp/server.ts',
    text: '    default: return false;',
    by: '    default: serverJobStep();',
    kind: 'import',
    reason: /port\.flashErase, which this export may not call/,
    places: /slots\/flash\.ts/,
    opensMore: true,
  },
  {
    name: 'a write passes a lease that is open, whatever the mode',
    file: 'assembly/window/lease.ts',
    text: 'if (mode() != MODE_WINDOW || !open) return NO_WINDOW;',
    by: 'if (!open) return NO_WINDOW;',
    // What is written is a job of a window; deciding on it reads flash where RUN has no room for that.
    kind: 'import',
    reason: /port\.flashRead writes bytes \d+ to \d+, which is not inside any one arena/,
    places: /slots\/upload\.ts/,
    opensMore: true,
  },
  {
    name: 'a load that was interrupted goes on with a reset',
    file: 'assembly/window/job.ts',
    text: '  beginInRun(JOB_ACTIVATION);\n  resumeInterruptedLoad();',
    by: '  reset();\n  resumeInterruptedLoad();',
    kind: 'import',
    reason: /port\.reset, which this export may not call/,
    places: /window\/job\.ts/,
  },
];

test.each(MUTANTS)('declined: $name', async (mutant) => {
  const { wasm, map } = await compileCore(ENTRY, [mutant]);
  const module = readModule(wasm);
  const memoryMap = coreMap(module);
  if (memoryMap === undefined) throw new Error('the core no longer exports its addresses');
  const placeOf = readSourceMap(map);
  const proof = proveExport(module, 'service', { map: memoryMap });
  const open = proof.obligations.filter(({ isDischarged }) => !isDischarged);
  const wanted = open.filter(
    ({ kind, reason, at }) =>
      kind === mutant.kind && mutant.reason.test(reason) && mutant.places.test(placeOf(at)?.file ?? ''),
  );
  expect(wanted, JSON.stringify(open, null, 1)).not.toEqual([]);
  if (mutant.opensMore === undefined) expect(open).toEqual(wanted);
});
