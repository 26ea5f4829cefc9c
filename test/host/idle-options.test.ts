/** Options that do nothing with what is read are refused by name; without them the command does what it did. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('idle-options');
afterAll(() => folder.remove());

const RAILML = `<railml xmlns="http://www.railml.org/schemas/2013" version="2.2"><infrastructure><tracks><track id="t1">
<trackTopology><trackBegin pos="0"/><trackEnd pos="1000"/></trackTopology>
<trackElements><speedChanges><speedChange id="a" pos="0" dir="up" vMax="80"/></speedChanges></trackElements>
</track></tracks></infrastructure></railml>`;
const TRACK = {
  'speed limits': { units: { position: 'm', velocity: 'km/h' }, values: [[0, 80]] },
  stops: { unit: 'm', values: [0, 1000] },
};
const PERIOD = {
  resourceType: 'Coverage',
  period: { start: '2026-01-01T00:00:00Z', end: '2026-01-03T00:00:00Z' },
};

beforeAll(() => {
  writeFileSync(folder.at('t.csv'), 'a_m,b_m,v,w\n0,100,80,1\n');
  writeFileSync(folder.at('p.csv'), 'x\n50\n');
  writeFileSync(folder.at('line.xml'), RAILML);
  writeFileSync(folder.at('line.json'), JSON.stringify(TRACK));
  writeFileSync(folder.at('period.json'), JSON.stringify(PERIOD));
  writeFileSync(folder.at('hours.txt'), 'open = Mo-Fr 08:00-18:00\n');
  writeFileSync(folder.at('days.txt'), '2026-01-01 New year\n');
  writeFileSync(folder.at('calendar_dates.txt'), 'service_id,date,exception_type\nw,20260101,1\n');
  writeFileSync(
    folder.at('m.map.yaml'),
    'holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ { name: s, unit: m, min: 0, max: 100 } ] }\nzones: [ { id: a, at: { from: 0, to: 100 } } ]\n',
  );
});

const OUT = '--map m --force -o out.map.yaml';
const DAYS = `--zone Europe/Zurich --from 2026-01-01 --to 2026-01-09 --gaps stop ${OUT}`;
const GTFS = `calendar calendar_dates.txt --zone Europe/Zurich --gaps stop ${OUT}`;
const FHIR = `calendar period.json --zone Europe/Zurich --gaps stop ${OUT}`;

test.each([
  [`import t.csv --from a_m --to b_m ${OUT}`, '--limit-unit km/h'],
  [`import t.csv --from a_m --to b_m ${OUT}`, '--limit-scale 10'],
  [`import t.csv --from a_m --to b_m ${OUT}`, '--empty-limit none'],
  [`import t.csv --from a_m --to b_m --limit v ${OUT}`, '--offset Z'],
  [`import t.csv --from a_m --to b_m --limit v ${OUT}`, '--dates dd.mm.yyyy'],
  [`import t.csv --from a_m --to b_m --limit v ${OUT}`, '--since-1970'],
  [`import t.csv --from a_m --to b_m --limit v ${OUT}`, '--unused x'],
  [`import t.csv --from a_m --to b_m --limit v ${OUT}`, '--unused v'],
  ['check m.map.yaml --at 5', '--decimal comma'],
  ['check m.map.yaml --at 5', '--header-row 1'],
  ['check m.map.yaml --points p.csv', '--offset Z'],
  [`track line.xml --axis-unit m ${OUT}`, '--both place'],
  [`track line.xml --axis-unit m ${OUT}`, '--on 2026-07-04'],
  [`track line.xml --axis-unit m ${OUT}`, '--status planned'],
  [`track line.xml --axis-unit m ${OUT}`, '--constraints take'],
  [`track line.xml --axis-unit m ${OUT}`, '--combine lower'],
  [`track line.json --axis-unit m ${OUT}`, '--profile freight'],
  [`track line.json --axis-unit m ${OUT}`, '--direction down'],
  [`track line.json --axis-unit m ${OUT}`, '--on 2026-01-01'],
  [`calendar hours.txt ${DAYS}`, '--id x'],
  [`calendar hours.txt ${DAYS}`, '--daily 08:00-09:00'],
  [GTFS, '--id x'],
  [GTFS, '--holidays days.txt'],
  [GTFS, '--clock-change earlier'],
  [FHIR, '--service w'],
  [FHIR, '--holidays days.txt'],
])('%s %s', async (command, option) => {
  const run = (text: string) => holdfast(text.split(' '), { cwd: folder.path, env: { COLUMNS: '400' } });
  const refused = await run(`${command} ${option}`);
  expect(refused.code, refused.stdout).toBe(2);
  expect(refused.stderr).toMatch(option.split(' ')[0] ?? 'NOTHING');
  const plain = await run(command);
  expect(plain.code, plain.stderr).toBe(0);
});

test.each([
  [['compile', 'm.map.yaml', '-o', ''], '--output is empty'],
  [['import', 't.csv', '--from', 'a_m', '--to', 'b_m', '--map', 'm', '-o', ''], '--output is empty'],
  [
    ['import', 't.csv', '--from', 'a_m', '--to', 'b_m', '--limit', '', '--map', 'm', '-o', 'x'],
    '--limit is empty',
  ],
  [['keygen', '-o', ''], '--output is empty'],
  [['audit', 'm.map.yaml', '--svg', ''], '--svg is empty'],
  [['check', ''], 'an argument is empty'],
])('what is empty is refused by name: %j', async (argv, words) => {
  const refused = await holdfast(argv, { cwd: folder.path, env: { COLUMNS: '400' } });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
});

test.each([
  'compile m.map.yaml -o a.img -o b.img',
  'import t.csv --from a_m --to b_m --map m --map n -o x',
  'import t.csv --from a_m --to b_m --map m -o x --ends inclusive --ends exclusive',
  'check m.map.yaml --at 1 --at 2',
  'sweep m.map.yaml --from 1 --from 2 --to 3',
  'lint m.map.yaml --format github --format sarif',
  'audit m.map.yaml --svg a.svg --svg b.svg',
  'track x.xml --direction up --direction down -o x',
  'calendar hours.txt --over-midnight keep --over-midnight cut',
  'ports --baud 9600 --baud 115200',
])('of two values none is lost: %s', async (words) => {
  const refused = await holdfast(words.split(' '), { cwd: folder.path, env: { COLUMNS: '400' } });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/--\w[\w-]* is given twice/) });
});

test('options that take several take them', async () => {
  const words = 'import t.csv --from a_m --to b_m --map m -o twice.map.yaml --where a_m!=7 --where b_m!=8';
  const ran = await holdfast(words.split(' '), { cwd: folder.path, env: { COLUMNS: '400' } });
  expect(ran.stderr).not.toContain('given twice');
});
