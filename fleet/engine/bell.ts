/** What waits in this process for something to happen, by name. What it waits for is kept in the database; here it is only roused. */
export class Bell {
  readonly #known = new Set<string>();
  /** Since when, by the clock of this process. */
  readonly #rung = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();

  /** Who did not look yet finds by the first look what there is, so a name that nobody knows does not ring. */
  ring(key: string): void {
    if (!this.#known.has(key)) return;
    if (!this.#rung.has(key)) this.#rung.set(key, performance.now());
    this.#waiting.get(key)?.();
  }

  /** Rings all names that begin so. */
  ringAll(start: string): void {
    for (const key of this.#known) if (key.startsWith(start)) this.ring(key);
  }

  /** Names that rang longer ago than some time, and nobody looked since. */
  unheard(ms: number): readonly string[] {
    return [...this.#rung].filter(([, sinceMs]) => performance.now() - sinceMs > ms).map(([key]) => key);
  }

  /** Called before it is looked what there is: what rings from then on ends the next wait. */
  look(key: string): void {
    this.#known.add(key);
    this.#rung.delete(key);
  }

  /** Nobody waits under this name any more. */
  forget(key: string): void {
    this.#known.delete(key);
    this.#rung.delete(key);
  }

  /**
   * Resolves when the name rings, or after some time (null: only then); true when it rang. At once for a name under which this process did
   * not look yet: a course that is taken up again passes the waits that it had before.
   */
  async wait(key: string, ms: number | null): Promise<boolean> {
    if (!this.#known.has(key)) return false;
    if (this.#rung.has(key)) return true;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiting.set(key, resolve);
      if (ms !== null) timer = setTimeout(resolve, Math.min(Math.max(0, ms), TIMER_MS_MAX));
    });
    clearTimeout(timer);
    this.#waiting.delete(key);
    return this.#rung.has(key);
  }
}

/** A longer timer fires at once; who is roused early looks, and waits again. */
const TIMER_MS_MAX = 2 ** 31 - 1;
