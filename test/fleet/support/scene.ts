/** A live plant with its database, and servers that a test does things to. */
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Embedded, startEmbedded } from '../../../fleet/database/embedded.ts';
import { writePlantFolder } from '../../../fleet/kills/folder.ts';
import { CONTROLLERS, EFFECTS_A_CONTROLLER, type RoundHooks, Rounds } from '../../../fleet/kills/rounds.ts';
import { ServerProcess } from '../../../fleet/kills/server-process.ts';
import { packageUrl } from '../../../host/common/root.ts';
import { temporaryFolder } from '../../support/command.ts';

const MAIN = fileURLToPath(packageUrl('build/js/fleet/cli/main.js'));

export class Scene {
  readonly folder = temporaryFolder('scene');
  readonly plant: string;
  readonly #servers: ServerProcess[] = [];
  #rounds: Rounds | null = null;
  #database: Embedded | null = null;
  /** Called at the effect with this number, once. */
  #hook: { at: number; act: () => void } | null = null;
  #effects = 0;

  constructor() {
    // Root starts the database as somebody else, who has to come to it.
    chmodSync(this.folder.path, 0o711);
    this.plant = this.folder.at('plant');
    writePlantFolder(this.plant, false);
  }

  /** The database stands apart from servers, as one that somebody else runs. `plant`: where its data are. */
  async startDatabase(place = this.folder.at('database')): Promise<Embedded> {
    this.#database = await startEmbedded(place);
    return this.#database;
  }

  get database(): Embedded {
    if (this.#database === null) throw new TypeError('the database runs');
    return this.#database;
  }

  /** `url`: by which way it reaches the database. */
  startServer(url = this.database.url): ServerProcess {
    const server = new ServerProcess([MAIN, 'up', this.plant, '--http', '127.0.0.1:0'], url);
    this.#servers.push(server);
    return server;
  }

  /** A server that leads. */
  async startLeader(url?: string): Promise<ServerProcess> {
    const server = this.startServer(url);
    expect(await server.until(() => server.epoch > 0), server.said.join('\n')).toBe(true);
    return server;
  }

  /** At the effect of this number in the next rollout, something happens. */
  at(effect: number, act: () => void): void {
    this.#hook = { at: effect, act };
    this.#effects = 0;
  }

  /** A whole rollout: every cell confirmed, every controller read, every effect once, and nobody told anything. */
  async rollOut(): Promise<void> {
    const hooks: RoundHooks = { onEffect: (when) => this.#onEffect(when), onOrder: () => {} };
    this.#rounds ??= await Rounds.open({ folder: this.plant, url: this.database.url, hooks, port: null });
    const round = await this.#rounds.run();
    expect(round.broken, this.#servers.map(({ said }) => said.join('\n')).join('\n--\n')).toEqual([]);
    expect(round).toMatchObject({ repeated: 0, effects: CONTROLLERS * EFFECTS_A_CONTROLLER });
    expect(this.#hook, 'what was to happen did').toBeNull();
  }

  #onEffect(when: 'before' | 'after'): void {
    if (when !== 'before' || this.#hook === null) return;
    this.#effects++;
    if (this.#effects < this.#hook.at) return;
    const { act } = this.#hook;
    this.#hook = null;
    act();
  }

  async end(): Promise<void> {
    await this.#rounds?.close();
    for (const server of this.#servers) await server.stop();
    await this.#database?.stop();
    this.folder.remove();
  }
}
