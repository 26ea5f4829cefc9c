import { toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { sha256 } from '../../host/image/sign.ts';
import type { Device } from '../../host/serial/device.ts';
import type { Random } from '../../sim/drill/random.ts';
import type { SimulatedClock } from '../../sim/drill/simulated-clock.ts';
import type { Followed } from '../desired/verify.ts';
import type { Desk } from '../desk/desk.ts';
import type { Remembered } from '../gateway/agent.ts';
import type { Session } from '../station/session-file.ts';
import { Station } from '../station/station.ts';
import { DrillLink } from './link.ts';
import type { DrillPlant } from './plant.ts';

/** A gateway of a drill: the real one, on a disk in memory that outlives it. */

const GONE = 'the gateway is gone';

/** What a gateway keeps when it is killed. */
export interface Disk {
  readonly controllers: Map<string, Remembered>;
  session: Session;
  followed: Followed | null;
  isFull: boolean;
}

export function emptyDisk(): Disk {
  return { controllers: new Map(), session: { epoch: 0, lease: 0 }, followed: null, isFull: false };
}

export interface DrillGateway {
  readonly id: string;
  readonly disk: Disk;
  readonly link: DrillLink;
  /** How far its own clock is off, in milliseconds. */
  wallOffsetMs: number;
  /** It writes nothing more, and says nothing more. */
  kill(): void;
}

export interface DrillGatewayOptions {
  readonly id: string;
  readonly plant: DrillPlant;
  readonly disk: Disk;
  readonly wallOffsetMs: number;
  readonly clock: SimulatedClock;
  readonly random: Random;
  /** The desk of the server that leads; null: none does. */
  readonly desk: () => Desk | null;
  /** Which controller hangs on the line of one, and a client on that line. */
  readonly hangsOn: (controller: string) => string;
  readonly device: (controller: string) => Device;
  readonly onNotice: (who: string, words: string) => void;
  readonly onBroken: (words: string) => void;
}

/** Starts a gateway with what its disk holds. */
export function startGateway(options: DrillGatewayOptions): DrillGateway {
  const { id, plant, disk, clock, random, device, hangsOn, onNotice } = options;
  const { inventory, wallMs, stateText, editions } = plant;
  const devices = new Map<string, Device>();
  const images = new Map([...editions.images.values()].map(({ bytes }) => [toHex(sha256(bytes)), bytes]));
  const link = new DrillLink({
    ...{ gateway: id, desk: options.desk, stateText, clock, random },
    image: (name) => images.get(name) ?? new Uint8Array(),
  });
  let isGone = false;
  const gateway: DrillGateway = {
    ...{ id, disk, link, wallOffsetMs: options.wallOffsetMs },
    kill: () => {
      isGone = true;
      void station.end();
    },
  };
  const station = new Station({
    ...{ gateway: id, inventory, link, clock },
    lines: {
      // A line has one client; what hangs on it now is who is talked to.
      device: async (controller) => {
        const hangs = `${controller} ${hangsOn(controller)}`;
        const known = devices.get(hangs) ?? device(controller);
        devices.set(hangs, known);
        return known;
      },
      drop: async () => devices.clear(),
      close: async () => {},
    },
    ...memoryOf(options, () => isGone),
    wallMs: () => wallMs + clock.nowMs() + gateway.wallOffsetMs,
    random: () => random.below(1000) / 1000,
    onIncident: ({ code, words }) => {
      if (!isGone) onNotice(`gateway ${id}`, `${code}: ${words}`);
    },
    onNote: (words) => {
      if (!isGone && words.includes('gave lease') && disk.session.lease > 1)
        onNotice(`gateway ${id}`, 'it is back, and reported what its journal holds before it acted');
    },
  });
  void station.run();
  return gateway;
}

/** What a gateway keeps, on its disk; one that is gone writes nothing more. */
function memoryOf({ disk, onBroken }: DrillGatewayOptions, isGone: () => boolean) {
  const save = () => {
    if (isGone()) throw new TypeError(GONE);
    if (disk.isFull) throw new HoldfastError('JOURNAL_FAILED', 'the journal cannot be kept', { exitCode: 3 });
  };
  return {
    journal: {
      all: disk.controllers,
      load: (controller: string) => disk.controllers.get(controller) ?? null,
      save: async (controller: string, remembered: Remembered) => {
        save();
        const { fence = 0, seen = 0 } = disk.controllers.get(controller) ?? {};
        if (remembered.fence < fence || remembered.seen < seen) onBroken(`a fence of ${controller} fell`);
        disk.controllers.set(controller, structuredClone(remembered));
      },
    },
    session: {
      load: () => disk.session,
      save: (session: Session) => {
        save();
        disk.session = session;
      },
    },
    followed: {
      load: () => disk.followed,
      save: async (followed: Followed) => {
        save();
        disk.followed = followed;
      },
    },
  };
}
