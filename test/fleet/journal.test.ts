/** The journal of a gateway on a disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Remembered } from '../../fleet/gateway/agent.ts';
import { FollowedFile } from '../../fleet/gateway/followed.ts';
import { FileJournal } from '../../fleet/gateway/journal-file.ts';
import { packageUrl } from '../../host/common/root.ts';
import { temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';

const folder = temporaryFolder('fleet-journal');
afterAll(folder.remove);

const entry = (seen: number): Remembered => ({ fence: 3, seen, report: null, token: seen, begun: true });

test('what was saved is there for the next one, with the highest fence and id', async () => {
  const journal = new FileJournal(folder.at('kept'));
  expect(journal.highest).toEqual({ fence: 0, seen: 0 });
  await journal.save('a', entry(7));
  await journal.save('b', { ...entry(5), fence: 9, token: null, begun: false });
  const next = new FileJournal(folder.at('kept'));
  expect(next.load('a')).toEqual(entry(7));
  expect(next.load('c')).toBeNull();
  expect(next.highest).toEqual({ fence: 9, seen: 7 });
  expect(readdirSync(folder.at('kept')).sort()).toEqual(['a.json', 'b.json']);
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"fence":1}',
  '{"fence":-1,"seen":1,"report":null,"token":null,"begun":false}',
  '\u0000',
])('a file that holds %j is refused, not taken for none', (text) => {
  const path = folder.at(`broken-${Buffer.from(text).toString('hex').slice(0, 20)}`);
  new FileJournal(path);
  writeFileSync(`${path}/a.json`, text);
  expect(() => new FileJournal(path)).toThrow(/is not what a gateway wrote/);
});

test('which state was followed last is kept, and refused when somebody changed it', async () => {
  const path = folder.at('deep/followed.json');
  const first = await FollowedFile.open(path);
  expect(first.load()).toBeNull();
  await first.save({ sequence: 4, digest: 'ab' });
  expect((await FollowedFile.open(path)).load()).toEqual({ sequence: 4, digest: 'ab' });
  writeFileSync(path, '{"sequence":"4"}');
  await expect(FollowedFile.open(path)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN', exitCode: 3 });
});

/** Saves rising ids until it is killed, and prints each that is on the disk. */
const WRITER = `
const { FileJournal } = await import(process.argv[1]);
const journal = new FileJournal(process.argv[2]);
for (let seen = journal.highest.seen + 1; ; seen++) {
  await journal.save('a', { fence: 3, seen, report: null, token: seen, begun: true });
  process.stdout.write(seen + '\\n');
}`;

test('kill -9 at any moment leaves what was saved last, or what was being saved', async () => {
  const random = new Random(seedFor('journal', 8));
  const built = fileURLToPath(packageUrl('build/js/fleet/gateway/journal-file.js'));
  const path = folder.at('killed');
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, built, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = random.between(1, 60);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.split('\n').length > lines) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const last = Number(said.trimEnd().split('\n').at(-1));
    const { seen = 0, token } = new FileJournal(path).load('a') ?? {};
    expect(seen).toBeGreaterThanOrEqual(last);
    expect(token).toBe(seen);
    expect(JSON.parse(readFileSync(`${path}/a.json`, 'utf8'))).toEqual(entry(seen));
  }
});
