import { HoldfastError } from '../../host/common/errors.ts';
import { type DesiredState, timestampOf, type WantedImage } from '../desired/state.ts';
import type { Inventory } from '../inventory/model.ts';
import type { Order } from '../order/order.ts';

/** Whether a gateway may do what a server asks for: only on its own controllers, and only with editions that were signed for them. */

export interface VetContext {
  readonly gateway: string;
  readonly inventory: Inventory;
  /** The state that this gateway follows; null: none yet. */
  readonly state: DesiredState | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Acts that change what a controller will run. Confirming keeps what was activated while the state was valid. */
const EXPIRING: ReadonlySet<Order['act']> = new Set(['stage', 'mark', 'close']);

/** Codes of what no server of this fleet asks for: a person is told. */
export const SUSPICIOUS: ReadonlySet<string> = new Set([
  'ORDER_FOREIGN',
  'ORDER_UNSIGNED',
  'STATE_NOT_YET',
  'STATE_EXPIRED',
]);

/**
 * The image that an order is about; null: none.
 * @throws HoldfastError ORDER_FOREIGN, STATE_MISSING, ORDER_UNSIGNED, STATE_NOT_YET or STATE_EXPIRED
 */
export function vetOrder({ controller, act, hash }: Order, context: VetContext): WantedImage | null {
  const { gateway, inventory, state, nowMs } = context;
  const known = inventory.controllers.get(controller);
  if (known?.gateway !== gateway) {
    const words = `An order to ${act} is about ${controller}, which does not hang on gateway ${gateway}.`;
    throw no('ORDER_FOREIGN', words, 'See that server and gateway have the same inventory.');
  }
  if (hash === '') return null;
  if (state === null) {
    const words =
      'The server names no state that this gateway may follow, so no edition is known to be signed.';
    throw no('STATE_MISSING', words, 'Give the server a state that is signed and valid.');
  }
  const wanted = state.maps.find(({ map, device }) => map === known.map && device === known.device);
  const image = [wanted?.edition, wanted?.reissue].find((entry) => entry?.hash === hash);
  if (image === undefined) {
    const words = `An order to ${act} is about an edition of ${controller} that state ${state.sequence} does not name.`;
    throw no('ORDER_UNSIGNED', words, 'Sign what is wanted; if it is, see who gives such orders.');
  }
  if (nowMs < state.issuedMs && EXPIRING.has(act)) {
    const words = `State ${state.sequence} is valid from ${timestampOf(state.issuedMs)}, and the clock is before that.`;
    throw no('STATE_NOT_YET', words, 'Set the clock of this computer.');
  }
  if (nowMs >= state.expiresMs && EXPIRING.has(act)) {
    const words = `State ${state.sequence} expired at ${timestampOf(state.expiresMs)}.`;
    throw no(
      'STATE_EXPIRED',
      words,
      'Sign a new one; if it has not expired, set the clock of this computer.',
    );
  }
  return image;
}

function no(code: string, message: string, remedy: string): HoldfastError {
  return new HoldfastError(code, message, { remedy, exitCode: 1 });
}
