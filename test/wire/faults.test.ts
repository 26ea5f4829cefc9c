/** A line that fails once, at every byte of a push, in every way: the push ends well or can be taken up again, and nothing is lost. */
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { geometryFor } from '../../host/core/checker.ts';
import type { Geometry } from '../../host/core/core.ts';
import { parseImage } from '../../host/image/container.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { type Direction, FAULTS, FaultyLine, type LineFault } from '../support/faulty-line.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
const image = { bytes: second, hash: parseImage(second).digest };
const hash = Buffer.from(image.hash).toString('hex');
const PLACE = 500;
/** A chip just large enough: there are some ten thousand of them, each with flash of its own. */
const SMALL = geometryFor(second.length);
const [slotBytes, , ...journals] = SMALL.areaBytes;
const CHIP: Geometry = { ...SMALL, areaBytes: [slotBytes, slotBytes, ...journals] };
const DIRECTIONS: readonly Direction[] = ['to-device', 'to-host'];

function limitNow(device: SimDevice): number | null {
  return device.core.verdict(device.core.check(0, PLACE), PLACE).limit;
}

interface Attempt {
  device: SimDevice;
  line: FaultyLine;
  /** What the push over the failing line came to; null: it ended well. */
  error: unknown;
  token: number | null;
}

/** Opens a window over a good line, then pushes over one that fails. */
async function pushOver(fault: LineFault | null): Promise<Attempt> {
  const device = await SimDevice.boot({
    image: first,
    geometry: CHIP,
    patience: { untilAnswer: 3000, afterAnswer: 300 },
  });
  const opener = device.client();
  const { token } = await opener.openWindow();
  const line = new FaultyLine(device, device.clock, fault);
  const client = new Device(new SmpClient(line, { clock: device.clock, firstSequence: 50 }), { token });
  const error = await push(client, image).then(
    () => null,
    (caught: unknown) => caught,
  );
  return { device, line, error, token };
}

/** What is listed is whole: what is read back is the edition, byte for byte. */
async function expectNothingHalf(client: Device, what: string): Promise<void> {
  const listed = (await client.images()).find((slot) => slot.hash === hash);
  if (listed === undefined) return;
  const content = await client.readBack(listed.slot, 0, second.length);
  expect(Buffer.compare(content, second), what).toBe(0);
}

const clean = await pushOver(null);

test('control: without a fault the push ends well', async () => {
  expect(clean.error).toBeNull();
  expect(clean.line.passed('to-device')).toBeGreaterThan(second.length);
  expect(clean.line.passed('to-host')).toBeGreaterThan(second.length);
});

for (const kind of FAULTS) {
  describe(kind, () => {
    test.each(DIRECTIONS)('at every byte %s', async (direction) => {
      let completed = 0;
      const bytes = clean.line.passed(direction);
      for (let at = 0; at < bytes; at++) {
        const what = `${kind} at byte ${at} ${direction}`;
        const { device, error, token } = await pushOver({ kind, direction, at });
        const client = device.client();
        client.token = token;
        if (error === null) {
          completed++;
        } else {
          expect(error, what).toBeInstanceOf(HoldfastError);
          expect(error, what).toMatchObject({ exitCode: 3 });
          await expectNothingHalf(client, what);
          if (at % 2 === 0) await push(client, image);
        }
        const { stage } = await client.status();
        await client.closeWindow();
        expect(limitNow(device), what).toBe(stage === 'pending' ? 40 : 80);
        if (error === null || at % 2 === 0) expect(stage, what).toBe('pending');
      }
      // A client that is cut off can only fail; every other fault is got over.
      expect(completed).toBe(kind === 'disconnect' ? 0 : bytes);
    });
  });
}
