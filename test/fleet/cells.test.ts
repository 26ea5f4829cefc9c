/** Cells of controllers that run the real core, in part; all of them by `npm run fleet:sim`. Broken machines show that it sees. */
import { describe, expect, test } from 'vitest';
import { beginCell, stepCell } from '../../fleet/cell/machine.ts';
import type { CellPlan, CellState } from '../../fleet/cell/state.ts';
import { runCampaign, tableLines } from '../../fleet/sim/campaign.ts';
import { type Machine, runCell } from '../../fleet/sim/cell-run.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';
import { seedFor } from '../support/random.ts';
import { fleet } from './support/command.ts';

const seed = seedFor('cells', 20);

test('without a fault no cell ever answers two editions', async () => {
  const campaign = await runCampaign({ cells: 80, faults: 0, seed });
  expect(campaign).toMatchObject({ broken: [], mixed: 0, outcomes: { confirmed: 80 } });
});

test('with one fault every mix is told and repaired; none comes of one before the last look', async () => {
  const campaign = await runCampaign({ cells: 220, faults: 1, seed });
  console.log(tableLines(campaign).join('\n'));
  expect(campaign).toMatchObject({ broken: [], mixedAtEnd: 0 });
  for (const phase of ['stage', 'gather', 'open', 'mark'])
    for (const count of Object.values(campaign.byFault[phase] ?? {})) expect(count.mixed, phase).toBe(0);
  expect(campaign.mixed).toBeGreaterThan(0);
  expect(Object.keys(campaign.outcomes).sort()).toEqual(['back', 'confirmed', 'forward']);
});

test('with two faults, the second in a repair where there is one', async () => {
  const campaign = await runCampaign({ cells: 120, faults: 2, seed });
  expect(campaign).toMatchObject({ broken: [], mixedAtEnd: 0 });
});

test('the same seed gives the same run', async () => {
  const editions = await makeEditions();
  for (const of of [1, 2, 3]) {
    const [first, second] = [
      await runCell(of, editions, { faults: 2 }),
      await runCell(of, editions, { faults: 2 }),
    ];
    expect(second).toEqual(first);
  }
});

test('the command tells what the campaign found', async () => {
  const { code, stdout } = await fleet(['sim', '--cells', '3', '--faults', '0', '--seed', '4', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(
    JSON.parse(JSON.stringify(await runCampaign({ cells: 3, faults: 0, seed: 4 }))),
  );
});

/** What is found of a broken machine in some runs. */
async function found(machine: Machine, faults: number, runs = 40): Promise<string> {
  const editions = await makeEditions();
  const words = new Set<string>();
  for (let run = 0; run < runs; run++)
    for (const sentence of (await runCell(seed + 7919 * run, editions, { faults, machine })).broken)
      words.add(sentence);
  return [...words].join('\n');
}

const isOver = (state: CellState) => state.phase === 'survey';

describe('a machine', () => {
  test('that changes its controllers one after the other is found without a fault', async () => {
    // Each member is a cell of its own; the next one begins when the last one ended.
    let whole: CellPlan | null = null;
    const alone = (plan: CellPlan, at: number, firstId: number) => ({
      ...plan,
      firstId,
      members: plan.members.slice(at, at + 1),
    });
    const machine: Machine = {
      begin: (plan, limits, nowMs) => {
        whole = plan;
        return beginCell(alone(plan, 0, plan.firstId), limits, nowMs);
      },
      step: (state, limits, nowMs, report) => {
        const step = stepCell(state, limits, nowMs, report);
        if (whole === null || step.state.phase !== 'end') return step;
        const at =
          whole.members.findIndex(({ controller }) => controller === state.members[0]?.plan.controller) + 1;
        return at < whole.members.length
          ? beginCell(alone(whole, at, step.state.nextId), limits, nowMs)
          : step;
      },
    };
    expect(await found(machine, 0, 5)).toMatch(/mixed in "\w+" without a fault/);
  });

  test('that calls a failure a success is found', async () => {
    const step: Machine['step'] = (...given) => {
      const step = stepCell(...given);
      if (!isOver(step.state)) return step;
      return {
        ...step,
        orders: [],
        wakeMs: null,
        state: { ...step.state, phase: 'end', outcome: 'confirmed' },
      };
    };
    expect(await found({ begin: beginCell, step }, 1, 60)).toMatch(/"confirmed", but c\d answers epoch/);
  });

  test('that tells nobody is found', async () => {
    const step: Machine['step'] = (...given) => ({ ...stepCell(...given), incidents: [] });
    expect(await found({ begin: beginCell, step }, 1, 60)).toMatch(/"(back|forward)" without an incident/);
  });

  test('that waits for ever is found', async () => {
    const step: Machine['step'] = (state, limits, nowMs, report) =>
      report?.end === 'unreachable'
        ? { state, orders: [], incidents: [], givenUp: [], wakeMs: null }
        : stepCell(state, limits, nowMs, report);
    expect(await found({ begin: beginCell, step }, 1, 60)).toMatch(/the cell hangs in/);
  });

  test('that confirms what it did not read is found', async () => {
    const step: Machine['step'] = (...given) => {
      const first = stepCell(...given);
      if (first.state.phase !== 'close') return first;
      const members = first.state.members.map((member) => ({ ...member, done: true }));
      const state = { ...first.state, phase: 'trial' as const, members };
      return stepCell(state, given[1], given[2], null);
    };
    expect(await found({ begin: beginCell, step }, 0, 3)).toMatch(/is confirmed before c\d was read/);
  });
});
