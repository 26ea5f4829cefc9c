/** What the page of a plant is told by its server, and draws. All texts are to be shown as text. Moments are milliseconds since 1970. */

/** How much of a person's attention something wants: `alarm` first. */
export type Rank = 'alarm' | 'open' | 'waits' | 'well';

export interface CellRow {
  readonly cell: string;
  readonly site: string;
  readonly rank: Rank;
  readonly mixed: boolean;
  /** Whether somebody carries to it what is signed. */
  readonly held: boolean;
  /** Where it stands, in words. */
  readonly words: string;
  /** Since when its machines are waited for to be parked; null: they are not. */
  readonly parkingSinceMs: number | null;
  /** When that is given up; null: with the last attempt, or they are not waited for. */
  readonly parkingUntilMs: number | null;
  /** What to do; empty: nothing. */
  readonly remedy: string;
}

export interface ControllerRow {
  readonly controller: string;
  readonly cell: string;
  readonly gateway: string;
  /** Epoch that runs; null: it was never read, or runs none. */
  readonly epoch: number | null;
  readonly trial: boolean;
  /** When it was read; null: never. */
  readonly readMs: number | null;
  /** What keeps it, or what was given up: a sentence; empty: nothing. */
  readonly words: string;
  readonly rank: Rank;
}

export interface IncidentRow {
  readonly id: number;
  readonly atMs: number;
  readonly words: string;
  readonly remedy: string;
}

export interface GatewayRow {
  readonly gateway: string;
  readonly seenMs: number | null;
}

/** The last deep check of a site. */
export interface CheckRow {
  readonly site: string;
  /** The moment for which the site has it. */
  readonly dueMs: number;
  readonly rank: Rank;
  readonly words: string;
}

export interface PlantPicture {
  readonly fleet: string;
  /** The clock of the database when this was so. */
  readonly nowMs: number;
  /** In words: who leads, and the rollout. */
  readonly server: string;
  readonly rollout: string;
  /** How far traffic lags, a sentence each. */
  readonly lag: readonly string[];
  readonly gateways: readonly GatewayRow[];
  readonly incidents: readonly IncidentRow[];
  readonly checks: readonly CheckRow[];
  /** Mixed ones first, then what failed, what is open, what waits, what is well. */
  readonly cells: readonly CellRow[];
  readonly controllers: readonly ControllerRow[];
}
