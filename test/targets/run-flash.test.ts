/** In RUN the flash chip of the emulated RP2040 is asked for no erase and no program, whatever comes over the line. */

import { describe, expect, test } from 'vitest';
import { buildFirmware } from '../../host/firmware/build.ts';
import { GROUP, HOLDFAST, IMAGE, OPERATION, OS } from '../../host/format.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import { Rp2040Line } from '../../sim/boards/rp2040-line.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

const firmware = await buildFirmware('rp2040');
const image = await compileEdition({ epoch: 1, limit: 80, zones: 20 });
const hash = new Uint8Array(32).fill(7);
const { read, write } = OPERATION;

interface Request {
  readonly name: string;
  readonly operation: number;
  readonly group: number;
  readonly id: number;
  readonly fields?: Record<string, unknown>;
}

const READS: readonly Request[] = [
  { name: 'echo', operation: write, group: GROUP.os, id: OS.echo, fields: { d: 'hello' } },
  { name: 'parameters', operation: read, group: GROUP.os, id: OS.parameters },
  { name: 'info', operation: read, group: GROUP.os, id: OS.info },
  { name: 'state', operation: read, group: GROUP.image, id: IMAGE.state },
  { name: 'slot info', operation: read, group: GROUP.image, id: IMAGE.slotInfo },
  { name: 'status', operation: read, group: GROUP.holdfast, id: HOLDFAST.status },
  {
    name: 'read back',
    operation: read,
    group: GROUP.holdfast,
    id: HOLDFAST.read,
    fields: { slot: 0, off: 0, len: 1024 },
  },
  { name: 'counters', operation: read, group: GROUP.holdfast, id: HOLDFAST.counters },
  { name: 'outcome', operation: read, group: GROUP.holdfast, id: HOLDFAST.outcome },
  { name: 'check', operation: read, group: GROUP.holdfast, id: HOLDFAST.check, fields: { x: 500 } },
  { name: 'slices', operation: read, group: GROUP.holdfast, id: HOLDFAST.measure },
];

/** Each of them would change something, and so is refused. */
const WRITES: readonly Request[] = [
  { name: 'reset', operation: write, group: GROUP.os, id: OS.reset },
  {
    name: 'upload',
    operation: write,
    group: GROUP.image,
    id: IMAGE.upload,
    fields: { off: 0, len: 100, sha: hash, data: hash },
  },
  {
    name: 'upload, later',
    operation: write,
    group: GROUP.image,
    id: IMAGE.upload,
    fields: { off: 64, data: hash },
  },
  { name: 'test', operation: write, group: GROUP.image, id: IMAGE.state, fields: { hash, confirm: false } },
  { name: 'confirm', operation: write, group: GROUP.image, id: IMAGE.state, fields: { confirm: true } },
  { name: 'erase', operation: write, group: GROUP.image, id: IMAGE.erase },
  { name: 'close', operation: write, group: GROUP.holdfast, id: HOLDFAST.close },
  { name: 'revert', operation: write, group: GROUP.holdfast, id: HOLDFAST.revert },
];

/** Refused while the machine moves. When it is parked, this is what ends RUN. */
const OPEN: Request = { name: 'open', operation: write, group: GROUP.holdfast, id: HOLDFAST.open };

function frameOf({ operation, group, id, fields = {} }: Request): Uint8Array {
  const header = { version: 1, operation, group, sequence: 1, id };
  return encodeFrame(encodeMessage(header, fields as Parameters<typeof encodeMessage>[1]));
}

/** What the board answers; an answer with an error says no. */
async function ask(line: Rp2040Line, request: Request): Promise<{ refused: boolean }> {
  const decoder = new FrameDecoder();
  const messages: Uint8Array[] = [];
  line.onData((bytes) => messages.push(...decoder.push(bytes)));
  await line.write(frameOf(request));
  const [message] = messages;
  if (message === undefined) throw new Error(`no answer to ${request.name}`);
  const { header, body } = decodeMessage(message);
  expect([header.group, header.id], request.name).toEqual([request.group, request.id]);
  // A refusal of a group's own, or a generic one.
  return { refused: body.has('err') || (body.get('rc') ?? 0) !== 0 };
}

function requireUntouched(line: Rp2040Line, before: { erases: number; programs: number }): void {
  const { erases, programs, refused } = line.flash.counters;
  expect({ erases, programs, refused }).toEqual({ ...before, refused: 0 });
  expect(line.board.flashOperation()).toBeNull();
  expect(line.board.starts).toBe(1);
}

describe.each([
  ['while the machine moves', false, [...WRITES, OPEN]],
  ['while it is parked', true, WRITES],
] as const)('%s', (_name, parked, writes) => {
  const random = new Random(seedFor('flash in RUN', 41));

  function powerUp(): { line: Rp2040Line; before: { erases: number; programs: number } } {
    const line = new Rp2040Line(firmware, image, 'eager');
    line.parked = parked;
    line.run(5);
    const { erases, programs } = line.flash.counters;
    return { line, before: { erases, programs } };
  }

  test('every request, with a token and without, with turns of the loop between', async () => {
    const { line, before } = powerUp();
    for (const request of READS) expect(await ask(line, request), request.name).toEqual({ refused: false });
    for (const request of writes) {
      for (const token of [undefined, 0, 1, 2]) {
        const fields = { ...request.fields, ...(token === undefined ? {} : { token }) };
        expect(await ask(line, { ...request, fields }), request.name).toEqual({ refused: true });
        line.run(3);
      }
    }
    requireUntouched(line, before);
  });

  test('garbage: random bytes, frames cut short, frames with a flipped bit', async () => {
    const { line, before } = powerUp();
    const frames = [...READS, ...writes].map(frameOf);
    for (let turn = 0; turn < 60; turn++) {
      const frame = random.pick(frames);
      const damaged = Uint8Array.from(frame);
      const at = random.below(frame.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
      const noise = Uint8Array.from({ length: random.below(200) }, () => random.below(256));
      line.board.send(random.pick([damaged, frame.subarray(0, at), noise]));
      line.run(4);
    }
    line.run(50);
    await line.drainInput();
    await line.write(Uint8Array.of(0x0a));
    expect(await ask(line, READS[5] ?? OPEN)).toEqual({ refused: false });
    requireUntouched(line, before);
  });
});
