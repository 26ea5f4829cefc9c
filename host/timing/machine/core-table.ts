/**
 * Cores as tables: what each kind of instruction costs, in cycles, where that stands, and what the figures were compared with. Memory
 * answers at once; what a device's memory adds stands in its own rows.
 */

/** Memory of a device that is not RAM without wait states. */
export interface DeviceRow {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Cycles of an access beyond those of the instruction. null: the analysis declines it. */
  readonly loadCycles: number | null;
  readonly storeCycles: number | null;
  readonly source: string;
}

/** What every core's table says; the rows are those of its architecture. */
export interface CoreTable {
  readonly id: string;
  readonly title: string;
  /** Version of the table; a report names it. */
  readonly version: number;
  /** What the figures were compared with. */
  readonly comparedWith: string;
  readonly devices: readonly DeviceRow[];
}

/** Where the figures of a device come from that a core's table does not have. */
const GIVEN = 'as it was given with the program';

/** The core with devices that somebody names: a row of the same place is theirs. Cycles are those beyond the instruction's. */
export function withDevices<Core extends CoreTable>(
  core: Core,
  given: readonly Omit<DeviceRow, 'name' | 'source'>[],
): Core {
  const rows = given.map((row, index) => ({ ...row, name: `device ${index + 1}`, source: GIVEN }));
  const kept = core.devices.filter(({ from, to }) => rows.every((row) => row.from >= to || row.to <= from));
  return { ...core, devices: [...kept, ...rows] };
}

/** The rows that somebody named, in words. */
export function givenDevices({ devices }: CoreTable): string[] {
  const hex = (address: number) => `0x${address.toString(16)}`;
  return devices
    .filter(({ source }) => source === GIVEN)
    .map(
      ({ name, from, to, loadCycles, storeCycles }) =>
        `${name} is at ${hex(from)} to ${hex(to - 1)}; a load takes ${loadCycles ?? 0} cycles more there, a store ${storeCycles ?? 0}`,
    );
}
