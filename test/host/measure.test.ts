/** Which inputs are measured, how figures are merged, and what happens when a device answers something else. */
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../host/body/decode.ts';
import { openImage } from '../../host/core/checker.ts';
import { parseImage } from '../../host/image/container.ts';
import { movesToMeasure, placesToMeasure } from '../../host/measure/inputs.ts';
import { measureFunction, measureService } from '../../host/measure/measure.ts';
import { functionRow, serviceRow, tableOf } from '../../host/measure/words.ts';
import { inputsARequest, type MeasureInput } from '../../host/serial/measures.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition, sourceText } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const I32_MIN = -(2 ** 31);
const I32_MAX = 2 ** 31 - 1;
const U32_MAX = 2 ** 32 - 1;
const NONE = { seed: 1, count: 0, places: [] } as const;

const plain = await compileEdition({ epoch: 1, limit: 80 });
const phased = await compileText(`
holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: mm, min: -500, max: 5000, origin: 7000 } ] }
phase: { unit: tick, period: 1000 }
zones:
  - { id: always, at: { from: 0, to: 900 } }
  - { id: early, at: { from: 900, to: 1400 }, when: { from: 0, to: 300 } }
gaps:
  - { anywhere: true, action: hold }
fault: { action: stop }
`);
const bodyOf = (image: Uint8Array) => decodeBody(parseImage(image).body);

describe('inputs', () => {
  test('every border of every list with its neighbours, the ends of what can be asked, phases at and beyond their borders', () => {
    const body = bodyOf(phased);
    const { axis, windows } = body;
    const asked = new Set(placesToMeasure(body, NONE).map(({ phase, x }) => `${phase} ${x}`));
    expect(windows).toHaveLength(2);
    for (const { from, cells } of windows)
      for (const { from: border } of cells)
        for (const x of [border - 1, border, border + 1]) expect(asked).toContain(`${from} ${x}`);
    for (const phase of [0, 1, 299, 300, 301, 999, 1000, 1001, I32_MAX, U32_MAX])
      for (const x of [I32_MIN, axis.min, axis.max - 1, I32_MAX]) expect(asked).toContain(`${phase} ${x}`);
  });

  test.each([
    ['places', placesToMeasure],
    ['moves', movesToMeasure],
  ])('%s: each once, in the range of check, the same for a seed, others for another', (_name, choose) => {
    const body = bodyOf(phased);
    const choice = { seed: 5, count: 500, places: [{ x: 123, phase: 77 }] };
    const inputs = choose(body, choice);
    const keys = inputs.map(({ phase, x, toX }) => `${phase} ${x} ${toX}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(inputs.length).toBeGreaterThan(450);
    expect(inputs.some(({ x, phase }) => x === 123 && phase === 77)).toBe(true);
    for (const { phase, x, toX } of inputs) {
      expect(phase >>> 0).toBe(phase);
      expect([x | 0, toX | 0]).toEqual([x, toX]);
    }
    expect(choose(body, choice)).toEqual(inputs);
    expect(choose(body, { ...choice, seed: 6 })).not.toEqual(inputs);
  });

  test('moves go along the whole axis, both ways', () => {
    const body = bodyOf(plain);
    const { min, max } = body.axis;
    const moves = movesToMeasure(body, NONE);
    expect(moves).toContainEqual({ phase: 0, x: min, toX: max - 1 });
    expect(moves).toContainEqual({ phase: 0, x: max - 1, toX: min });
  });
});

async function measuredDevice(image: Uint8Array) {
  const device = await SimDevice.boot({ image });
  device.hertz = 48_000_000;
  const client = device.client();
  await client.openWindow();
  return { device, client };
}

const places = (count: number): MeasureInput[] =>
  Array.from({ length: count }, (_, index) => ({ phase: 0, x: index, toX: 0 }));

describe('figures', () => {
  test('of many requests are one: least, most, and the first input that took it', async () => {
    const { device, client } = await measuredDevice(plain);
    const inputs = places(2 * inputsARequest('check') + 7);
    let readings = 0;
    // Two readings a call; each request measures 4 empty calls first. The empty call takes 2.
    const costly = new Map([
      [3, 9],
      [200, 30],
      [300, 30],
    ]);
    device.cycleStep = () => {
      const call = Math.floor(readings / 2);
      const isEnd = readings++ % 2 === 1;
      const inRequest = call % (inputsARequest('check') + 4);
      const request = Math.floor(call / (inputsARequest('check') + 4));
      const input = request * inputsARequest('check') + inRequest - 4;
      return isEnd ? (inRequest < 4 ? 2 : 2 + (costly.get(input) ?? 5)) : 1;
    };
    const done: number[] = [];
    const figures = await measureFunction(client, await openImage(plain), 'check', inputs, (count) =>
      done.push(count),
    );
    expect(figures).toEqual({
      ...{ function: 'check', hertz: 48_000_000, inputs: inputs.length, min: 5, max: 30 },
      ...{ worst: inputs[200], overhead: { min: 2, max: 2 } },
    });
    expect(done).toEqual([160, 320, 327]);
  });

  test.each(['check', 'verdict', 'sweep'] as const)(
    'a device that answers %s otherwise is named, with the input',
    async (what) => {
      const { client } = await measuredDevice(plain);
      const other = await compileText(sourceText({ epoch: 1, limit: 80 }).replaceAll('to: 600', 'to: 610'));
      // Only from 600 to 609 the two maps differ, as far as check and a short sweep can see.
      const inputs = places(400).map(({ x }) => ({ phase: 0, x: what === 'verdict' ? 700 : x, toX: x + 1 }));
      inputs.splice(222, 1, { phase: 0, x: 605, toX: 606 });
      const core = await openImage(other);
      await expect(measureFunction(client, core, what, inputs)).rejects.toMatchObject({
        code: 'ANSWERS_DIFFER',
        exitCode: 1,
        message: expect.stringContaining(`${what} gives another answer than the core at 605, phase 0`),
      });
    },
  );

  test('service: the line asks everything while slices are measured, and no flash is written', async () => {
    const device = await SimDevice.boot({ image: plain });
    device.hertz = 48_000_000;
    const before = { ...device.flash.counters, reads: 0 };
    const figures = await measureService(device.client());
    expect(figures).toMatchObject({ hertz: 48_000_000, min: 1, worst: 'answer' });
    expect(figures.count).toBeGreaterThan(1000);
    expect({ ...device.flash.counters, reads: 0 }).toEqual(before);
  });
});

test('rows are in the coordinates of the source, the table says what was worst', () => {
  const { axis } = bodyOf(phased);
  const worst = { phase: 4, x: -500, toX: 20 };
  const figures = { hertz: 1_000_000, inputs: 12, min: 3, max: 10, worst, overhead: { min: 1, max: 2 } };
  const origin = Number(axis.origin);
  const rows = [
    functionRow({ ...figures, function: 'check' }, axis),
    functionRow({ ...figures, function: 'sweep' }, axis),
    serviceRow({ hertz: 1_000_000, count: 5, min: 7, max: 9, worst: 'answer' }),
  ];
  expect(rows[0]).toEqual({
    ...{ function: 'check', inputs: 12, min: 3, max: 10, spread: 7, maxMicroseconds: 10 },
    ...{ overhead: { min: 1, max: 2 }, worst: { at: origin - 500, phase: 4 } },
  });
  expect(rows[1]?.worst).toEqual({ from: origin - 500, to: origin + 20, phase: 4 });
  const [head, check, sweep, service] = tableOf(rows, axis);
  expect(head).toMatch(/^function +inputs +minimum +maximum +spread +maximum µs +worst input$/);
  expect(check).toMatch(/^check +12 +3 +10 +7 +10\.00 +\S+ mm, phase 4$/);
  expect(sweep).toMatch(/ to \S+ mm, phase 4$/);
  expect(service).toMatch(/^service +5 +7 +9 +2 +9\.00 +a slice that sent a line of an answer$/);
});
