/** Plans and rollouts by themselves: who changes, in which order, and what stops them. */
import { describe, expect, test } from 'vitest';
import type { Wanted } from '../../fleet/desired/state.ts';
import { readInventory } from '../../fleet/inventory/read.ts';
import type { Order, Reading, Report } from '../../fleet/order/order.ts';
import { statusLines, whyLines } from '../../fleet/people/words.ts';
import { makePlan, type Plan } from '../../fleet/plan/plan.ts';
import {
  beginRollout,
  type RolloutWorld,
  sayToRollout,
  stepRollout,
  turnRollout,
} from '../../fleet/rollout/rollout.ts';
import {
  isOpenCell,
  isRolloutOver,
  type RolloutLimits,
  type RolloutStep,
  type Say,
} from '../../fleet/rollout/state.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { CELL_LIMITS } from './support/limits.ts';
import { KEY_FILES, PLANT } from './support/plant.ts';
import { atRest, type LiveReading, perform } from './support/readings.ts';

const [BEFORE, EDITION, REISSUE] = ['0', '1', '2'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];
const image = (epoch: number, hash: string) => ({ epoch, hash, sha256: hash, bytes: 1000 });
const WANTED: Wanted = {
  map: 'line',
  device: 'generic',
  edition: image(2, EDITION),
  reissue: image(3, REISSUE),
};

describe('a plan', () => {
  const inventory = () => readInventory('fleet.yaml', memoryReader({ 'fleet.yaml': PLANT, ...KEY_FILES }));
  const rest = (): Map<string, Reading> =>
    new Map(['p1-a', 'p1-b', 'p2-a'].map((id) => [id, atRest(BEFORE)]));
  const state = { maps: [WANTED] };

  test('says who changes from what to what, and why others do not', async () => {
    const plan = makePlan(await inventory(), state, rest());
    expect(
      plan.cells.map(({ cell, members }) => [
        cell,
        members.map(({ controller, from, to }) => [controller, from, to]),
      ]),
    ).toEqual([
      [
        'press-1',
        [
          ['p1-a', 1, 2],
          ['p1-b', 1, 2],
        ],
      ],
    ]);
    expect(plan.left).toEqual([
      { cell: 'press-2', reason: 'not-named', words: 'p2-a have a map that the state does not name.' },
    ]);
  });

  test.each([
    ['there', { 'p1-a': { running: EDITION }, 'p1-b': { running: EDITION } }],
    ['there', { 'p1-a': { running: REISSUE }, 'p1-b': { running: REISSUE } }],
    ['ahead', { 'p1-a': { running: '9'.repeat(64), epoch: 4 }, 'p1-b': {} }],
    ['not-read', { 'p1-a': null, 'p1-b': {} }],
  ] as const)('leaves a cell: %s', async (reason, changes) => {
    const readings = rest();
    for (const [id, change] of Object.entries(changes)) {
      if (change === null) readings.delete(id);
      else readings.set(id, { ...atRest(BEFORE), ...change });
    }
    expect(
      makePlan(await inventory(), state, readings).left.find(({ cell }) => cell === 'press-1')?.reason,
    ).toBe(reason);
  });

  test.each([
    ['one runs it already', { 'p1-a': { running: EDITION } }],
    ['one runs it on trial', { 'p1-a': { running: EDITION, trial: true }, 'p1-b': { running: EDITION } }],
    ['one runs the reissue', { 'p1-a': { running: REISSUE }, 'p1-b': { running: EDITION } }],
  ])('takes a whole cell when %s', async (_, changes) => {
    const readings = rest();
    for (const [id, change] of Object.entries(changes)) readings.set(id, { ...atRest(BEFORE), ...change });
    expect(makePlan(await inventory(), state, readings).cells.map(({ members }) => members.length)).toEqual([
      2,
    ]);
  });
});

const LIMITS: RolloutLimits = {
  cell: CELL_LIMITS,
  canaries: 1,
  atOnce: 3,
  aGateway: 2,
  aSite: 3,
  failures: 1,
};

/** Eight cells of two, on two gateways in turn, at one site. */
const EIGHT: Plan = {
  left: [],
  cells: Array.from({ length: 8 }, (_, at) => ({
    cell: `cell-${at}`,
    site: 'hall',
    members: ['a', 'b'].map((member) => ({
      controller: `c${at}${member}`,
      gateway: `gw-${at % 2}`,
      from: 1,
      to: 2,
      wanted: WANTED,
    })),
  })),
};

class Plant {
  readonly readings = new Map<string, LiveReading>(
    EIGHT.cells.flatMap(({ members }) =>
      members.map(({ controller }) => [controller, atRest(BEFORE)] as const),
    ),
  );
  readonly world: RolloutWorld;
  nowMs = 0;
  step: RolloutStep;
  readonly told: string[] = [];
  readonly began: string[] = [];
  /** Whether a gateway answers for a controller. */
  answers: (controller: string) => boolean = () => true;
  onTurn: () => void = () => {};
  readonly #orders: Omit<Order, 'fence'>[] = [];

  constructor(
    limits: Partial<RolloutLimits> = {},
    windows: RolloutWorld['windows'] = () => ({ fromMs: 0, untilMs: 10_000_000 }),
  ) {
    this.world = { limits: { ...LIMITS, ...limits }, windows };
    this.step = beginRollout(EIGHT, this.world, 0, 1);
    this.#note();
  }

  get open(): string[] {
    return this.step.state.cells.filter(isOpenCell).map(({ planned }) => planned.cell);
  }

  get outcomes(): (string | null)[] {
    return this.step.state.cells.map(({ state }) => state?.outcome ?? null);
  }

  say(say: Say): void {
    this.step = sayToRollout(this.step.state, this.world, this.nowMs, say);
    this.#note();
  }

  #note(): void {
    this.told.push(...this.step.incidents.map(({ kind, cell }) => `${kind} ${cell}`));
    this.#orders.push(...this.step.orders);
    for (const cell of this.open) if (!this.began.includes(cell)) this.began.push(cell);
  }

  run(until: () => boolean = () => false): Plant {
    for (let turn = 0; turn < 5000 && !isRolloutOver(this.step.state) && !until(); turn++) {
      this.onTurn();
      const order = this.#orders.shift();
      if (order === undefined && this.step.wakeMs === null) break;
      if (order === undefined) this.nowMs = this.step.wakeMs ?? 0;
      const report = order === undefined ? null : this.#answer(order);
      if (order !== undefined && report === null) continue;
      this.step = stepRollout(this.step.state, this.world, this.nowMs, report);
      this.#note();
    }
    return this;
  }

  #answer(order: Omit<Order, 'fence'>): Report | null {
    const reading = this.readings.get(order.controller);
    if (reading === undefined || !this.answers(order.controller)) return null;
    perform(order, reading);
    return {
      id: order.id,
      controller: order.controller,
      end: 'done',
      code: '',
      words: '',
      reading: { ...reading },
    };
  }
}

describe('a rollout', () => {
  test('begins with its canary, and brings every cell to the edition, never more at once than allowed', () => {
    const plant = new Plant();
    let most = 0;
    let mostOnGateway = 0;
    plant.onTurn = () => {
      const { open } = plant;
      most = Math.max(most, open.length);
      for (const parity of [0, 1])
        mostOnGateway = Math.max(
          mostOnGateway,
          open.filter((cell) => Number(cell.slice(-1)) % 2 === parity).length,
        );
      if (open.includes('cell-0')) expect(open).toEqual(['cell-0']);
    };
    plant.run();
    expect(plant.outcomes).toEqual(Array(8).fill('confirmed'));
    expect([most, mostOnGateway]).toEqual([3, 2]);
    expect(plant.told).toEqual([]);
    expect([...plant.readings.values()].every(({ running, trial }) => running === EDITION && !trial)).toBe(
      true,
    );
    expect(statusLines(plant.step.state, 'over')[0]).toBe('over; 8 of 8 cells confirmed and read back');
  });

  test('halts when its canary fails, and nobody else was touched', () => {
    const plant = new Plant();
    plant.answers = (controller) => !controller.startsWith('c0');
    plant.run();
    expect(plant.step.state).toMatchObject({ mode: 'halted', why: 'the canary cell cell-0 failed' });
    expect(plant.began).toEqual(['cell-0']);
    expect(plant.told).toEqual(['untouched cell-0', 'halted cell-0']);
  });

  test('counts cells that could not be reached as failed, and halts above the limit; what began goes to its end', () => {
    const plant = new Plant();
    plant.answers = (controller) => !['c1', 'c3'].some((cell) => controller.startsWith(cell));
    plant.run();
    expect(plant.step.state.mode).toBe('halted');
    expect(plant.outcomes.filter((outcome) => outcome === 'untouched')).toHaveLength(2);
    expect(plant.step.state.cells.filter(isOpenCell)).toEqual([]);
    expect(plant.told.at(-1)).toMatch(/^halted/);
  });

  test('goes on when somebody resumes: what failed before counts no more; a cell can be tried again', () => {
    const plant = new Plant();
    plant.answers = (controller) => !controller.startsWith('c0');
    plant.run();
    plant.say({ kind: 'resume' });
    plant.run();
    expect(plant.outcomes).toEqual(['untouched', ...Array(7).fill('confirmed')]);
    plant.answers = () => true;
    plant.say({ kind: 'retry', cell: 'cell-0' });
    plant.run();
    expect(plant.outcomes).toEqual(Array(8).fill('confirmed'));
    const [first] = plant.step.state.cells;
    expect(first).toMatchObject({ tries: 2, state: { plan: { again: true } } });
  });

  test('paused begins nothing, and brings what began to its end', () => {
    const plant = new Plant();
    plant.run(() => plant.open.length > 1);
    const began = [...plant.began];
    plant.say({ kind: 'pause' });
    plant.run();
    expect(plant.began).toEqual(began);
    expect(plant.open).toEqual([]);
    plant.say({ kind: 'resume' });
    expect(plant.run().outcomes).toEqual(Array(8).fill('confirmed'));
  });

  test('aborted begins nothing any more, whatever is said then', () => {
    const plant = new Plant();
    plant.say({ kind: 'abort' });
    plant.run();
    plant.say({ kind: 'resume' });
    plant.say({ kind: 'retry', cell: 'cell-1' });
    expect(plant.run().outcomes).toEqual(['confirmed', ...Array(7).fill(null)]);
    expect(isRolloutOver(plant.step.state)).toBe(true);
  });

  test('waits for the window of a site, and says until when', () => {
    const plant = new Plant({}, (_, nowMs) =>
      nowMs < 50_000 ? { fromMs: 50_000, untilMs: 90_000 } : { fromMs: 50_000, untilMs: 9e9 },
    );
    expect(plant.step).toMatchObject({ orders: [], wakeMs: 50_000 });
    expect(plant.run().outcomes).toEqual(Array(8).fill('confirmed'));
  });

  test('waits for no machine beyond the window', () => {
    const plant = new Plant({}, () => ({ fromMs: 0, untilMs: 20_000 }));
    Object.assign(plant.readings.get('c0a') ?? {}, { parked: false });
    plant.run();
    expect(plant.outcomes[0]).toBe('untouched');
    expect(plant.nowMs).toBeLessThanOrEqual(20_000);
  });

  test('is plain data, and tells why a controller is where it is', () => {
    const plant = new Plant();
    Object.assign(plant.readings.get('c0b') ?? {}, { parked: false });
    plant.run(() => plant.step.state.cells[0]?.state?.members[1]?.why !== '');
    expect(JSON.parse(JSON.stringify(plant.step.state))).toEqual(plant.step.state);
    expect(whyLines(plant.step.state, 'c0b')?.join('\n')).toContain('runs epoch 1, not parked, as read last');
    expect(whyLines(plant.step.state, 'c0b')?.join('\n')).toContain(
      'waiting for its machines to be parked (c0b: its machine is not parked)',
    );
    expect(whyLines(plant.step.state, 'nobody')).toBeNull();
  });
});

describe('one turn', () => {
  const waiting = (count: number) =>
    Array.from({ length: count }, (_, at) => {
      const [planned] = EIGHT.cells.slice(at % 8);
      if (planned === undefined) throw new TypeError('there are eight');
      return { planned: { ...planned, cell: `cell-${at}` }, state: null, tries: 0 };
    });
  const turn = (
    cells: ReturnType<typeof waiting>,
    change: Partial<RolloutWorld>,
    limits: Partial<RolloutLimits>,
  ) =>
    turnRollout(
      { mode: 'running', why: '', forgiven: [], cells, nextId: 1 },
      { limits: { ...LIMITS, ...limits }, windows: () => ({ fromMs: 0, untilMs: 10_000_000 }), ...change },
      0,
      [],
    );
  const begun = ({ state }: ReturnType<typeof turn>) =>
    state.cells.filter(isOpenCell).map(({ planned }) => planned.cell);

  test('begins no cell that is held back, and looks again every five seconds', () => {
    const held = turn(
      waiting(3),
      { held: new Set(['cell-1']) },
      { canaries: 0, atOnce: 8, aGateway: 8, aSite: 8 },
    );
    expect(begun(held)).toEqual(['cell-0', 'cell-2']);
    expect(held.wakeMs).toBe(5000);
    const free = turn(waiting(3), {}, { canaries: 0, atOnce: 8, aGateway: 8, aSite: 8 });
    expect([begun(free), free.wakeMs]).toEqual([['cell-0', 'cell-1', 'cell-2'], null]);
  });

  test('looks at each cell and at each site once, however many there are and however many begin', () => {
    const cells = waiting(10_000);
    let looks = 0;
    for (const cell of cells) {
      const { planned } = cell;
      const look = () => {
        looks++;
        return planned;
      };
      Object.defineProperty(cell, 'planned', { get: look, enumerable: true });
    }
    let windows = 0;
    const window = () => {
      windows++;
      return { fromMs: 0, untilMs: 1000 };
    };
    const counted = turn(
      cells,
      { windows: window },
      { canaries: 0, atOnce: 5000, aGateway: 9999, aSite: 9999 },
    );
    expect(begun(counted)).toHaveLength(5000);
    expect(looks).toBeLessThan(8 * 10_000);
    expect(windows).toBeLessThan(2 * 5000);
  });
});
