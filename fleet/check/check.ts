import type { DesiredState, Wanted } from '../desired/state.ts';
import type { Controller } from '../inventory/model.ts';
import type { Order, Reading, Report } from '../order/order.ts';

/**
 * Controllers looked at one by one, against what is signed and against what was recorded. What a record says was done counts for nothing
 * here: a success that is not on the device any more is what this is for.
 */

/**
 * `right`: it runs the edition, and with a deep check its flash holds that, byte by byte. `reissue`: the same of the reissue. `trial`:
 * right, and not confirmed. `other`: another edition. `damaged`: other bytes than it says. `unread`: it could not be read. `not-named`: the
 * state names no edition for it.
 */
export type Verdict = 'right' | 'reissue' | 'trial' | 'other' | 'damaged' | 'unread' | 'not-named';

export interface CheckedController {
  readonly controller: string;
  readonly cell: string;
  readonly verdict: Verdict;
  /** A sentence; empty when it is right. */
  readonly words: string;
  /** What was recorded as done and is not so, a sentence; empty: nothing. */
  readonly orphaned: string;
}

export interface CheckOptions {
  readonly controllers: readonly Controller[];
  readonly state: Pick<DesiredState, 'maps'>;
  /** Whether flash is read back and compared, or only what controllers say. */
  readonly deep: boolean;
  /** What each was reported to run for good, by hash; one that is missing was never reported. */
  readonly recorded: ReadonlyMap<string, string>;
  /** Above all ids that were given to these controllers; each gets two at most. */
  readonly firstId: number;
  readonly carryOut: (order: Omit<Order, 'fence'>) => Promise<Report>;
}

/** In the order that was given. Controllers of one gateway are looked at in parallel, each on its own line. */
export function checkControllers(options: CheckOptions): Promise<CheckedController[]> {
  const { controllers, state, firstId } = options;
  return Promise.all(
    controllers.map((controller, at) => {
      const wanted = state.maps.find(
        ({ map, device }) => map === controller.map && device === controller.device,
      );
      return checkOne(controller, wanted, firstId + 2 * at, options);
    }),
  );
}

async function checkOne(
  { id: controller, cell }: Controller,
  wanted: Wanted | undefined,
  id: number,
  { deep, recorded, carryOut }: CheckOptions,
): Promise<CheckedController> {
  const act = deep && wanted !== undefined ? 'examine' : 'read';
  const ask = (at: number, hash: string) => carryOut({ id: at, controller, act, hash, force: false });
  const first = await ask(id, act === 'examine' ? (wanted?.edition.hash ?? '') : '');
  // Who runs the reissue is examined against that.
  const isReissue = wanted !== undefined && first.reading?.running === wanted.reissue.hash;
  const report = act === 'examine' && isReissue ? await ask(id + 1, wanted.reissue.hash) : first;
  const { verdict, words } = judge(report, wanted);
  return {
    controller,
    cell,
    verdict,
    words,
    orphaned: orphanedWords(recorded.get(controller), report.reading),
  };
}

/** What a report says of a controller, against what is signed. */
export function judge(
  report: Report,
  wanted: Wanted | undefined,
): Pick<CheckedController, 'verdict' | 'words'> {
  const { end, code, words, reading } = report;
  if (code === 'MAP_DAMAGED') return { verdict: 'damaged', words };
  if (code === 'RUNS_OTHER' || code === 'RUNS_NOTHING') return { verdict: 'other', words };
  if (end !== 'done' || reading === null)
    return { verdict: 'unread', words: words === '' ? 'It could not be read.' : words };
  if (wanted === undefined) return { verdict: 'not-named', words: 'The state names no edition for it.' };
  const isEdition = reading.running === wanted.edition.hash;
  if (!isEdition && reading.running !== wanted.reissue.hash)
    return {
      verdict: 'other',
      words: `It runs epoch ${reading.epoch}, and should run ${wanted.edition.epoch}.`,
    };
  if (reading.trial)
    return {
      verdict: 'trial',
      words: `${reading.checks} of ${reading.need} checks are answered, and nobody confirmed it.`,
    };
  return { verdict: isEdition ? 'right' : 'reissue', words: '' };
}

/** What was recorded and is not so, a sentence; empty: nothing. */
export function orphanedWords(recorded: string | undefined, reading: Reading | null): string {
  if (recorded === undefined || reading === null || reading.running === recorded) return '';
  return `It was reported to run ${recorded.slice(0, 8)}… for good, and runs ${
    reading.running === '' ? 'nothing' : `${reading.running.slice(0, 8)}… (epoch ${reading.epoch})`
  }.`;
}

/** Whether nothing needs a person. */
export function isRight({ verdict, orphaned }: CheckedController): boolean {
  return (verdict === 'right' || verdict === 'reissue') && orphaned === '';
}
