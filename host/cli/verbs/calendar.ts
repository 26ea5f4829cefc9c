import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type CalendarDraft,
  type CalendarInput,
  draftCalendar,
  type HoursEntry,
} from '../../calendar/calendar.ts';
import { OVER_MIDNIGHT_RULES, type OverMidnightRule } from '../../calendar/expand.ts';
import { agencyZone, type GtfsTable } from '../../calendar/gtfs.ts';
import { readHolidays } from '../../calendar/holidays.ts';
import { CLOCK_CHANGE_RULES, type ClockChangeRule } from '../../calendar/zone.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { errnoOf } from '../../common/file-reason.ts';
import { ACTION_NAMES } from '../../format.ts';
import type { ActionName } from '../../source/model.ts';
import { parseEpoch, printDraft } from '../common/drafts.ts';
import { readTextInput } from '../common/files.ts';
import { refuseIdle } from '../common/idle-options.ts';
import { SOURCE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, writeOutput } from '../common/outputs.ts';

/** `holdfast calendar`: from opening hours, a GTFS calendar or FHIR periods to a map source on an axis of time. */

const HELP = `
Each day and hour becomes a row with its offset, in the named zone; the version of the zone table is written down. Days are included,
the last one too. A time that a change of the clocks leaves out or has twice is refused, or resolved as --clock-change says; --daily
counts hours as GTFS does, from noon minus 12 hours of the day of service.

INPUT is a GTFS folder or its calendar.txt or calendar_dates.txt (the tables beside it are read, too), a file of FHIR resources in JSON, or a text file with opening hours,
a line each: \`open = Mo-Fr 08:00-18:00; Dec 24 08:00-12:00; PH off\`. Later rules win; one behind a comma
adds to the hours of its days. Holidays (PH) are the days of --holidays: one a
line, such as \`2026-08-01 National day\` or \`2026-12-24..2026-12-26\`.

Exit codes: 0 done, 1 written, but it does not compile yet (gaps, overlaps), 2 mistakes in the calendar.

Examples:
  holdfast calendar --hours "Mo-Fr 08:00-18:00; PH off" --holidays days.txt --zone Europe/Zurich --from 2026-01-01 --to 2026-12-31 \\
    --map desk --gaps stop -o desk.map.yaml
  holdfast calendar gtfs/ --service weekday --map trains --gaps stop -o trains.map.yaml
  holdfast calendar coverage.json --zone Europe/Berlin --map plan --gaps stop -o plan.map.yaml`;

interface CalendarVerbOptions {
  readonly map: string;
  readonly output: string;
  readonly zone?: string;
  readonly from?: string;
  readonly to?: string;
  readonly hours?: string;
  readonly id: string;
  readonly holidays?: string;
  readonly clockChange: ClockChangeRule;
  readonly overMidnight: OverMidnightRule;
  readonly service?: string[];
  readonly status?: string;
  readonly daily?: string;
  readonly unit: string;
  readonly axis: string;
  readonly epoch: number;
  readonly gaps?: ActionName;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('calendar')
    .description('turn opening hours, a GTFS calendar or FHIR periods into a map source on an axis of time')
    .argument('[input]', 'folder or file with the calendar; none with --hours')
    .requiredOption('--map <id>', 'identity of the map')
    .requiredOption('-o, --output <source>', 'where to write the source; - is stdout')
    .option('--zone <name>', 'zone of days and hours, such as Europe/Zurich (GTFS: that of agency.txt)')
    .option('--from <day>', 'first day of the map (default: the first of the tables)')
    .option('--to <day>', 'last day of the map, included (default: the last of the tables)')
    .option('--hours <rules>', 'opening hours, such as "Mo-Fr 08:00-18:00; PH off"')
    .option('--id <id>', 'with --hours: id of the zone', 'open')
    .option('--holidays <file>', 'days that PH stands for, one a line')
    .addOption(
      new Option('--clock-change <rule>', 'a time that comes twice or not at all')
        .choices(CLOCK_CHANGE_RULES)
        .default('refuse'),
    )
    .addOption(
      new Option('--over-midnight <rule>', 'hours that run into a day which a later rule decides')
        .choices(OVER_MIDNIGHT_RULES)
        .default('refuse'),
    )
    .option('--service <id...>', 'GTFS: only these services')
    .option('--status <list>', 'FHIR: only resources of these statuses, such as active,finished')
    .option('--daily <hours>', 'GTFS: hours of a day of service, such as 05:00-24:30 (default: all day)')
    .addOption(new Option('--unit <unit>', 'what the axis counts').choices(['min', 's', 'ms']).default('s'))
    .option('--axis <name>', 'name of the axis', 't')
    .option('--epoch <number>', 'epoch of the edition', parseEpoch, 1)
    .addOption(
      new Option('--gaps <action>', 'acknowledge every time that nothing covers').choices(ACTION_NAMES),
    )
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(path: string | undefined, options: CalendarVerbOptions, command: Command): Promise<void> {
  claimOutputs(options.output);
  const input = await inputOf(path, options);
  const { names, what } = IDLE[path === undefined ? 'words' : input.kind];
  refuseIdle(command, names, what);
  const holidays =
    options.holidays === undefined
      ? undefined
      : readHolidays(await readTextInput(options.holidays), options.holidays);
  const made = await draftCalendar(input, options.output, {
    ...options,
    holidays,
    services: options.service,
    statuses: options.status?.split(',').map((status) => status.trim()),
  });
  await writeOutput(options.output, Buffer.from(made.source), { kind: SOURCE, force: options.force });
  const { zone, zoneTable, rows } = made;
  printDraft(options, made, { zone, zoneTable, rows }, wordsOf(made));
  if (made.mistakes.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
}

/** Options that do nothing with a kind of input. */
const IDLE: Readonly<
  Record<CalendarInput['kind'] | 'words', { readonly names: readonly string[]; readonly what: string }>
> = {
  words: { names: ['service', 'daily', 'status'], what: 'opening hours have no services and no resources' },
  hours: {
    names: ['service', 'daily', 'status', 'id'],
    what: 'a file of opening hours has ids of its own, and neither services nor resources',
  },
  gtfs: {
    names: ['id', 'holidays', 'status', 'clockChange', 'overMidnight'],
    what: 'in GTFS the tables say all days, services have ids, and hours count from noon minus 12 hours',
  },
  fhir: {
    names: ['id', 'holidays', 'service', 'daily', 'overMidnight'],
    what: 'periods of FHIR say their moments and have ids of their own',
  },
};

function wordsOf({ zones, rows, zone, zoneTable }: CalendarDraft): string {
  return `${zones} ${zones === 1 ? 'zone' : 'zones'} in ${rows} rows, ${zone} by tzdata ${zoneTable}`;
}

async function inputOf(path: string | undefined, { hours, id }: CalendarVerbOptions): Promise<CalendarInput> {
  if ((path === undefined) === (hours === undefined)) {
    throw new HoldfastError('USAGE', 'give either a file or --hours', {
      remedy: 'For example: holdfast calendar --hours "Mo-Fr 08:00-18:00" …',
    });
  }
  if (hours !== undefined)
    return { kind: 'hours', entries: [{ id, hours, where: '--hours' }], file: '--hours' };
  if (path === undefined) throw new TypeError('one of the two is given');
  if (await isFolder(path)) return gtfsIn(path);
  const file = basename(path);
  if (path.endsWith('.json')) return { kind: 'fhir', text: await readTextInput(path), file: path };
  const text = await readTextInput(path);
  if (!/(?:^|,)\s*"?service_id"?\s*(?:,|$)/m.test(text.split(/\r?\n/, 1)[0] ?? ''))
    return { kind: 'hours', entries: entriesOf(text, path), file: path };
  if (TABLES_OF_GTFS.includes(file)) return gtfsIn(dirname(path));
  const table = { file, text };
  const isPattern = /start_date/.test(text.split(/\r?\n/, 1)[0] ?? '');
  return {
    kind: 'gtfs',
    calendar: isPattern ? table : null,
    exceptions: isPattern ? null : table,
    agencyZone: null,
    file: path,
  };
}

/** One of these is read with the others beside it: days that one takes out of service are none without it. */
const TABLES_OF_GTFS = ['calendar.txt', 'calendar_dates.txt'];

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What is not there is named when it is read.
    return false;
  }
}

async function gtfsIn(folder: string): Promise<CalendarInput> {
  const [calendar, exceptions, agency] = [
    await tableIn(folder, 'calendar.txt'),
    await tableIn(folder, 'calendar_dates.txt'),
    await tableIn(folder, 'agency.txt'),
  ];
  if (calendar === null && exceptions === null) {
    throw new HoldfastError('FILE_MISSING', `${folder} has neither calendar.txt nor calendar_dates.txt`, {
      remedy: 'Give the folder of an unpacked GTFS feed.',
    });
  }
  return { kind: 'gtfs', calendar, exceptions, agencyZone: agency && agencyZone(agency), file: folder };
}

async function tableIn(folder: string, name: string): Promise<GtfsTable | null> {
  const path = join(folder, name);
  try {
    await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
  }
  return { file: path, text: await readTextInput(path) };
}

/** A line each: `id = hours`; empty lines and comments are passed over. */
function entriesOf(text: string, file: string): readonly HoursEntry[] {
  const entries: HoursEntry[] = [];
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) return;
    const where = `${file}:${index + 1}`;
    const [, id, hours] = /^([^=]+?)\s*=\s*(.*)$/.exec(content) ?? [];
    if (id === undefined || hours === undefined) {
      throw new HoldfastError('HOURS_BROKEN', `${where}: the line is not "id = hours"`, {
        remedy: 'Write lines such as open = Mo-Fr 08:00-18:00; PH off.',
      });
    }
    if (entries.some((entry) => entry.id === id)) {
      throw new HoldfastError('DUPLICATE_ID', `${where}: "${id}" has hours already`, {
        remedy:
          'Join both lines, with a comma before each rule that adds hours to those of its days, and ; before each that replaces them.',
      });
    }
    entries.push({ id, hours, where });
  });
  if (entries.length > 0) return entries;
  throw new HoldfastError('HOURS_BROKEN', `${file} holds no hours`, {
    remedy: 'Write lines such as open = Mo-Fr 08:00-18:00; PH off.',
  });
}
