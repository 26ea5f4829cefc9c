/** A database of a plant, with its tables, for suites that look at what is kept. */
import { chmodSync } from 'node:fs';
import { connect } from '../../../fleet/database/connect.ts';
import { type Embedded, startEmbedded } from '../../../fleet/database/embedded.ts';
import { PgExchange } from '../../../fleet/store/exchange.ts';
import { prepareTables } from '../../../fleet/store/schema.ts';
import { temporaryFolder } from '../../support/command.ts';

export class PlantDatabase {
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #embedded: Embedded;
  readonly pool: ReturnType<typeof connect>;
  readonly exchange: PgExchange;

  private constructor(folder: ReturnType<typeof temporaryFolder>, embedded: Embedded) {
    this.#folder = folder;
    this.#embedded = embedded;
    this.pool = connect(embedded.url, 8, 'test');
    this.exchange = new PgExchange(this.pool, embedded.url);
  }

  static async start(name: string, fleet = 'works'): Promise<PlantDatabase> {
    const folder = temporaryFolder(name);
    // Root starts the database as somebody else, who has to come to it.
    chmodSync(folder.path, 0o711);
    const embedded = await startEmbedded(folder.path);
    // Nothing here is about power cuts, and what is not waited for is fast.
    const first = connect(embedded.url, 1, 'test');
    await first.query('alter role current_user set synchronous_commit = off');
    await first.end();
    const database = new PlantDatabase(folder, embedded);
    await prepareTables(database.pool, fleet);
    return database;
  }

  get url(): string {
    return this.#embedded.url;
  }

  async count(table: string, where = 'true'): Promise<number> {
    const text = `select count(*)::integer as count from fleet.${table} where ${where}`;
    return (await this.pool.query<{ count: number }>(text)).rows[0]?.count ?? -1;
  }

  async end(): Promise<void> {
    await this.exchange.close();
    await this.pool.end();
    await this.#embedded.stop();
    this.#folder.remove();
  }
}
