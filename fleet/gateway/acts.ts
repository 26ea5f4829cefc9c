import { sleep } from '../../host/common/clock.ts';
import type { Device } from '../../host/serial/device.ts';
import { mark, stage } from '../../host/serial/push.ts';
import type { Act, Order, Reading } from '../order/order.ts';
import { examine } from './examine.ts';
import type { HeldImage } from './held-image.ts';

/** Acts on a controller. Each looks before it writes, so that one that is asked for again does nothing twice. */

/** How long an activation is waited for: the device examines the edition once more, signature included. */
const ACTIVATION_MS_MAX = 10_000;
const POLL_MS = 100;

export interface Acting {
  readonly device: Device;
  readonly order: Order;
  /** Null for acts that need none. */
  readonly image: HeldImage | null;
  /** What was read just before. */
  readonly before: Reading;
  /** Called before anything is written, each time: throws when this gateway may not act any more. */
  readonly guard: () => Promise<void>;
}

export const ACT: Readonly<Record<Act, (acting: Acting) => Promise<void>>> = {
  async read() {},

  async examine(acting) {
    await examine(acting.device, requireImage(acting));
  },

  async stage(acting) {
    const { device, order, before } = acting;
    if (before.pending || before.armed) await revertIn(acting);
    await inWindow(acting, async () => {
      const { hash } = requireImage(acting);
      if (order.force) await device.force(hash);
      await stage(device, requireImage(acting));
    });
  },

  async open(acting) {
    await openWindow(acting);
  },

  async mark(acting) {
    const { hash } = requireImage(acting);
    await acting.guard();
    if (acting.order.force) await acting.device.force(hash);
    await mark(acting.device, hash);
  },

  async close({ device, before, guard }) {
    await guard();
    if (before.window) await device.closeWindow();
    await activated(device);
  },

  async confirm(acting) {
    await inWindow(acting, () => acting.device.confirm(Buffer.from(acting.order.hash, 'hex')));
  },

  async revert(acting) {
    await revertIn(acting);
  },

  async leave({ device, before, guard }) {
    if (!before.window) return;
    await guard();
    await device.closeWindow({ activate: false });
  },
};

function requireImage({ image, order }: Acting): HeldImage {
  if (image !== null) return image;
  throw new TypeError(`${order.act} needs an image`);
}

async function revertIn(acting: Acting): Promise<void> {
  const { trial, pending, armed } = acting.before;
  await inWindow(acting, async () => {
    if (trial || pending || armed) await acting.device.revert();
  });
}

/** Opens a window unless this gateway holds one already. */
async function openWindow({ device, guard }: Acting): Promise<void> {
  const { mode, token } = await device.status();
  if (mode === 'window' && token === device.token) return;
  await guard();
  await device.openWindow();
}

/** Runs `act` in a window of its own, which activates nothing when it closes, whatever becomes of the act. */
async function inWindow(acting: Acting, act: () => Promise<unknown>): Promise<void> {
  await openWindow(acting);
  try {
    await acting.guard();
    await act();
  } finally {
    await acting.device.closeWindow({ activate: false });
  }
}

async function activated(device: Device): Promise<void> {
  const startMs = device.clock.nowMs();
  while ((await device.status()).stage === 'armed' && device.clock.nowMs() - startMs < ACTIVATION_MS_MAX)
    await sleep(device.clock, POLL_MS);
}
