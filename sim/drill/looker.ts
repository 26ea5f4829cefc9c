/** Looks at a device after a start: which edition answers, and whether all of it is there. */
import { stateName, unpackWord } from '../../host/body/words.ts';
import { GROUP, HOLDFAST } from '../../host/format.ts';
import type { DrillDevice } from './drill-device.ts';
import type { DrillEdition } from './editions.ts';
import type { Seen } from './promise.ts';

/** Of what became of editions, the newest that are looked at after each start. */
const OUTCOMES_LOOKED_AT = 2;

interface Expected {
  readonly edition: DrillEdition;
  /** The words that `check` gives at the places of the edition. */
  readonly words: readonly number[];
}

export class Looker {
  readonly #expected: ReadonlyMap<number, Expected>;

  constructor(editions: readonly DrillEdition[]) {
    this.#expected = new Map(
      editions.map((edition) => [
        edition.epoch,
        { edition, words: edition.places.map((place) => edition.core.check(0, place)) },
      ]),
    );
  }

  look(device: DrillDevice): Seen {
    const epoch = device.stateOf('epoch');
    const trial = device.stateOf('onTrial') === 1;
    const reason = device.reason || device.stateOf('faultReason');
    const torn = reason === 0 ? this.#torn(device, epoch) : '';
    return { reason, epoch, trial, torn, past: historyOf(device, OUTCOMES_LOOKED_AT) };
  }

  /** What `check` answers that no edition (or `only` that one) says, and that is neither FAULT nor MAINTENANCE; null: nothing. */
  wrongAnswer(device: DrillDevice, only: DrillEdition | null = null): string | null {
    const { core } = device;
    const isRight = [...this.#expected.values()].some(({ edition, words }) => {
      const mayAnswer = only === null || device.stateOf('epoch') === only.epoch;
      return edition.places.every((place, index) => {
        const word = core.check(0, place, 0) >>> 0;
        return (mayAnswer && word === words[index]) || isHeld(word);
      });
    });
    return isRight ? null : `answers as ${only === null ? 'no' : 'another'} edition does`;
  }

  #torn(device: DrillDevice, epoch: number): string {
    const expected = this.#expected.get(epoch);
    if (expected === undefined) return `epoch ${epoch} answers, which nobody made`;
    const { edition, words } = expected;
    const { core } = device;
    for (const [index, place] of edition.places.entries()) {
      const word = core.check(0, place, 0) >>> 0;
      if (word !== words[index]) return `epoch ${epoch} answers ${word.toString(16)} at ${place}`;
      core.verdict(word, place, 0);
      if (!sameVerdict(device, edition, word, place))
        return `epoch ${epoch} tells another verdict at ${place}`;
    }
    return isInASlot(device, edition.bytes) ? '' : `no slot holds epoch ${epoch}, which answers`;
  }
}

/** Whether a word comes from no map: FAULT, or MAINTENANCE. */
function isHeld(word: number): boolean {
  const name = stateName(unpackWord(word).state);
  return name === 'fault' || name === 'maintenance';
}

function sameVerdict(device: DrillDevice, { core }: DrillEdition, word: number, place: number): boolean {
  core.verdict(word, place);
  const bytes = core.verdictStruct();
  const at = device.core.verdictAt;
  return Buffer.compare(bytes, device.core.bytes.subarray(at, at + bytes.length)) === 0;
}

function isInASlot({ flash }: DrillDevice, image: Uint8Array): boolean {
  const [slotBytes] = flash.geometry.areaBytes;
  const found = new Uint8Array(image.length);
  return [0, slotBytes].some((start) => {
    flash.copy(start, found);
    return Buffer.compare(found, image) === 0;
  });
}

/**
 * What a device says of the past, the newest first, at most `most` outcomes: of each `outcome:epoch:reason:start`. It must be one for ever,
 * until something else becomes of an edition.
 */
export function historyOf(device: DrillDevice, most = 4): string {
  const told: string[] = [];
  for (let back = 0; told.length < most; ) {
    const answer = device.read(GROUP.holdfast, HOLDFAST.history, { back });
    const fields = ['outcome', 'epoch', 'reason', 'boots'].map((name) => answer.get(name));
    if (answer.has('outcome')) told.push(fields.join(':'));
    const next = answer.get('next');
    if (typeof next !== 'number' || next <= back) break;
    back = next;
  }
  return told.join(' ');
}
