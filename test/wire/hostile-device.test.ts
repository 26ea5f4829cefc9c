/**
 * What a device says is input like any other: whatever it answers, a verb ends with an error that has a name, in bounded time and memory,
 * and a terminal obeys nothing of it. `HOLDFAST_ANSWERS=20000` asks for that many hostile answers.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { comparePartitions } from '../../host/audit/compare.ts';
import { comparisonWords } from '../../host/audit/compare-words.ts';
import { printResult, type VerbResult } from '../../host/cli/common/device.ts';
import { printError } from '../../host/cli/common/output.ts';
import { activeSlot, pullSlot } from '../../host/cli/common/pulling.ts';
import { confirmOn } from '../../host/cli/verbs/confirm.ts';
import { markOn } from '../../host/cli/verbs/mark.ts';
import { judgeOn } from '../../host/cli/verbs/push.ts';
import { revertOn } from '../../host/cli/verbs/revert.ts';
import { historyOf, statusOf } from '../../host/cli/verbs/status.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { IMAGE_HEADER_AT, IMAGE_HEADER_BYTES, IMAGE_MAGIC } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { closeAndActivate } from '../../host/serial/activation.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push, stage } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { HostileLine, honestDevice } from '../support/hostile-line.ts';
import { Random, seedFor } from '../support/random.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const ANSWERS = Number(process.env.HOLDFAST_ANSWERS ?? 2000);
const image = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 12 });
const { digest } = parseImage(image);
const honest = honestDevice(image, digest);

const VERBS: Readonly<Record<string, (device: Device) => Promise<VerbResult>>> = {
  status: (device) => statusOf(device, 'hostile'),
  'status --history': (device) => historyOf(device, 'hostile'),
  confirm: (device) => confirmOn(device, 'hostile'),
  revert: (device) => revertOn(device, 'hostile'),
  'window open': async (device) => said({ ...(await device.openWindow()) }),
  'window close': async (device) => said(await closeAndActivate(device)),
  diff: async (device) => {
    const running = readPartition(await pullSlot(device, await activeSlot(device)));
    const comparison = comparePartitions(running, readPartition(image));
    return { value: comparison, words: comparisonWords(comparison) };
  },
  pull: async (device) => said(readEdition(await pullSlot(device, 1)).map),
  push: async (device) => said(await push(device, { bytes: image, hash: digest })),
  'push --read-back bytes': async (device) =>
    said(await push(device, { bytes: image, hash: digest }, { readBack: 'bytes' })),
  digest: async (device) => said([...(await device.digest(1, 0, 40, new Uint8Array(16)))]),
  stage: async (device) => said(await stage(device, { bytes: image, hash: digest })),
  mark: (device) => markOn(device, 'hostile', digest),
  'push --dry-run': (device) => judgeOn(device, 'hostile', image),
  measure: async (device) => said(await device.measure('check', [{ phase: 0, x: 1, toX: 0 }])),
  slices: async (device) => said(await device.slices()),
  counters: async (device) => said(await device.counters()),
  check: async (device) => said(await device.check({ x: 5 })),
  reset: async (device) => said(await device.reset()),
};

function said(value: unknown): VerbResult {
  return { value: value ?? null, words: [] };
}

/** Everything that was printed while `action` ran. */
async function printed(action: () => Promise<void>): Promise<string> {
  let text = '';
  const take = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(take),
  );
  try {
    await action();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

/** What no terminal may get from a device. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const LINE_CHARACTERS_MAX = 1000;

function deviceOn(line: HostileLine): { device: Device; clock: SimulatedClock } {
  const clock = new SimulatedClock();
  return { device: new Device(new SmpClient(line, { clock, firstSequence: 0 }), { token: 7 }), clock };
}

/** One verb against one hostile line, printed both ways. Gives how it ended. */
async function runVerb(
  name: string,
  line: HostileLine,
): Promise<{ code: string; text: string; requests: number }> {
  const { device } = deviceOn(line);
  let code = 'done';
  const text = await printed(async () => {
    try {
      const { value, words } = await (VERBS[name] as (typeof VERBS)[string])(device);
      printResult({ json: true }, value, words);
      printResult({}, value, words);
    } catch (error) {
      code =
        error instanceof HoldfastError
          ? error.code
          : `unexpected ${error instanceof Error ? error.stack : String(error)}`;
      printError(error, true);
      printError(error, false);
    }
  });
  return { code, text, requests: line.requests };
}

afterEach(() => vi.restoreAllMocks());

test(`${ANSWERS} hostile answers to every verb`, async () => {
  const seed = seedFor('hostile answers', 41);
  const random = new Random(seed);
  const names = Object.keys(VERBS);
  const ends = new Map<string, number>();
  let hostile = 0;
  for (let run = 0; hostile < ANSWERS; run++) {
    const name = names[run % names.length] as string;
    const line = new HostileLine(honest, random, random.pick([0, 50, 80, 95]));
    const { code, text, requests } = await runVerb(name, line);
    hostile += line.hostile;
    ends.set(code, (ends.get(code) ?? 0) + 1);
    const where = `run ${run} of seed ${seed}, ${name}: ${code}`;
    expect(code, where).toMatch(/^(done|[A-Z][A-Z0-9_]+)$/);
    expect(OBEYED.exec(text)?.[0], where).toBeUndefined();
    expect(
      Math.max(
        ...text
          .split('\n')
          .filter((each) => !each.startsWith('{'))
          .map((each) => each.length),
      ),
      where,
    ).toBeLessThan(LINE_CHARACTERS_MAX);
    expect(requests, where).toBeLessThan(4000);
  }
  // Errors of many kinds were met, and verbs that ended well.
  expect([...ends.keys()]).toEqual(
    expect.arrayContaining(['done', 'ANSWER_MALFORMED', 'CBOR_MALFORMED', 'NO_ANSWER']),
  );
  expect(ends.size).toBeGreaterThan(12);
}, 600_000);

describe('sizes that a device claims', () => {
  const claims = async (buf_size: unknown, verb: string) => {
    const line = new HostileLine(
      { ...honest, '0/6': () => ({ buf_size, buf_count: 1 }) },
      new Random(1),
      100,
    );
    return runVerb(verb, line);
  };

  test.each([0, 1, 100, 127])('a buffer of %d bytes is too small', async (bytes) => {
    expect((await claims(bytes, 'push')).code).toBe('BUFFER_TOO_SMALL');
    expect((await claims(bytes, 'pull')).code).toBe('BUFFER_TOO_SMALL');
  });

  test.each([2 ** 32 - 1, 2 ** 31, 65_536, 4097])(
    'a buffer of %d bytes is used as one of 4,096',
    async (bytes) => {
      expect((await claims(bytes, 'push')).code).toBe('done');
      expect((await claims(bytes, 'pull')).code).toBe('done');
    },
  );

  test.each([-1, 1.5, Number.NaN, 2 ** 32, 2n ** 64n - 1n, 'many', null, [], {}])(
    'a buffer of %s is no buffer',
    async (bytes) => {
      const { code, text } = await claims(bytes, 'push');
      expect(code).toBe('ANSWER_MALFORMED');
      expect(text).toContain('"buf_size" must be an integer');
    },
  );

  test('a slot that claims 4 GB is not read', async () => {
    const header = Buffer.alloc(IMAGE_HEADER_BYTES);
    header.writeUInt32LE(IMAGE_MAGIC, IMAGE_HEADER_AT.magic);
    header.writeUInt32LE(0xffffffff, IMAGE_HEADER_AT.bodyBytes);
    const line = new HostileLine({ ...honest, '78/3': () => ({ off: 0, data: header }) }, new Random(1), 100);
    const { code, requests } = await runVerb('pull', line);
    expect(code).toBe('SLOT_TOO_LARGE');
    expect(requests).toBeLessThan(5);
  });

  test('a slot that gives a byte at a time ends there', async () => {
    const byBytes = (body: Map<unknown, unknown>) => {
      const off = Number(body.get('off'));
      const most = Number(body.get('len')) > 100 ? 1 : Number(body.get('len'));
      return { off, data: image.slice(off, off + most) };
    };
    const { code, requests } = await runVerb(
      'pull',
      new HostileLine({ ...honest, '78/3': byBytes }, new Random(1), 100),
    );
    expect(code).toBe('SLOT_SHORT');
    expect(requests).toBeLessThan(6);
  });

  test('an upload that advances by a byte is given up', async () => {
    const byBytes = (body: Map<unknown, unknown>) => ({ off: Number(body.get('off')) + 1 });
    const { code, requests } = await runVerb(
      'push',
      new HostileLine({ ...honest, '1/1': byBytes }, new Random(1), 100),
    );
    expect(code).toBe('UPLOAD_STUCK');
    // Two of them ask whether the image is there already.
    expect(requests).toBeLessThan(12);
  });
});

describe('texts that a device says', () => {
  const named = { ...(honest['78/0'] as () => object)() };
  test.each([
    ['\u001b[31mrail', '\\u{1b}[31mrail'],
    ['rail\u202egnp', 'rail\\u{202e}gnp'],
    ['rail\r\nfault', 'rail\\u{d}\\u{a}fault'],
    ['a\u0000b\u009bc', 'a\\u{0}b\\u{9b}c'],
    ['x'.repeat(500), `${'x'.repeat(80)}…`],
    ['Zürich \u{1f682} µm', 'Zürich \u{1f682} µm'],
  ])('%j is shown as it can be seen, and stays what it is in JSON', async (map, shown) => {
    const line = new HostileLine({ ...honest, '78/0': () => ({ ...named, map }) }, new Random(1), 100);
    const { text } = await runVerb('status', line);
    const [json, ...words] = text.trimEnd().split('\n');
    expect(JSON.parse(json as string)).toMatchObject({ map });
    expect(words).toContain(`device   trainborne, map ${shown}`);
    expect(OBEYED.exec(text)).toBeNull();
  });
});
