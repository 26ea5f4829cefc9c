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
