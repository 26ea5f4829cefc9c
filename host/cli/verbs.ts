import { runCommand, type Verb } from './command.ts';

/** Every verb of the command. */

/** In the order of the help. A command loads the verb that it names, and no other. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  compile: () => import('./verbs/compile.ts'),
  lint: () => import('./verbs/lint.ts'),
  import: () => import('./verbs/import.ts'),
  calendar: () => import('./verbs/calendar.ts'),
  track: () => import('./verbs/track.ts'),
  schema: () => import('./verbs/schema.ts'),
  audit: () => import('./verbs/audit.ts'),
  check: () => import('./verbs/check-any.ts'),
  sweep: () => import('./verbs/sweep.ts'),
  keygen: () => import('./verbs/keygen.ts'),
  reissue: () => import('./verbs/reissue.ts'),
  controller: () => import('./verbs/controller.ts'),
  firmware: () => import('./verbs/firmware.ts'),
  ports: () => import('./verbs/ports.ts'),
  status: () => import('./verbs/status.ts'),
  view: () => import('./verbs/view.ts'),
  window: () => import('./verbs/window.ts'),
  push: () => import('./verbs/push.ts'),
  stage: () => import('./verbs/stage.ts'),
  mark: () => import('./verbs/mark.ts'),
  confirm: () => import('./verbs/confirm.ts'),
  revert: () => import('./verbs/revert.ts'),
  pull: () => import('./verbs/pull.ts'),
  diff: () => import('./verbs/diff.ts'),
  timing: () => import('./verbs/timing.ts'),
  fleet: () => import('./verbs/fleet.ts'),
  completion: () => import('./verbs/completion.ts'),
};

/** Verbs that speak of all the others. */
const ABOUT_ALL = ['completion'];

export function everyVerb(): Promise<Verb[]> {
  return Promise.all(Object.values(VERBS).map((load) => load()));
}

/** Runs the command with the verb that its first argument names; for help, and for what is no verb, with all of them. */
export async function runAnyVerb(argv: readonly string[]): Promise<void> {
  const [, , first = ''] = argv;
  const named = Object.hasOwn(VERBS, first) ? VERBS[first] : undefined;
  const isAlone = named !== undefined && !ABOUT_ALL.includes(first);
  await runCommand(argv, isAlone ? [await named()] : await everyVerb());
}
