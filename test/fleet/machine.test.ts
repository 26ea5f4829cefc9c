/** The machine of a cell by itself: no core, no clock, only reports and moments. */
import { describe, expect, test } from 'vitest';
import { beginCell, stepCell } from '../../fleet/cell/machine.ts';
import type { CellPlan, CellState, Step } from '../../fleet/cell/state.ts';
import type { End, Order, Report } from '../../fleet/order/order.ts';
import { parkingOf, stateWords } from '../../fleet/people/words.ts';
import { CELL_LIMITS as LIMITS } from './support/limits.ts';
import { atRest, perform } from './support/readings.ts';

const [BEFORE, EDITION, REISSUE] = ['0', '1', '2'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];
const PLAN: CellPlan = {
  cell: 'press',
  firstId: 100,
  again: false,
  members: ['a', 'b'].map((controller) => ({ controller, edition: EDITION, reissue: REISSUE })),
};
/** A plant that does what it is asked for, told by what each controller would answer. */
class Plant {
  readonly readings = new Map(PLAN.members.map(({ controller }) => [controller, atRest(BEFORE)]));
  step: Step;
  nowMs = 0;
  readonly told: string[] = [];
  /** Decides how an order ends before it is carried out; null: it is carried out. */
  meddle: (order: Omit<Order, 'fence'>, state: CellState) => End | 'lost' | null = () => null;

  constructor() {
    this.step = beginCell(PLAN, LIMITS, 0);
    this.#note();
  }

  get state(): CellState {
    return this.step.state;
  }

  #note(): void {
    this.told.push(...this.step.incidents.map(({ kind }) => kind));
    this.#orders.push(...this.step.orders);
  }

  readonly #orders: Omit<Order, 'fence'>[] = [];
  readonly sent: Omit<Order, 'fence'>[] = [];

  report(report: Report): void {
    this.step = stepCell(this.state, LIMITS, this.nowMs, report);
    this.#note();
  }

  /** Answers orders and lets time pass, until the end or so many turns. */
  run(turns = 500, until: (state: CellState) => boolean = () => false): Plant {
    for (let turn = 0; turn < turns && this.state.phase !== 'end' && !until(this.state); turn++) {
      const order = this.#orders.shift();
      if (order !== undefined) this.#answer(order);
      else {
        expect(this.step.wakeMs, 'a cell that waits says until when').not.toBeNull();
        this.nowMs = this.step.wakeMs ?? 0;
        this.step = stepCell(this.state, LIMITS, this.nowMs, null);
        this.#note();
      }
    }
    return this;
  }

  #answer(order: Omit<Order, 'fence'>): void {
    this.sent.push(order);
    const end = this.meddle(order, this.state);
    if (end === 'lost') return;
    const reading = this.readings.get(order.controller);
    if (reading === undefined) throw new Error('the plant has this controller');
    if (end === null) perform(order, reading);
    this.report({
      id: order.id,
      controller: order.controller,
      end: end ?? 'done',
      code: end === null ? '' : end.toUpperCase(),
      words: end === null ? '' : `it is ${end}.`,
      reading: end === 'unreachable' ? null : { ...reading },
    });
  }
}

describe('a cell', () => {
  test('goes its way in order, all members through each phase before one enters the next', () => {
    const plant = new Plant().run();
    expect(plant.state).toMatchObject({ phase: 'end', outcome: 'confirmed', mixedSinceMs: null });
    expect(plant.told).toEqual([]);
    const acts = plant.sent.map(({ act, controller }) => `${act} ${controller}`);
    expect(acts).toEqual(
      ['stage', 'read', 'open', 'mark', 'read', 'close', 'read', 'confirm', 'read'].flatMap((act) => [
        `${act} a`,
        `${act} b`,
      ]),
    );
    expect(plant.sent.map(({ id }) => id)).toEqual(plant.sent.map((_, at) => 100 + at));
  });

  test('is plain data: kept as JSON between any two steps, it goes on alike', () => {
    const plant = new Plant();
    const other = new Plant().run();
    for (let turn = 0; turn < 500 && plant.state.phase !== 'end'; turn++) {
      plant.step = { ...plant.step, state: JSON.parse(JSON.stringify(plant.state)) };
      plant.run(1);
    }
    expect(plant.state).toEqual(other.state);
  });

  test('waits for machines to be parked, says for which one, and gives up at its deadline with nothing changed', () => {
    const plant = new Plant();
    const moving = plant.readings.get('b');
    if (moving !== undefined) Object.assign(moving, { parked: false });
    plant.run(40, ({ phase, members }) => phase === 'gather' && members.some(({ why }) => why !== ''));
    expect(plant.state).toMatchObject({ phase: 'gather', deadlineMs: 100_000 });
    expect(plant.state.members.map(({ why }) => why)).toEqual(['', 'its machine is not parked']);
    expect(parkingOf(plant.state)).toEqual({ sinceMs: plant.state.sinceMs, untilMs: 100_000 });
    expect(stateWords(plant.state)).toBe(
      'waiting for its machines to be parked (b: its machine is not parked), until 1970-01-01T00:01:40.000Z at the latest',
    );
    plant.run(2000);
    expect(plant.state).toMatchObject({
      outcome: 'untouched',
      why: expect.stringContaining('b: its machine is not parked'),
    });
    expect(plant.nowMs).toBe(100_000);
    expect(plant.told).toEqual(['untouched']);
    expect(plant.sent.map(({ act }) => act)).not.toContain('open');
  });

  test('that cannot stage since a machine moves says since when it waits, and until when', () => {
    const plant = new Plant();
    expect(parkingOf(plant.state)).toBeNull();
    const moving = plant.readings.get('b');
    if (moving !== undefined) Object.assign(moving, { parked: false });
    plant.meddle = ({ controller }) => (controller === 'b' ? 'moving' : null);
    plant.run(40, ({ members }) => members[1]?.why !== '');
    expect(plant.state.phase).toBe('stage');
    expect(parkingOf(plant.state)).toEqual({ sinceMs: 0, untilMs: 100_000 });
    expect(stateWords(plant.state)).toBe(
      'staging (b: its machine is not parked), until 1970-01-01T00:01:40.000Z at the latest',
    );
  });

  test('opens nothing while one that was parked moves again', () => {
    const plant = new Plant();
    const [a, b] = [...plant.readings.values()];
    if (a === undefined || b === undefined) throw new Error('two controllers');
    b.parked = false as never;
    plant.run(10, ({ phase, members }) => phase === 'gather' && members[0]?.done === true);
    Object.assign(a, { parked: false });
    plant.run(8);
    Object.assign(b, { parked: true });
    plant.run(20);
    expect(plant.state.phase).toBe('gather');
    Object.assign(a, { parked: true });
    expect(plant.run().state.outcome).toBe('confirmed');
  });

  test('does what it waits for five times at most, then lets a person know', () => {
    const plant = new Plant();
    plant.meddle = ({ act, controller }) => (act === 'stage' && controller === 'b' ? 'refused' : null);
    plant.run();
    expect(plant.state.outcome).toBe('untouched');
    expect(plant.sent.filter(({ act, controller }) => act === 'stage' && controller === 'b')).toHaveLength(5);
    expect(plant.told).toEqual(['untouched']);
  });

  test('sends an order whose answer is lost again under its id, and any other try under a new one', () => {
    const plant = new Plant();
    let lost = 2;
    plant.meddle = ({ act }) => (act === 'open' && lost-- > 0 ? 'lost' : null);
    plant.run();
    const opens = plant.sent
      .filter(({ act }) => act === 'open')
      .map(({ id, controller }) => `${controller} ${id}`);
    expect(new Set(opens).size).toBe(2);
    expect(opens).toHaveLength(4);
    expect(plant.state.outcome).toBe('confirmed');
  });

  test('takes no report that is late, comes twice, or is of another controller', () => {
    const plant = new Plant().run(4);
    const before = plant.state;
    const late: Report = { id: 100, controller: 'a', end: 'refused', code: 'X', words: 'X.', reading: null };
    plant.report(late);
    expect(plant.state.members.map(({ failures }) => failures)).toEqual([0, 0]);
    const asked = plant.state.members[0]?.asked?.id ?? 0;
    plant.report({ ...late, id: asked, controller: 'b' });
    expect(plant.state.members).toEqual(before.members);
  });

  test('stops when a later server leads', () => {
    const plant = new Plant().run(3);
    const asked = plant.state.members.find((member) => member.asked !== null);
    plant.report({
      id: asked?.asked?.id ?? 0,
      controller: asked?.plan.controller ?? '',
      end: 'fenced',
      code: 'FENCED',
      words: 'later.',
      reading: null,
    });
    expect(plant.step).toMatchObject({
      orders: [],
      wakeMs: null,
      state: { phase: 'end', outcome: 'superseded' },
    });
  });
});

describe('a repair', () => {
  const lose = (plant: Plant, controller: string) =>
    Object.assign(plant.readings.get(controller) ?? {}, {
      running: BEFORE,
      epoch: 1,
      trial: false,
      window: false,
      pending: false,
      other: EDITION,
    });

  test('before the first confirm brings all back, and the mix is told while it is there', () => {
    const plant = new Plant().run(500, ({ phase }) => phase === 'trial');
    lose(plant, 'b');
    plant.run();
    expect(plant.state).toMatchObject({ outcome: 'back', mixedSinceMs: null });
    expect(plant.told).toEqual(['mixed', 'whole-again', 'back']);
    expect([...plant.readings.values()].map(({ running }) => running)).toEqual([BEFORE, BEFORE]);
  });

  test('after the first confirm brings all forward to the reissue', () => {
    const plant = new Plant();
    plant.meddle = ({ hash, controller }, { phase }) => {
      if (phase === 'confirm' && hash === EDITION && controller === 'b') {
        lose(plant, 'b');
        return 'refused';
      }
      return null;
    };
    plant.run();
    expect(plant.state).toMatchObject({ outcome: 'forward', goal: 'reissue', mixedSinceMs: null });
    expect(plant.told).toEqual(['mixed', 'whole-again', 'forward']);
    expect([...plant.readings.values()].map(({ running, trial }) => [running, trial])).toEqual([
      [REISSUE, false],
      [REISSUE, false],
    ]);
    expect(
      plant.sent.filter(({ act, hash }) => act === 'mark' && hash === REISSUE).every(({ force }) => force),
    ).toBe(true);
  });

  test('that cannot be made within its bounds is handed to a person, with the mix still told', () => {
    const plant = new Plant().run(500, ({ phase }) => phase === 'trial');
    lose(plant, 'b');
    plant.meddle = ({ controller }) => (controller === 'a' ? 'unreachable' : null);
    plant.run(3000);
    expect(plant.state).toMatchObject({ phase: 'end', outcome: 'stuck' });
    expect(plant.told.at(-1)).toBe('stuck');
  });

  test('is not made where nothing was activated: the cell is gathered again, so often at most', () => {
    const plant = new Plant();
    plant.meddle = ({ act }) => (act === 'mark' ? 'moving' : null);
    plant.run(3000);
    expect(plant.state).toMatchObject({ outcome: 'untouched', round: 2 });
    expect(plant.sent.filter(({ act }) => act === 'close')).toEqual([]);
    expect(plant.told).toEqual(['untouched']);
  });
});
