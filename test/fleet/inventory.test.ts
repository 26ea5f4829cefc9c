import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { lastCheckMs, nextOpening } from '../../fleet/inventory/calendar.ts';
import type { Inventory, Site } from '../../fleet/inventory/model.ts';
import { readInventory } from '../../fleet/inventory/read.ts';
import { inventorySchema } from '../../fleet/inventory/schema.ts';
import { OBJECTS } from '../../fleet/inventory/table.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { KEY_FILES, PLANT } from './support/plant.ts';

function read(text: string): Promise<Inventory> {
  return readInventory('fleet.yaml', memoryReader({ 'fleet.yaml': text, ...KEY_FILES }));
}

/** What the reader says of a text, a line for each mistake. */
async function mistakes(text: string): Promise<string> {
  try {
    await read(text);
    return '';
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'INVENTORY') return error.message;
    throw error;
  }
}

const validate = new Ajv({ allowUnionTypes: true }).compile(inventorySchema());

describe('an inventory', () => {
  test('is read whole', async () => {
    const plant = await read(PLANT);
    expect(plant.fleet).toBe('north-works');
    expect(plant.signers).toHaveLength(1);
    expect([...plant.cells.values()].map(({ id, members }) => [id, members])).toEqual([
      ['press-1', ['p1-a', 'p1-b']],
      ['press-2', ['p2-a']],
    ]);
    expect(plant.controllers.get('p2-a')).toEqual({
      id: 'p2-a',
      cell: 'press-2',
      gateway: 'gw-1',
      port: '/dev/ttyS1',
      map: 'other',
      device: 'lift',
    });
    expect(plant.sites.get('hall-2')?.windows[0]).toEqual({
      days: [1, 2, 3, 4, 5],
      fromMinute: 22 * 60,
      untilMinute: 29 * 60,
    });
    expect(plant.unused).toEqual([]);
  });

  test('says what in it nothing uses', async () => {
    const idle = PLANT.replace('gateway: gw-2, port: /dev/ttyS0', 'gateway: gw-1, port: /dev/ttyS9').replace(
      'lines: 2 }',
      'lines: 3 }',
    );
    expect((await read(idle)).unused).toEqual(['gateway gw-2 has no controller']);
  });

  // Each: what is replaced, by what, and the message that names the place.
  test.each([
    ['fleet: 1', 'fleet: 2', '1:8: FORMAT_VERSION'],
    ['name: north-works\n', '', '1:1: MISSING_FIELD: the fleet has no field "name"'],
    ['signers: [ state.pub.pem ]', 'signers: []', '3:10: OUT_OF_RANGE: 0 signers'],
    ['state.pub.pem', 'none.pub.pem', '3:12: FILE_MISSING: cannot read none.pub.pem'],
    [
      'zone: Europe/Zurich',
      'zone: Europe/Zuerich',
      '6:11: BAD_VALUE: zone of site hall-2: "Europe/Zuerich" is no zone',
    ],
    ['zone: Europe/Zurich', 'zone: "+01:00"', 'is an offset, which knows no summer time'],
    ['days: mon-fri', 'days: mon-fry', '8:17: BAD_VALUE: days of window of site hall-2 are "mon-fry"'],
    ['days: sun', 'days: "mon, mon"', '9:17: BAD_VALUE'],
    [
      'days: sun, from: 06:00',
      'days: sat, from: 04:00',
      '9:9: INTERVALS_OVERLAP: windows of site hall-2 lie over one another',
    ],
    [
      'from: 06:00',
      'from: 6:00',
      '9:28: BAD_VALUE: from of window of site hall-2 is "6:00", not a time of day',
    ],
    ['to: 18:00', 'to: 06:00', '9:9: INTERVAL_EMPTY'],
    ['2026-12-24', '2026-02-29', '10:15: BAD_VALUE: a closed day of site hall-2 is "2026-02-29"'],
    ['lines: 2', 'lines: 0', 'OUT_OF_RANGE: lines of gateway gw-1 is 0'],
    ['lines: 2', 'lines: 1', '20:41: TOO_MANY: controller p2-a is one more than the 1 lines of gateway gw-1'],
    ['gw-2.pub.pem', 'gw-1.pub.pem', '13:36: BAD_VALUE: gateway gw-2 has the key of gateway gw-1'],
    ['id: gw-2, site: hall-2', 'id: gw-2, site: hall-3', 'UNKNOWN_ID: site of gateway gw-2 is hall-3'],
    [
      'id: press-2, site',
      'id: press-1, site',
      '16:11: DUPLICATE_ID: cell press-1 is there already, in line 15',
    ],
    ['id: p1-b', 'id: p1-a', 'DUPLICATE_ID: controller p1-a is there already, in line 18'],
    [
      'port: /dev/ttyS1',
      'port: /dev/ttyS0',
      'DUPLICATE_ID: controller p2-a is on /dev/ttyS0 of gateway gw-1, and so is',
    ],
    ['cell: press-2', 'cell: press-1', '16:11: OUT_OF_RANGE: cell press-2 has 0 controllers'],
    [
      'class: lift',
      'clas: lift',
      'UNKNOWN_FIELD: a controller has no field named "clas". Did you mean "class"?',
    ],
    ['map: other', 'map: Other', 'BAD_VALUE: map of controller p2-a is "Other"'],
    ['controllers:\n', 'controllers: none\n', 'WRONG_KIND'],
  ])('%s → %s is told with its place', async (from, to, message) => {
    expect(PLANT).toContain(from);
    const text =
      to === 'controllers: none\n' ? `${PLANT.split('controllers:')[0]}${to}` : PLANT.replace(from, to);
    expect(await mistakes(text)).toContain(message);
  });

  test('that is empty is told so', async () => {
    for (const text of ['', '# nothing\n\n', '  \n'])
      expect(await mistakes(text)).toBe(
        'fleet.yaml:1:1: EMPTY_FILE: the file is empty. An inventory begins with "fleet: 1".',
      );
  });

  test('of another site than its gateway is refused', async () => {
    const text = PLANT.replace(
      'gateways:',
      '  - { id: yard, zone: UTC, windows: [ { days: daily, from: 01:00, to: 02:00 } ] }\ngateways:',
    ).replace('id: press-2, site: hall-2', 'id: press-2, site: yard');
    expect(await mistakes(text)).toContain(
      'controller p2-a hangs on a gateway of site hall-2, but cell press-2 is at yard',
    );
  });
});

const HOOK = '{ id: duty, webhook: "https://duty.plant.example/x", secret-env: DUTY_TOKEN }';
const MAIL =
  '{ id: office, mail: [ ann@plant.example ], server: "smtps://mail.plant.example", from: plant@plant.example, user: plant, secret-file: mail.secret }';
const WATCHED = `${PLANT.replace('    closed:', '    check: { days: sun, at: "02:30" }\n    closed:')}sources: [ maps/line.map.yaml ]
keep-days: 90
alerts:
  - ${HOOK}
  - ${MAIL}
`;

describe('who is told, what is checked, and how long it is kept', () => {
  test('stands in the inventory, and where secrets are, and no secret', async () => {
    const plant = await read(WATCHED);
    expect(plant.sites.get('hall-2')?.check).toEqual({ days: [7], minute: 150 });
    expect([plant.sources, plant.keepDays]).toEqual([['maps/line.map.yaml'], 90]);
    expect([...plant.alerts.values()]).toEqual([
      {
        ...{ id: 'duty', kind: 'webhook', url: 'https://duty.plant.example/x' },
        secret: { from: 'environment', name: 'DUTY_TOKEN' },
      },
      {
        ...{ id: 'office', kind: 'mail', server: 'smtps://mail.plant.example', from: 'plant@plant.example' },
        to: ['ann@plant.example'],
        login: { user: 'plant', password: { from: 'file', name: 'mail.secret' } },
      },
    ]);
    expect(validate(parse(WATCHED))).toBe(true);
    expect(await read(PLANT)).toMatchObject({ sources: [], keepDays: 400, alerts: new Map() });
  });

  test.each([
    ['https://duty', 'http://duty', 'webhook of alert duty is not encrypted'],
    ['https://duty', 'https://ann:SECRET@duty', 'webhook of alert duty has a user or password in it'],
    ['https://duty.plant.example/x', 'file:///etc/passwd', 'webhook of alert duty begins with file:'],
    ['https://duty.plant.example/x', 'duty', 'webhook of alert duty is no address'],
    ['secret-env: DUTY_TOKEN', 'secret-env: s3cr-et!', 'secret-env of alert duty is no name of a variable'],
    ['secret-env: DUTY_TOKEN', 'secret-env: A, secret-file: b', 'alert duty has two secrets'],
    ['secret-env: DUTY_TOKEN', 'secret: A', 'UNKNOWN_FIELD: an alert has no field named "secret"'],
    ['secret-env: DUTY_TOKEN', 'from: a@b', 'alert duty is a webhook and mail at once'],
    ['secret-env: DUTY_TOKEN', 'webhook-env: A', 'webhook of alert duty is given twice'],
    ['user: plant, ', '', 'alert office has a user or a password, and not the other'],
    ['smtps://mail', 'smtps://plant:SECRET@mail', 'server of alert office is no address of a mail server'],
    ['smtps://mail', 'imap://mail', 'server of alert office is no address of a mail server'],
    ['[ ann@plant.example ]', '[]', 'alert office has 0 addresses'],
    ['ann@plant.example', '"ann@plant.example, eve@x"', 'an address of alert office is'],
    ['id: office', 'id: duty', 'alert duty is there already'],
    ['at: "02:30"', 'at: "24:30"', 'at of check of site hall-2 is "24:30", not a time of day'],
    ['days: sun, at', 'days: sunday, at', 'days of check of site hall-2 are "sunday"'],
    ['keep-days: 90', 'keep-days: 1', 'OUT_OF_RANGE: keep-days is 1'],
    ['[ maps/line.map.yaml ]', '[]', 'OUT_OF_RANGE: 0 sources'],
  ])('%s → %s is told, without the secret', async (from, to, message) => {
    expect(WATCHED).toContain(from);
    const told = await mistakes(WATCHED.replace(from, to));
    expect(told).toContain(message);
    expect(told).not.toMatch(/SECRET|s3cr/);
  });

  test('a check comes at its time on the clocks of the site, also when they change', () => {
    const site = { zone: 'Europe/Zurich', check: { days: [7], minute: 150 } };
    const last = (now: string) => {
      const ms = lastCheckMs(site, Date.parse(now));
      return ms === null ? null : new Date(ms).toISOString();
    };
    expect(last('2026-11-29T01:29:59Z')).toBe('2026-11-22T01:30:00.000Z');
    expect(last('2026-11-29T01:30:00Z')).toBe('2026-11-29T01:30:00.000Z');
    expect(last('2026-12-05T00:00:00Z')).toBe('2026-11-29T01:30:00.000Z');
    // 02:30 is left out in spring, and comes twice in autumn: then it is the first of them.
    expect(last('2026-03-29T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(last('2026-10-25T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(lastCheckMs({ zone: 'UTC', check: null }, 0)).toBe(null);
  });
});

describe('the schema', () => {
  test('takes what the reader takes', () => {
    validate(parse(PLANT));
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each([
    ['fleet: 1', 'fleet: 2'],
    ['name: north-works\n', ''],
    ['days: mon-fri', 'days: mon-fry'],
    ['from: 06:00', 'from: 6:00'],
    ['lines: 2', 'lines: 0'],
    ['class: lift', 'clas: lift'],
    ['map: other', 'map: Other'],
    ['port: /dev/ttyS1, ', ''],
    ['signers: [ state.pub.pem ]', 'signers: []'],
  ])('refuses %s → %s, as the reader does', async (from, to) => {
    const text = PLANT.replace(from, to);
    expect(validate(parse(text))).toBe(false);
    expect(await mistakes(text)).not.toBe('');
  });

  test('describes every object and field, ended by a full stop', () => {
    for (const { says, fields } of Object.values(OBJECTS))
      for (const text of [says, ...Object.values(fields).map((field) => field.says)])
        expect(text).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a calendar', () => {
  const site = async (): Promise<Site> => {
    const found = (await read(PLANT)).sites.get('hall-2');
    if (found === undefined) throw new Error('the plant has this site');
    return found;
  };
  const at = async (moment: string): Promise<string> => {
    const nowMs = Date.parse(moment);
    const opening = nextOpening(await site(), nowMs);
    if (opening === null) return 'never';
    const span = [opening.fromMs, opening.untilMs]
      .map((ms) => new Date(ms).toISOString().slice(0, 16))
      .join(' ');
    return `${opening.fromMs <= nowMs ? 'open' : 'next'} ${span}`;
  };

  test.each([
    ['2026-11-25T12:00:00Z', 'next 2026-11-25T21:00 2026-11-26T04:00'],
    ['2026-11-25T21:00:00Z', 'open 2026-11-25T21:00 2026-11-26T04:00'],
    ['2026-11-26T03:59:59Z', 'open 2026-11-25T21:00 2026-11-26T04:00'],
    ['2026-11-26T04:00:00Z', 'next 2026-11-26T21:00 2026-11-27T04:00'],
    // Friday's window ends on Saturday; the next is Sunday's.
    ['2026-11-28T04:00:00Z', 'next 2026-11-29T05:00 2026-11-29T17:00'],
    // Thursday the 24th is closed, and Wednesday's window runs into it.
    ['2026-12-24T03:00:00Z', 'open 2026-12-23T21:00 2026-12-24T04:00'],
    ['2026-12-24T04:00:00Z', 'next 2026-12-25T21:00 2026-12-26T04:00'],
    // Summer time in Zurich.
    ['2026-07-01T12:00:00Z', 'next 2026-07-01T20:00 2026-07-02T03:00'],
  ])('at %s: %s', async (moment, words) => {
    expect(await at(moment)).toBe(words);
  });

  test('never makes a window longer than it is on the wall when clocks change', async () => {
    const night = { days: [7], fromMinute: 150, untilMinute: 165 };
    const opening = (moment: string) =>
      nextOpening({ id: 's', zone: 'Europe/Zurich', windows: [night], closed: [] }, Date.parse(moment));
    // 02:30 to 02:45 does not exist on 2026-03-29, and comes twice on 2026-10-25.
    expect(opening('2026-03-29T00:00:00Z')?.fromMs).toBe(Date.parse('2026-04-05T00:30:00Z'));
    expect(opening('2026-10-24T22:00:00Z')?.fromMs).toBe(Date.parse('2026-11-01T01:30:00Z'));
  });

  test('without a day left says so', async () => {
    const windows = [{ days: [1], fromMinute: 0, untilMinute: 60 }];
    const closed = Array.from({ length: 410 }, (_, day) =>
      new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    );
    expect(nextOpening({ id: 's', zone: 'UTC', windows, closed }, Date.UTC(2026, 0, 2))).toBeNull();
  });
});
