import type { ObjectSpec } from '../../host/schema/table.ts';
import { fileName, identity, integer, type JsonSchema } from '../../host/schema/values.ts';
import {
  ALERTS_MAX,
  CONTROLLERS_MAX,
  GATEWAYS_MAX,
  KEEP_DAYS,
  LINES_A_GATEWAY_MAX,
  SIGNERS_MAX,
  SITES_MAX,
  SOURCES_MAX,
  WINDOWS_A_SITE_MAX,
} from '../limits.ts';

/** Every object of `fleet.yaml` with its fields: reader and JSON Schema are both held to it. */

const time: JsonSchema = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' };
const DAY = '(mon|tue|wed|thu|fri|sat|sun)';
const days: JsonSchema = { type: 'string', pattern: `^(daily|${DAY}(-${DAY})?( *, *${DAY}(-${DAY})?)*)$` };
const words: JsonSchema = { type: 'string', minLength: 1 };
const variable: JsonSchema = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' };
const listOf = (name: string, maxItems: number): JsonSchema => ({
  type: 'array',
  items: { $ref: `#/definitions/${name}` },
  minItems: 1,
  maxItems,
});

export const OBJECTS = {
  inventory: {
    says: 'A Holdfast fleet: its sites, gateways, cells and controllers.',
    fields: {
      fleet: { says: 'Version of this format: 1.', value: { const: 1 }, required: true },
      name: {
        says: 'Name of the fleet, 1 to 31 of a-z, 0-9 and "-". A signed state names it too.',
        value: identity,
        required: true,
      },
      signers: {
        says: 'Files with the public keys that sign what the fleet should run, beside this file.',
        value: { type: 'array', items: fileName, minItems: 1, maxItems: SIGNERS_MAX },
        required: true,
      },
      server: {
        says: 'File with the public key of the server that gateways ask, beside this file.',
        value: fileName,
      },
      sites: { says: 'Where machines stand.', value: listOf('site', SITES_MAX), required: true },
      gateways: {
        says: 'Computers with serial lines to controllers.',
        value: listOf('gateway', GATEWAYS_MAX),
        required: true,
      },
      cells: {
        says: 'Controllers that change together.',
        value: listOf('cell', CONTROLLERS_MAX),
        required: true,
      },
      controllers: {
        says: 'The controllers, each in one cell and on one port of one gateway.',
        value: listOf('controller', CONTROLLERS_MAX),
        required: true,
      },
      sources: {
        says: 'Map sources, beside this file, that checks compare with the editions that were signed of them.',
        value: { type: 'array', items: fileName, minItems: 1, maxItems: SOURCES_MAX },
      },
      alerts: {
        says: 'Who is told of incidents, besides the terminal of the server.',
        value: listOf('alert', ALERTS_MAX),
      },
      'keep-days': {
        says: `For how many days the database keeps what is over; ${KEEP_DAYS.usual} unless given.`,
        value: integer(KEEP_DAYS.least, KEEP_DAYS.most),
      },
    },
  },
  alert: {
    says: 'Somebody who is told of incidents: at a webhook, or by mail. Secrets stand elsewhere.',
    fields: {
      id: { says: 'Its name, 1 to 31 of a-z, 0-9 and "-".', value: identity, required: true },
      webhook: {
        says: 'Where incidents are posted as JSON: an https address, or http to the computer of the server.',
        value: words,
      },
      'webhook-env': {
        says: 'Variable of the environment with that address, when the address is a secret itself.',
        value: variable,
      },
      mail: { says: 'Addresses to which mail is sent.', value: { type: 'array', items: words, minItems: 1 } },
      server: {
        says: 'With mail: smtps://host:port, or smtp://host:port, which is upgraded to TLS.',
        value: words,
      },
      from: { says: 'With mail: the address that it comes from.', value: words },
      user: { says: 'With mail: who logs in; its secret is the password.', value: words },
      'secret-env': {
        says: 'Variable of the environment with the secret: a bearer token, or the password of mail.',
        value: variable,
      },
      'secret-file': { says: 'File with the secret, beside this file.', value: fileName },
    },
  },
  site: {
    says: 'A place with its clock and its calendar.',
    fields: {
      id: { says: 'Its name, 1 to 31 of a-z, 0-9 and "-".', value: identity, required: true },
      zone: {
        says: 'Its time zone by name, such as Europe/Zurich or UTC.',
        value: { type: 'string', minLength: 1 },
        required: true,
      },
      windows: {
        says: 'When machines may be changed, each week.',
        value: listOf('window', WINDOWS_A_SITE_MAX),
        required: true,
      },
      closed: {
        says: 'Days on which no window begins, as YYYY-MM-DD.',
        value: { type: 'array', items: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' } },
      },
      check: {
        says: 'When its controllers are checked deeply, against signed images and against records.',
        value: { $ref: '#/definitions/check' },
      },
    },
  },
  check: {
    says: 'A moment of the week on the clocks of the site.',
    fields: {
      days: {
        says: 'Days: `daily`, one (`sun`), a range (`mon-fri`), or several.',
        value: days,
        required: true,
      },
      at: { says: 'The time, HH:MM.', value: time, required: true },
    },
  },
  window: {
    says: 'A weekly maintenance window on the clocks of the site.',
    fields: {
      days: {
        says: 'Days on which it begins: `daily`, one (`sat`), a range (`mon-fri`), or several (`mon, wed`).',
        value: days,
        required: true,
      },
      from: { says: 'When it opens, HH:MM.', value: time, required: true },
      to: {
        says: 'When it closes, HH:MM; not after `from` means on the following day.',
        value: time,
        required: true,
      },
    },
  },
  gateway: {
    says: 'A computer with serial lines to controllers.',
    fields: {
      id: { says: 'Its name, 1 to 31 of a-z, 0-9 and "-".', value: identity, required: true },
      site: { says: 'The site where it stands.', value: identity, required: true },
      key: { says: 'File with its public key, beside this file.', value: fileName, required: true },
      lines: {
        says: 'How many serial lines it has.',
        value: integer(1, LINES_A_GATEWAY_MAX),
        required: true,
      },
    },
  },
  cell: {
    says: 'Controllers that change together: all of them run the new edition, or none does.',
    fields: {
      id: { says: 'Its name, 1 to 31 of a-z, 0-9 and "-".', value: identity, required: true },
      site: { says: 'The site where it stands.', value: identity, required: true },
    },
  },
  controller: {
    says: 'One controller.',
    fields: {
      id: { says: 'Its name, 1 to 31 of a-z, 0-9 and "-".', value: identity, required: true },
      cell: { says: 'The cell that it changes with.', value: identity, required: true },
      gateway: { says: 'The gateway that it hangs on.', value: identity, required: true },
      port: {
        says: 'Its serial port, as the gateway calls it.',
        value: { type: 'string', minLength: 1 },
        required: true,
      },
      map: { says: 'The map that it runs.', value: identity, required: true },
      class: { says: 'Class of the device; `generic` unless given.', value: identity },
    },
  },
} satisfies Record<string, ObjectSpec>;
