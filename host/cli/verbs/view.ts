/** `holdfast view`: a page of what a device does, for the browser of this computer. */

import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { saidPlace } from '../../controller/said-place.ts';
import { readMap } from '../../image/read-partition.ts';
import { createLivePage } from '../../report/html.ts';
import { createLivePlanePage } from '../../report/plane-html.ts';
import type { Device } from '../../serial/device.ts';
import { isPlane } from '../../source/plane-model.ts';
import { Follower, type Told } from '../../view/follower.ts';
import { serveView } from '../../view/server.ts';
import {
  addDeviceOptions,
  type DeviceOptions,
  parseCount,
  printResult,
  withDevice,
} from '../common/device.ts';
import type { Line } from '../common/output.ts';
import { activeSlot, pullSlot } from '../common/pulling.ts';
import { historyOf, statusOf } from './status.ts';

interface ViewOptions extends DeviceOptions {
  readonly http: number;
}

const HELP = `
Reads the running edition back, and serves a page of it at 127.0.0.1 until Ctrl-C: the map, the verdict of the device, mode, lease, trial,
and what became of the last editions. Nothing is written to the device. Where the machine is, its firmware says in lines of text between
two frames: "x=5050000 phase=0", with what the loop passes to check; on a plane "x=12000 y=4500 phase=0". The virtual controller does that
with --say-place.

Examples:
  holdfast view --port /dev/ttyACM0
  holdfast controller --image rail.img --development --link .holdfast/port --say-place
  holdfast view --port .holdfast/port --http 8080`;

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_EVERY_MS = 300;
/** Of the last editions, what became of so many. */
const OUTCOMES_MAX = 4;
/** Where the values of `status` begin. */
const VALUE_COLUMN = 9;
const HTTP_PORT_MAX = 65_535;

export function register(program: Command): void {
  const command = program
    .command('view')
    .description('a page that shows what a device does, on this computer');
  command.addOption(
    new Option('--http <port>', 'TCP port of the page; any that is free unless given')
      .argParser(parseHttpPort)
      .default(0, 'free'),
  );
  addDeviceOptions(command).addHelpText('after', HELP).action(run);
}

function parseHttpPort(text: string): number {
  const port = parseCount(text);
  if (port > HTTP_PORT_MAX) throw new InvalidArgumentError(`It must be 0 to ${HTTP_PORT_MAX}.`);
  return port;
}

async function run(options: ViewOptions): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  for (const signal of END_SIGNALS) process.on(signal, stop);
  let follower: Follower | null = null;
  const onLog = (line: string, isWhole: boolean) => {
    const place = isWhole ? saidPlace(line) : null;
    if (place !== null) follower?.said(place);
  };
  try {
    await withDevice(
      options,
      async (device, port) => {
        const followed = followerOf(device, port);
        follower = followed;
        const shown = { page: () => followed.page, state: () => followed.state };
        const server = await serveView(shown, options.http);
        try {
          await followed.look();
          printResult(options, { port, url: server.url }, [`${server.url} shows what ${port} does`]);
          while (!end.signal.aborted) {
            await wait(LOOK_EVERY_MS, undefined, { signal: end.signal }).catch(() => {});
            await followed.look();
          }
        } finally {
          await server.close();
        }
      },
      { onLog },
    );
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, stop);
  }
}

function followerOf(device: Device, port: string): Follower {
  const tell = async (): Promise<Told> => {
    const { value, words } = await statusOf(device, port);
    const past = await historyOf(device, port);
    const outcomes = past.words.slice(0, OUTCOMES_MAX).map((line) => ['became', textOf(line)] as const);
    const rows = words.map((line) =>
      typeof line === 'string'
        ? ([line.slice(0, VALUE_COLUMN).trim(), line.slice(VALUE_COLUMN)] as const)
        : (['attention', line.alarm] as const),
    );
    return { status: value, rows: [...rows.filter(([name]) => name !== 'port'), ...outcomes] };
  };
  const read = async () => {
    const image = await pullSlot(device, await activeSlot(device));
    const map = readMap(image);
    const page = isPlane(map) ? await createLivePlanePage(map, image) : await createLivePage(map, image);
    return { map, page };
  };
  return new Follower({ device, tell, read });
}

function textOf(line: Line): string {
  return typeof line === 'string' ? line : line.alarm;
}
