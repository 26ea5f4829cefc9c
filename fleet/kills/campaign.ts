import { Random } from '../../sim/drill/random.ts';
import { databaseUrl } from '../database/places.ts';
import { writePlantFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { CONTROLLERS, Rounds } from './rounds.ts';
import { ServerProcess } from './server-process.ts';

/**
 * Servers are killed with kill -9 at effects on controllers that chance names, again and again, while rollouts go on. In the end each
 * controller runs what it should, and each effect came to it exactly as often as without a kill.
 */

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  /** A folder that is empty. */
  readonly folder: string;
  /** Null: the embedded database. */
  readonly databaseUrl: string | null;
  /** Whether gateways ask at the door of the server, over HTTPS, or at its store. */
  readonly door: boolean;
  /** The program of the fleet. */
  readonly program: string;
  readonly onNote: (words: string) => void;
}

export interface Campaign {
  readonly kills: number;
  /** Of these, with all that started the server, and the embedded database. */
  readonly killedWhole: number;
  readonly rollouts: number;
  readonly controllers: number;
  readonly effects: number;
  /** Controllers to which an effect came more or less often than it does without a kill. */
  readonly repeated: number;
  /** From a kill to the next order of the next server, in milliseconds. */
  readonly resumedMs: { readonly median: number; readonly most: number };
  /** What must not be, a sentence each. */
  readonly broken: readonly string[];
}

/** Effects between two kills. */
const BETWEEN = { least: 1, most: 14 };
/** One kill in so many ends everything. */
const WHOLE_ONCE_IN = 5;

export async function runKills(options: CampaignOptions): Promise<Campaign> {
  const { folder, kills, onNote, program } = options;
  writePlantFolder(folder, options.door);
  const port = options.door ? await freePort() : null;
  const door = port === null ? [] : ['--listen', `127.0.0.1:${port}`];
  const server = new ServerProcess([program, 'up', folder, ...door], options.databaseUrl);
  try {
    if (!(await server.until(() => server.epoch > 0)))
      throw new Error(`no server leads: ${server.said.join('; ')}`);
    const killer = new Killer(server, new Random(options.seed));
    const url = databaseUrl(folder, options.databaseUrl ?? undefined);
    const rounds = await Rounds.open({ folder, url, hooks: killer, port });
    let [effects, repeated] = [0, 0];
    const broken: string[] = [];
    try {
      // The first one is without a kill.
      do {
        const round = await rounds.run();
        killer.resume();
        effects += round.effects;
        repeated += round.repeated;
        broken.push(...round.broken);
        onNote(`${killer.kills} of ${kills} kills, ${rounds.count} rollouts`);
        killer.arm();
      } while (killer.kills < kills && broken.length === 0);
    } finally {
      await rounds.close();
    }
    const counts = { kills: killer.kills, killedWhole: killer.killedWhole, rollouts: rounds.count };
    return { ...counts, controllers: CONTROLLERS, effects, repeated, resumedMs: killer.resumed(), broken };
  } finally {
    await server.stop();
  }
}

class Killer {
  readonly #server: ServerProcess;
  readonly #random: Random;
  readonly #resumedMs: number[] = [];
  kills = 0;
  killedWhole = 0;
  /** Effects until the next kill; null: none comes. */
  #left: number | null = null;
  #when: 'before' | 'after' = 'before';
  /** The kill after which nothing was asked yet; null: a server is at work. */
  #killed: { readonly atMs: number; readonly epoch: number } | null = null;

  constructor(server: ServerProcess, random: Random) {
    this.#server = server;
    this.#random = random;
  }

  arm(): void {
    this.#left = this.#random.between(BETWEEN.least, BETWEEN.most);
    this.#when = this.#random.onceIn(2) ? 'before' : 'after';
  }

  readonly onEffect = (when: 'before' | 'after'): void => {
    if (when !== this.#when || this.#left === null || this.#killed !== null) return;
    this.#left--;
    if (this.#left > 0) return;
    this.#killed = { atMs: performance.now(), epoch: this.#server.epoch };
    this.kills++;
    if (this.#random.onceIn(WHOLE_ONCE_IN)) {
      this.killedWhole++;
      this.#server.killAll();
    } else {
      this.#server.killServer();
    }
  };

  readonly onOrder = (epoch: number): void => {
    if (this.#killed !== null && epoch > this.#killed.epoch) this.resume();
  };

  /** The next server is at work, or there was nothing left to do. */
  resume(): void {
    if (this.#killed === null) return;
    this.#resumedMs.push(performance.now() - this.#killed.atMs);
    this.#killed = null;
    this.arm();
  }

  resumed(): Campaign['resumedMs'] {
    const sorted = this.#resumedMs.toSorted((a, b) => a - b);
    return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
  }
}
