import type { ObjectSpec } from '../../host/schema/table.ts';
import { fileName, identity, integer, type JsonSchema } from '../../host/schema/values.ts';
import {
  CONTROLLERS_MAX,
  GATEWAYS_MAX,
  LINES_A_GATEWAY_MAX,
  SIGNERS_MAX,
  SITES_MAX,
  WINDOWS_A_SITE_MAX,
} from '../limits.ts';

/** Every object of `fleet.yaml` with its fields: reader and JSON Schema are both held to it. */

const time: JsonSchema = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' };
const DAY = '(mon|tue|wed|thu|fri|sat|sun)';
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
    },
  },
  window: {
    says: 'A weekly maintenance window on the clocks of the site.',
    fields: {
      days: {
        says: 'Days on which it begins: `daily`, one (`sat`), a range (`mon-fri`), or several (`mon, wed`).',
        value: { type: 'string', pattern: `^(daily|${DAY}(-${DAY})?( *, *${DAY}(-${DAY})?)*)$` },
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
