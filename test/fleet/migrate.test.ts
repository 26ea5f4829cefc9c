/** From another system, once: snapshots in the forms that people have, what is to be put right, and the end of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeState } from '../../fleet/desired/state.ts';
import { diffEditions, diffSnapshot } from '../../fleet/migrate/diff.ts';
import { type Field, readSnapshot } from '../../fleet/migrate/snapshot.ts';
import { TERM_DAYS, termOf } from '../../fleet/migrate/term.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';
import { temporaryFolder } from '../support/command.ts';
import { fleet } from './support/command.ts';
import { networkInventory, signedState } from './support/network-plant.ts';

const folder = temporaryFolder('migrate');
afterAll(folder.remove);

const read = (text: string, said: readonly (readonly [Field, string])[] = []) =>
  readSnapshot(text, new Map(said));
const wordsOf = (text: string) => read(text).corrections.map(({ place, words }) => `${place}: ${words}`);

describe('a snapshot', () => {
  test.each([
    ['CSV', 'id,group,gateway,port,map,version\nc1,press,gw-1,/dev/ttyS0,line,2\n'],
    ['semicolons and CR LF', 'ID;Group;Gateway;Port;Map;Version\r\nc1;press;gw-1;/dev/ttyS0;line;2\r\n'],
    ['tabs and quotes', '"id"\tgroup\tgateway\tport\tmap\tversion\n"c1"\tpress\tgw-1\t"/dev/ttyS0"\tline\t2'],
    ['JSON', '[{"id":"c1","group":"press","gateway":"gw-1","port":"/dev/ttyS0","map":"line","version":2}]'],
    [
      'JSON in an object',
      '{"devices":[{"Device-ID":"c1","group":"press","host":"gw-1","tty":"/dev/ttyS0","software":"line","Installed Version":"0.0.0.2"}],"next":null}',
    ],
  ])('in %s says the same', (_, text) => {
    expect(read(text).rows).toMatchObject([
      { controller: 'c1', cell: 'press', gateway: 'gw-1', port: '/dev/ttyS0', map: 'line', epoch: 2 },
    ]);
    expect(read(text).corrections).toEqual([]);
  });

  test('whose fields have other names is read by what was said', () => {
    const text = 'Asset,Was,Welche\nc1,line,7\n';
    expect(() => read(text)).toThrow(/none of its fields \(Asset, Was, Welche\) is the map/);
    const { rows, unused } = read(text, [
      ['map', 'Was'],
      ['epoch', 'Welche'],
    ]);
    expect(rows).toMatchObject([{ controller: 'c1', map: 'line', epoch: 7 }]);
    expect(unused).toEqual([]);
    expect(() => read(text, [['map', 'Nope']])).toThrow(/it has no field "Nope"/);
  });

  test('is told line by line what is to be put right', () => {
    expect(
      wordsOf(
        'id,map,version,gateway,port,sha256\nPress 1/A,line,1.2.3,g,p,xyz\n,line,1,,,\nc1,line,2,g,p,\nc1,line,3,,,\nÜber,line,,,,\n',
      ),
    ).toEqual([
      'line 2: the controller "Press 1/A" is called press-1-a here',
      'line 2: "1.2.3" is no epoch; read the controller instead',
      'line 2: "xyz" is no SHA-256',
      'line 3: it names no controller, and is left out',
      'line 6: the controller "Über" is called uber here',
      'line 4: c1 is on p of g, and so is press-1-a',
      'line 5: c1 stands at line 4 already, and this one is left out',
    ]);
  });

  test.each([
    ['', 'it is empty'],
    ['id,map\n', 'names no controller'],
    ['[]', 'names no controller'],
    ['{"a":1}', 'holds no list'],
    ['{"a":[{"id":"x","map":"y"}],"b":[]}', 'more than one list'],
    ['[1]', 'entry 1 is no object'],
    ['{"a":[}', 'is not JSON'],
    ['[{"id":"a","id":"b","map":"c"}]', 'twice'],
    ['id,id,map\na,b,c\n', 'twice'],
    ['id,map\na,b,c\n', 'more fields than the header'],
    ['id,map\n"a,b\n', 'never closed'],
  ])('%j is refused', (text, words) => {
    expect(() => read(text)).toThrow(words);
  });
});

test('a snapshot is compared with the inventory, field by field, and nothing is taken over', async () => {
  const inventory = await networkInventory();
  const { rows } = read(
    'id,cell,gateway,port,map\nc1,saw,gw-2,/dev/ttyS0,line\nc2,,,,other\nc9,saw,gw-1,x,line\n',
  );
  expect(diffSnapshot(rows, inventory).map(({ words }) => words)).toEqual([
    'c1 has the cell saw in the snapshot, and press in the inventory',
    'c1 has the gateway gw-2 in the snapshot, and gw-1 in the inventory',
    'c2 has the map other in the snapshot, and line in the inventory',
    'c9 is not in the inventory',
    'c3 is in the inventory, and the snapshot does not name it',
    'c4 is in the inventory, and the snapshot does not name it',
  ]);
});

test('editions of a snapshot are compared with what is signed: behind, ahead, other bytes, unknown', async () => {
  const editions = await makeEditions();
  const envelope = JSON.parse(signedState(editions)) as { payload: string };
  const state = decodeState(Buffer.from(envelope.payload, 'base64'));
  const { rows } = read(
    `id,map,epoch,hash\na,line,1,\nb,line,2,${editions.edition}\nc,line,9,\nd,line,2,${'ab'.repeat(32)}\ne,line,,\nf,other,1,\ng,line,3,${editions.reissue}\n`,
  );
  expect(diffEditions(rows, state).map(({ words }) => words)).toEqual([
    'a is said to run epoch 1, behind epoch 2 that is signed',
    'c is said to run epoch 9, ahead of epoch 2 that is signed',
    'd is said to run epoch 2 with other bytes than those that are signed',
    'e runs an edition that the snapshot does not name: read it',
    'f has the map other, which the state does not name',
  ]);
});

test('a migration is over thirty days after it began, whatever is done to the clock or the file', () => {
  const path = folder.at('migration.json');
  const beganMs = Date.parse('2026-11-01T12:00:00Z');
  const dayMs = 86_400_000;
  expect(termOf(path, beganMs)).toEqual({
    beganMs,
    endsMs: beganMs + TERM_DAYS * dayMs,
    daysLeft: TERM_DAYS,
  });
  expect(termOf(path, beganMs + 29.5 * dayMs).daysLeft).toBe(1);
  expect(() => termOf(path, beganMs + TERM_DAYS * dayMs)).toThrow(/was over at 2026-12-01T12:00:00Z/);
  expect(() => termOf(path, beganMs - 2 * dayMs)).toThrow(/the clock says/);
  writeFileSync(path, '{"began":"tomorrow"}');
  expect(() => termOf(path, beganMs)).toThrow(/does not say when the migration began/);
});

test('the first run writes a draft that the inventory refuses where something is missing; later ones compare', async () => {
  mkdirSync(folder.at('works'));
  writeFileSync(
    folder.at('snapshot.csv'),
    'name,group,host,tty,software,site,owner\na,press,gw-1,/dev/ttyS0,line,hall,x\nb,press,gw-1,/dev/ttyS1,line,hall,y\n',
  );
  const run = (...argv: string[]) => fleet(argv, { cwd: folder.path });
  const first = await run('migrate', 'works', 'snapshot.csv');
  expect(first.code).toBe(1);
  expect(first.stdout).toMatch(
    /^2 controllers; this migration is over at .*, in 30 days\nto be put right by hand: 3\n/,
  );
  expect(first.stderr).toContain('fields that are not used: owner');
  const draft = readFileSync(folder.at('works/fleet.draft.yaml'), 'utf8');
  const refused = await run('inventory', 'works/fleet.draft.yaml');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/"\?"/);
  const keys = Object.entries({ 'state.pub.pem': 'state', 'gw-1.pub.pem': 'gw-1' });
  const { testKeyPair } = await import('../../sim/drill/test-keys.ts');
  for (const [name, pair] of keys) writeFileSync(folder.at(`works/${name}`), testKeyPair(pair).publicPem);
  const whole = draft.replace('zone: "?"', 'zone: UTC').replace('days: "?"', 'days: daily');
  writeFileSync(folder.at('works/fleet.yaml'), whole);
  expect((await run('inventory', 'works/fleet.yaml')).code).toBe(0);
  const second = await run('migrate', 'works', 'snapshot.csv', '--json');
  expect({ code: second.code, ...JSON.parse(second.stdout) }).toMatchObject({
    code: 0,
    controllers: 2,
    corrections: [],
    daysLeft: 30,
  });
});
