/** What stands in the arena: of which slot, how many bytes, and the checksums that load.ts left for scan.ts to compare with. */
import { ARENA_BYTES, ARENA_LOCATION, BODY_HEADER_AT_CHECKSUM, BODY_MAGIC } from '../format';
import { ASK_NOTHING, Active } from '../check/active';
import { setMapAsk } from '../mode';
import { known } from './known';

/** What a layout writes for check, as offsets in ACTIVE; the words before it change with the mode and are watched there. */
export const LAYOUT_BEGIN: u32 = offsetof<Active>('minimum');
export const LAYOUT_END: u32 = offsetof<Active>();

/** The slot whose edition stands in the arena; NO_SLOT when none does. */
export function loadedSlot(): u32 {
  return known().loadedPlace - 1;
}

/** The slot whose edition is being loaded, or was loaded last; NO_SLOT: none. */
export function loadingSlot(): u32 {
  return known().loadingPlace - 1;
}

export function setLoadingSlot(slot: u32): void {
  known().loadingPlace = slot + 1;
}

/** Leaves the arena without an edition: whatever the mode does, check does not ask it until a whole one is loaded. */
export function unload(): void {
  known().loadedPlace = 0;
  setMapAsk(ASK_NOTHING);
}

/** Takes up that the edition of `slot` stands in the arena whole, with `bytes` of it resident, asked as `ask` says. */
export function arenaHolds(slot: u32, bytes: u32, ask: u32, crcOfLayout: u32): void {
  setMapAsk(ask);
  const now = known();
  now.layoutCrc = crcOfLayout;
  now.residentBytes = bytes;
  now.loadedPlace = slot + 1;
}

/** Bytes of the arena that belong to the edition in it; 0 when there is none. */
export function arenaResidentBytes(): u32 {
  return known().loadedPlace == 0 ? 0 : min(known().residentBytes, ARENA_BYTES);
}

/** Whether the running checksum of what the layout wrote is still what it was then. */
export function layoutIs(crc: u32): bool {
  return crc == known().layoutCrc;
}

/** Whether the arena begins like a body and carries this running checksum. */
export function arenaIs(crc: u32): bool {
  return ~crc == load<u32>(ARENA_LOCATION + BODY_HEADER_AT_CHECKSUM) && load<u32>(ARENA_LOCATION) == BODY_MAGIC;
}
