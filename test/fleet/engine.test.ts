/** The engine by itself: what a course did is done, whatever is killed and whatever program comes next. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from '../../fleet/database/embedded.ts';
import { Bell } from '../../fleet/engine/bell.ts';
import { packageUrl } from '../../host/common/root.ts';
import { temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('engine');
chmodSync(folder.path, 0o711);
let database: Embedded;

beforeAll(async () => {
  database = await startEmbedded(folder.path);
});

afterAll(async () => {
  await database.stop();
  folder.remove();
});

const module = (name: string): string => packageUrl(`build/js/fleet/${name}.js`).href;
const NOTES = folder.at('notes');
const notes = (): string[] => (existsSync(NOTES) ? readFileSync(NOTES, 'utf8').trim().split('\n') : []);

/** A process of its own that launches the engine with a program, and starts courses of it. */
function run(program: string, keys: readonly string[]): ChildProcess {
  const text = `
    import { appendFileSync, existsSync } from 'node:fs';
    import { launchEngine } from ${JSON.stringify(module('engine/dbos'))};
    import { connect } from ${JSON.stringify(module('database/connect'))};
    const url = ${JSON.stringify(database.url)};
    const note = async (words) => appendFileSync(${JSON.stringify(NOTES)}, words + '\\n');
    const until = async (name) => { while (!existsSync(${JSON.stringify(folder.path)} + '/' + name)) await new Promise((r) => setTimeout(r, 20)); };
    const work = ${program};
    const engine = await launchEngine({ url, pool: connect(url, 4, 'test'), programs: { work }, onTrouble: () => {} });
    for (const key of ${JSON.stringify(keys)}) await engine.start('work', key);
    for (;;) {
      const broken = [...await engine.broken()];
      if (broken.length > 0 && !existsSync(${JSON.stringify(folder.at('told'))})) {
        appendFileSync(${JSON.stringify(folder.at('told'))}, JSON.stringify(broken));
        for (const [name, takes] of broken) await engine.start('work', name.split('/')[1], takes + 1);
      }
      if (existsSync(${JSON.stringify(folder.at('forget'))})) await note('forgot ' + await engine.forget(Date.now() + 3600000, 100) + ' ' + await engine.forget(Date.now() + 3600000, 100)).then(() => process.exit(0));
      await new Promise((r) => setTimeout(r, 50));
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function until(isSo: () => boolean, words: string): Promise<void> {
  for (let turn = 0; turn < 3000 && !isSo(); turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo(), `${words}: ${notes()}`).toBe(true);
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const FIRST = `async ({ key, step }) => {
  await step('first', () => note(key + ' first'));
  await step('second', () => note(key + ' second'));
  await step('wait', () => note(key + ' begins').then(() => until('go')));
}`;
const NEXT = `async ({ key, step, changed }) => {
  await step('first', () => note(key + ' first'));
  if (await changed('audit')) await step('audit', () => note(key + ' audit'));
  await step('second', () => note(key + ' second'));
  await step('wait', () => note(key + ' begins').then(() => until('go')));
  if (key === 'breaks' && !existsSync(${JSON.stringify(folder.at('told'))})) throw new Error('broken');
  if (await changed('third')) await step('third', () => note(key + ' third'));
}`;

test('a later program goes on with courses in flight as they began, and new ones are its own; one that breaks is taken up', async () => {
  const first = run(FIRST, ['old']);
  await until(() => notes().includes('old begins'), 'the first step is written down');
  await kill(first);
  const next = run(NEXT, ['old', 'new', 'breaks']);
  await until(() => notes().includes('breaks begins'), 'new courses are under way');
  writeFileSync(folder.at('go'), '');
  await until(
    () => ['old third', 'new third', 'breaks third'].every((words) => notes().includes(words)),
    'all end',
  );
  // A step that is cut off begins again.
  const of = (key: string) =>
    notes().filter((words) => words.startsWith(`${key} `) && !words.endsWith(' begins'));
  expect(of('old')).toEqual(['old first', 'old second', 'old third']);
  expect(of('new')).toEqual(['new first', 'new audit', 'new second', 'new third']);
  // Another take does all of it again, which turns of cells do without harm.
  expect(of('breaks')).toEqual(
    [...['first', 'audit', 'second'], ...['first', 'audit', 'second', 'third']].map((at) => `breaks ${at}`),
  );
  expect(readFileSync(folder.at('told'), 'utf8')).toBe('[["work/breaks",1]]');
  appendFileSync(folder.at('forget'), '');
  await new Promise((resolve) => next.once('exit', resolve));
  expect(notes().at(-1)).toBe('forgot 4 0');
});

describe('a bell', () => {
  test('that rings before somebody waits, or after a look, ends the wait; one that was not looked at never waits', async () => {
    const bell = new Bell();
    expect(await bell.wait('a', null)).toBe(false);
    bell.look('a');
    bell.ring('a');
    expect(await bell.wait('a', null)).toBe(true);
    bell.look('a');
    expect(await bell.wait('a', 1)).toBe(false);
    bell.ring('c');
    expect(bell.unheard(-1)).toEqual([]);
    const waited = bell.wait('a', null).then(() => 'rung');
    expect(await Promise.race([waited, Promise.resolve('waits')])).toBe('waits');
    bell.ring('b');
    bell.ring('a');
    expect(await waited).toBe('rung');
  });

  test('tells which names rang and were not looked at, and rings all of a kind', async () => {
    const bell = new Bell();
    for (const name of ['cell/1', 'cell/2', 'rollout/1']) bell.look(name);
    bell.ringAll('cell/');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(bell.unheard(0)).toEqual(['cell/1', 'cell/2']);
    expect(bell.unheard(60_000)).toEqual([]);
    bell.look('cell/1');
    bell.forget('cell/2');
    expect(bell.unheard(0)).toEqual([]);
  });
});
