import type { Command } from 'commander';
import type pg from 'pg';
import { printLines } from '../../../host/cli/common/output.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { HELD_REMEDY, heldWords } from '../../people/held.ts';
import { mayRetry, type RolloutState, type Say } from '../../rollout/state.ts';
import { heldCells } from '../../store/bundles.ts';
import { serverSeen } from '../../store/people.ts';
import { lastRollout, loadWhole, nowMsOf, say } from '../../store/rollouts.ts';
import { FOLDER, whoAmI, withPlant } from '../common/plant.ts';

/** `fleet pause`, `resume`, `abort` and `retry`: what people say to the rollout of a plant. */

const SILENT_MS = 5000;

export function register(program: Command): void {
  const verb = (name: string, about: string) =>
    program
      .command(name)
      .description(about)
      .argument(...FOLDER);
  verb('pause', 'begin no further cell until somebody resumes').action((folder: string) =>
    tell(folder, { kind: 'pause' }),
  );
  verb('resume', 'go on with a rollout that is paused or halted').action((folder: string) =>
    tell(folder, { kind: 'resume' }),
  );
  verb('abort', 'begin no further cell for good; those that began go to their end').action((folder: string) =>
    tell(folder, { kind: 'abort' }),
  );
  verb('retry', 'begin a cell anew that was left untouched, went back or is stuck')
    .argument('<cell>', 'its id')
    .action((folder: string, cell: string) => tell(folder, { kind: 'retry', cell }));
}

/** Throws HoldfastError NO_ROLLOUT or NO_SENSE: what would change nothing is not said. */
async function tell(folder: string, words: Say): Promise<void> {
  await withPlant(folder, async ({ pool }) => {
    const kept = await lastRollout(pool);
    if (kept === null) throw no('NO_ROLLOUT', 'there was no rollout yet', 'Begin one with `fleet rollout`.');
    if (words.kind === 'retry') await requireNotHeld(pool, words.cell);
    const isOver = kept.stage === 'over' && words.kind !== 'retry';
    const why = isOver ? `rollout ${kept.id} is over` : whyNot(await loadWhole(pool, kept), words);
    if (why !== null) throw no('NO_SENSE', why, 'See `fleet status`.');
    await say(pool, kept.id, words, whoAmI());
    const { epoch, beatMs } = await serverSeen(pool);
    const heard =
      epoch > 0 && beatMs < SILENT_MS ? 'within a second' : 'as soon as a server leads; none does now';
    printLines([`rollout ${kept.id} hears "${words.kind}" ${heard}`]);
  });
}

/** Why saying something would change nothing; null: it does. */
function whyNot({ mode, cells }: RolloutState, words: Say): string | null {
  switch (words.kind) {
    case 'pause':
      return mode === 'running' ? null : `the rollout is ${mode} already`;
    case 'resume':
      return mode === 'paused' || mode === 'halted' ? null : `the rollout is ${mode}`;
    case 'abort':
      return mode === 'aborted' ? 'the rollout is aborted already' : null;
    case 'retry': {
      const cell = cells.find(({ planned }) => planned.cell === words.cell);
      if (cell === undefined) return `the rollout has no cell ${words.cell}`;
      if (mode === 'aborted') return 'the rollout is aborted';
      return mayRetry(cell) ? null : `cell ${words.cell} did not fail`;
    }
  }
}

function no(code: string, message: string, remedy: string): HoldfastError {
  return new HoldfastError(code, message, { remedy, exitCode: 1 });
}

/** Throws HoldfastError CELL_HELD for a cell that somebody carries something to. */
async function requireNotHeld(pool: pg.Pool, cell: string): Promise<void> {
  const held = (await heldCells(pool, await nowMsOf(pool))).get(cell);
  if (held === undefined) return;
  throw no('CELL_HELD', `cell ${cell} is held back: ${heldWords(held)}`, HELD_REMEDY);
}
