/**
 * `npm start`: the main job from end to end. A railway map is compiled and burned into a virtual controller; its loop runs; the next
 * edition is pushed over a serial line in a maintenance window, runs on trial and is confirmed.
 *
 * Each step prints the command that does the same by hand.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOnClosedPipe, printError } from '../../host/cli/common/output.ts';
import { IMAGE } from '../../host/cli/common/output-kinds.ts';
import { writeOutput } from '../../host/cli/common/outputs.ts';
import { sleep, systemClock } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { packageUrl } from '../../host/common/root.ts';
import { compileSource } from '../../host/compile/compile.ts';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { setSafeInput } from '../../host/controller/safe-input.ts';
import { MapImage } from '../../host/core/ask.ts';
import { loadEdition } from '../../host/image/edition-file.ts';
import { isRefusal } from '../../host/refusals/refusals.ts';
import { closeAndActivate } from '../../host/serial/activation.ts';
import { ANSWER_TIMEOUT_MS, SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { createProgress } from '../../host/serial/progress.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { testKeyPair } from '../drill/test-keys.ts';
import { say, showTable, step } from './print.ts';

const ROOT = fileURLToPath(packageUrl('.'));
const MAPS = join(ROOT, 'firmware-maps', 'rail');
/** Places to look at, millimetres from Fribourg: in the tunnel, before, inside and behind the works, and off the line. */
const PLACES = [5_050_000, 11_999_999, 12_000_000, 12_486_800, 12_899_999, 12_900_000, 31_240_700];
/** The most that a trial is waited for; it takes about five seconds. */
const TRIAL_MS_MAX = 30_000;
const DRIVE_MS = 1500;

interface Editions {
  readonly first: string;
  readonly next: string;
  /** File of the public key that the controller is burned with. */
  readonly key: string;
}

async function compileBoth(): Promise<Editions> {
  const folder = join(ROOT, 'build', 'tour');
  mkdirSync(folder, { recursive: true });
  const { publicPem, privatePem } = testKeyPair('tour');
  const key = join(folder, 'TEST-KEY.pub.pem');
  writeFileSync(key, publicPem);
  writeFileSync(join(folder, 'TEST-KEY.pem'), privatePem);
  step(
    'Compile two editions of a map, signed with a test key that everybody knows',
    'holdfast compile firmware-maps/rail/rail.map.yaml --key build/tour/TEST-KEY.pem',
  );
  const compiled = [];
  for (const name of ['rail', 'rail.next']) {
    const { image, summary } = await compileSource(join(MAPS, `${name}.map.yaml`), { key: privatePem });
    const path = join(folder, `${name}.img`);
    await writeOutput(path, image, { kind: IMAGE });
    compiled.push(path);
    const { epoch, bytes, zones, cells, steps, sha256 } = summary;
    say(
      `${relative(ROOT, path)}: epoch ${epoch}, ${zones} zones in ${cells} cells, ${steps} steps a check, ${bytes} bytes, ${sha256.slice(0, 12)}`,
    );
  }
  const [first = '', next = ''] = compiled;
  return { first, next, key };
}

/** What the device answers at the places of the tour, one short text each, in the ids of its image. */
async function verdictsOf(device: Device, image: string): Promise<string[]> {
  const map = await MapImage.open(loadEdition(image).bytes);
  const texts = [];
  for (const x of PLACES) {
    const { state, action, rule, limit } = await device.check({ x });
    const id = rule === null ? null : map.ruleId(rule);
    texts.push(
      [state, id, action, limit === null ? null : `${limit} km/h`].filter((word) => word !== null).join(' '),
    );
  }
  return texts;
}

/** While the machine moves, nothing is written: the device refuses, and the loop never notices. */
async function showRefusal(device: Device, image: string): Promise<void> {
  step('Push while the train moves: refused', `holdfast push ${relative(ROOT, image)} --port …`);
  const { bytes, hash } = loadEdition(image);
  const beginning = { offset: 0, data: bytes.subarray(0, 256), begin: { imageBytes: bytes.length, hash } };
  try {
    await device.uploadPiece(beginning, ANSWER_TIMEOUT_MS);
  } catch (error) {
    if (!isRefusal(error, 'NO_WINDOW')) throw error;
    const { erases, programs } = await device.counters();
    say(`${error.message} Flash operations: ${erases + programs}.`);
    return;
  }
  throw new HoldfastError('TOUR', 'the device took an edition outside a maintenance window', { exitCode: 1 });
}

async function pushInWindow(device: Device, image: string): Promise<void> {
  step(
    'Park, open a maintenance window, push the next edition',
    `holdfast window open && holdfast push ${relative(ROOT, image)}`,
  );
  const { token } = await device.openWindow();
  say(`window open under token ${token}; the loop is told: ${(await device.check({ x: 0 })).state}`);
  const progress = createProgress(process.stderr, systemClock);
  const result = await push(device, loadEdition(image), {
    onProgress: (each) => progress.report(each),
  }).finally(() => progress.end());
  say(`${result.bytes} bytes in slot ${result.slot}, read back from flash and found equal`);
}

async function runTrial(device: Device): Promise<void> {
  step('Close the window: the new edition answers, on trial', 'holdfast window close');
  const { epoch, need } = await closeAndActivate(device);
  say(
    `epoch ${epoch} answers; a reset now would bring back the edition before; you may confirm it after ${need} checks`,
  );
  const startMs = systemClock.nowMs();
  for (;;) {
    const { checks } = await device.status();
    if (checks >= need) return say(`it has answered ${checks} checks of the loop`);
    if (systemClock.nowMs() - startMs > TRIAL_MS_MAX) {
      throw new HoldfastError('TOUR', `the edition on trial answered ${checks} of ${need} checks only`, {
        exitCode: 3,
      });
    }
    await sleep(systemClock, 250);
  }
}

async function confirm(device: Device): Promise<void> {
  step('Confirm it in a second window', 'holdfast window open && holdfast confirm && holdfast window close');
  await device.openWindow();
  await device.confirm();
  await device.closeWindow();
  const { outcome, epoch } = await device.outcome();
  say(`epoch ${epoch}: ${outcome}`);
}

async function tourOn(
  controller: ControllerProcess,
  device: Device,
  { first, next, key }: Editions,
): Promise<void> {
  step(
    'The loop of the controller runs; it takes what the test key signed, and nothing else',
    `holdfast controller --image ${relative(ROOT, first)} --key ${relative(ROOT, key)}`,
  );
  say(`pseudo-terminal ${controller.port}, the train drives`);
  await sleep(systemClock, DRIVE_MS);
  const before = await verdictsOf(device, first);
  await showRefusal(device, next);
  setSafeInput(controller.safeInput, 'parked');
  await sleep(systemClock, 100);
  await pushInWindow(device, next);
  await runTrial(device);
  await confirm(device);
  setSafeInput(controller.safeInput, 'moving');
  step(
    'Verdicts of the controller, before and after',
    `holdfast check ${relative(ROOT, next)} --at 12000000`,
  );
  const after = await verdictsOf(device, next);
  showTable(
    ['place, mm', 'epoch 11', 'epoch 12', ''],
    PLACES.map((x, index) => {
      const [old = '', now = ''] = [before[index], after[index]];
      return [x.toLocaleString('en-US'), old, now, old === now ? '' : 'changed'];
    }),
  );
}

async function tour(): Promise<void> {
  const editions = await compileBoth();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tour-'));
  // Also when the reader of the output goes away in the middle.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const controller = await startController({
    image: editions.first,
    keys: [editions.key],
    state: join(folder, 'state'),
  });
  try {
    const device = new Device(new SmpClient(await openSerialTransport({ path: controller.port })));
    try {
      await tourOn(controller, device, editions);
    } finally {
      await device.close();
    }
  } finally {
    await controller.end();
  }
}

const NEXT = `
Done. What to try next:
  npx holdfast audit firmware-maps/rail/rail.next.map.yaml      what the map covers, and what it does not
  npx holdfast controller --image build/tour/rail.img --key build/tour/TEST-KEY.pub.pem --link .holdfast/port
                                                                a controller of your own; in a second terminal:
  echo parked > .holdfast/safe-input                            park it
  npx holdfast push build/tour/rail.next.img --window --port .holdfast/port
  README.md                                                     the five-minute tour, by hand
`;

endOnClosedPipe();
try {
  await tour();
  process.stdout.write(NEXT);
} catch (error) {
  process.exitCode = printError(error, false);
}
