/**
 * What the core asks of the machine under it: flash, the serial line, the safe input, ticks, reset, and how long things take.
 * docs/SPEC.md section 6.
 * These are the module's only imports; check, checkInvalid and verdict call none of them.
 */
import { AREAS, GEOMETRY_AT_AREA_BYTES, GEOMETRY_AT_SECTOR_BYTES, GEOMETRY_LOCATION, Geometry, PAGE_BYTES, SECTORS_MAX } from './format';

/** Reads from flash into memory; 0 done. */
@external('port', 'flashRead')
export declare function flashRead(area: u32, offset: u32, destination: u32, bytes: u32): u32;
/** Erases the one sector at `offset`; 0 done. */
@external('port', 'flashErase')
export declare function flashErase(area: u32, offset: u32): u32;
/** Programs whole, erased program units; 0 done. */
@external('port', 'flashProgram')
export declare function flashProgram(area: u32, offset: u32, source: u32, bytes: u32): u32;
/** Offers bytes to the serial line; gives how many it took, without waiting. */
@external('port', 'serialWrite')
export declare function serialWrite(source: u32, bytes: u32): u32;
/** 1 when the machine is parked; an unconnected input reads 0. */
@external('port', 'safeInput')
export declare function safeInput(): u32;
/** The device's own tick counter; wraps at 2^32. */
@external('port', 'ticks')
export declare function ticks(): u32;
/** Resets the device. May return; the reset then follows. */
@external('port', 'reset')
export declare function reset(): void;
/** A free-running counter of the processor's clock cycles; wraps at 2^32. Always 0 where there is none. */
@external('port', 'cycles')
export declare function cycles(): u32;
/** Counts of that counter a second; 0 where there is none. */
@external('port', 'cycleRate')
export declare function cycleRate(): u32;
/** 0 holds interrupts back, 1 puts them back as they were. */
@external('port', 'interrupts')
export declare function interrupts(pass: u32): void;
/** Calls a function as the loop calls it between two readings of the counter; gives their difference. docs/SPEC.md section 6. */
@external('port', 'timed')
export declare function timed(what: u32, words: u32): u32;

/**
 * Flash geometry, filled by the port before boot:
 *
 *     ┌───────────────┬─────────────┬─────────────────────────────────┬────────────────────────┐
 *     │ program bytes │ erased byte │ bytes of a sector of area 0 … 4 │ bytes of area 0 … 4    │   u32 each
 *     └───────────────┴─────────────┴─────────────────────────────────┴────────────────────────┘
 */
export function programBytes(): u32 {
  return changetype<Geometry>(GEOMETRY_LOCATION).programBytes;
}

export function erasedByte(): u32 {
  return changetype<Geometry>(GEOMETRY_LOCATION).erasedByte & 0xff;
}

/** Bytes of each sector of an area. */
export function sectorBytes(area: u32): u32 {
  return load<u32>(GEOMETRY_LOCATION + (min(area, AREAS - 1) << 2), GEOMETRY_AT_SECTOR_BYTES);
}

export function areaBytes(area: u32): u32 {
  return load<u32>(GEOMETRY_LOCATION + (min(area, AREAS - 1) << 2), GEOMETRY_AT_AREA_BYTES);
}

/** Whether the areas can be worked with: whole sectors of whole program units, two or more each. */
export function geometryHolds(): bool {
  const unit = programBytes();
  if (unit == 0 || unit > PAGE_BYTES || (unit & (unit - 1)) != 0) return false;
  for (let area: u32 = 0; area < AREAS; area++) {
    const sector = sectorBytes(area);
    if (sector < PAGE_BYTES || sector % PAGE_BYTES != 0) return false;
    const bytes = areaBytes(area);
    if (bytes % sector != 0 || bytes / sector < 2 || bytes / sector > SECTORS_MAX) return false;
  }
  return true;
}
