/**
 * Remedies that tell what to say, in every room that reads tables, sources and images: followed, each leads to the map that was meant.
 * They are found in the code; one that is neither followed here nor named below with its reason fails the first test.
 */
import { existsSync, readdirSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type ImportVerbOptions, readOptions, register } from '../../host/cli/verbs/import.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { type Imported, importTable } from '../../host/import/import.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { covered } from '../support/covered.ts';
import { FOLLOWED, type Import } from '../support/followed-imports.ts';
import { proposesText, remediesInCode, sentenceIn, sentencesInCode } from '../support/remedies.ts';

const ROOMS = [
  'host/table',
  'host/source',
  'host/import',
  'host/compile',
  'host/lint',
  'host/body',
  'host/image',
  'host/core',
  'host/refusals',
  'host/cli/verbs/import.ts',
  'host/cli/common/table-options.ts',
];
/** Of these every remedy is looked at. */
const OF_TABLES = [
  'host/table',
  'host/import',
  ...readdirSync('host/source').flatMap((name) => (name.startsWith('table-') ? [`host/source/${name}`] : [])),
];

/** Of the others those with options, commands, and whatever is to be said. */
const PROPOSES = /--[a-z…]|`|"holdfast |\bsay\b|such as \w+=/i;

/** A sentence, or the last part of one. */
const REMEDY = /^(?:[A-Z]|…; ).*\.$/;

const SOURCE = 'm.map.yaml';

/** What names a command or an option and is no text of a table or a source, and why. */
const AT_THE_DEVICE = 'what a person does at the machine: a device answers, and no text is changed';
const BY_ANOTHER_PROGRAM = 'the program that made the file writes it anew: no text of it is changed by hand';
const ABOUT_FILES = 'says which file to give: what was given is another one, and no text of it is changed';
const ELSEWHERE: Readonly<Record<string, string>> = {
  'Look at the new columns; then say `holdfast import --again`, or import anew with options that use them.':
    'test/host/import-again.test.ts follows it',
  'Say --epoch …, or write the lower one into the source.': 'test/host/import-again.test.ts follows it',
  'Leave it out; to say something else, import the table anew.':
    'asked of --again and --check: test/host/import-again.test.ts meets it',
  'If it is the header, say --header-row …; else write the place of the mark.':
    'asked of points only: test/host/points.test.ts follows it',
  'Compile it with --lookup auto, which takes trees where directories do not pay.':
    'test/host/compile.test.ts follows it',
  "Compare the map source with the firmware's burned configuration: `holdfast status` shows it.":
    AT_THE_DEVICE,
  'Leave --lookup out.': 'test/host/plane-maps.test.ts follows it',
  'Write it as a polygon, or give the hole a zone or gap rule of its own and say who wins.':
    'test/host/plane-source.test.ts follows it',
  '…, or compile the map with --arena …: by … it fits.': 'test/host/arenas.test.ts follows it',
  'Leave --lookup out: by … a check takes …, and the map fits.':
    'test/host/lookup-reasons.test.ts follows it',
  'Give its source; images are read by `holdfast check`, `audit`, `diff` and `push`.': ABOUT_FILES,
  'Give --arena …': 'test/host/arenas.test.ts follows it',
  'Compile the map with --arena …: by … it fits.': 'test/host/arenas.test.ts follows it',
  'Give the right one with `--token`: ….': AT_THE_DEVICE,
  'Give the token with `--token`: ….': AT_THE_DEVICE,
  'Mark it in this window with `holdfast mark` and close the window to run it, or give it up with `holdfast revert`.':
    AT_THE_DEVICE,
  'Park the machine and run `holdfast revert`.': AT_THE_DEVICE,
  'Park the machine, then run `holdfast window open`.': AT_THE_DEVICE,
  'Run `holdfast confirm` or `holdfast revert` first.': AT_THE_DEVICE,
  'Run `holdfast status` to see what runs.': AT_THE_DEVICE,
  'Run `holdfast status` to see which slots hold an edition.': AT_THE_DEVICE,
  'Compile it with a lower epoch, or insist on this one with `--force`.': AT_THE_DEVICE,
  'Find out why it was reverted and compile a later epoch, or insist on this one with `--force`.':
    AT_THE_DEVICE,
  'Name the running epoch in `replaces` and compile again.': AT_THE_DEVICE,
  'Raise `epoch` in the source and compile again.': AT_THE_DEVICE,
  'Raise `epoch` in the source and compile again; `holdfast reissue` brings an older map back.':
    AT_THE_DEVICE,
  'Measure on a board, or on `holdfast controller --target rp2040`; for a port of your own, write port_cycles.':
    AT_THE_DEVICE,
  'Sign it with a key that the firmware knows (`holdfast status` names them), or burn firmware that knows this one.':
    AT_THE_DEVICE,
  'Sign it: compile it again with `--key`, or `holdfast reissue` it.': AT_THE_DEVICE,
  ...Object.fromEntries(
    [
      'Unpack it first: gunzip -k FILE.',
      'Unpack it first.',
      'Ask for the table as CSV; a PDF holds letters at places, not columns.',
      'Export its rows as CSV.',
      'Export its table as CSV.',
      'Open it in a spreadsheet and save it as CSV; railML is read by holdfast track.',
      'Save its table as CSV.',
      'Save it as UTF-8.',
      'Write its rows as CSV; the JSON of TTOBench is read by holdfast track.',
      'Save its sheet as "CSV UTF-8 (Comma delimited)" in Excel, or as "Text CSV" in LibreOffice Calc, and give that file.',
    ].map((remedy) => [remedy, BY_ANOTHER_PROGRAM]),
  ),
  'Choose another unit for the axis.':
    'no unit of time that is known counts a day in parts; it is there for one that would',
  'Import the table once with all options; the source keeps them.': ABOUT_FILES,
  'Use 1 to 31 of the characters a-z, 0-9 and "-".': 'a name is chosen, and none is proposed',
  'See holdfast import --help; --again and --check need a source only.':
    'how the command is used: no import is asked for',
  'If rows do not hold the place at which they end, say … instead; else widen the range.':
    'asked of sources only, and followed in test/host/tables-in-sources.test.ts',
  'Say --unit …, or rename the column.': 'asked of sources only, and followed in test/host/remedies.test.ts',
  'Compile it with --key, or reissue it.': 'a signature leaves the map as it is: test/host/trust.test.ts',
  'Compile the source again, or write the map anew with `holdfast reissue`.':
    'reissue writes the same map, which test/host/body-version.test.ts compares',
  'Decrypt it first, for instance with `openssl pkey -in KEY -out PLAIN`.': ABOUT_FILES,
  'Give an image that `holdfast compile` made.': ABOUT_FILES,
  'Give the .pem file that "holdfast keygen" made, not the .pub.pem file.': ABOUT_FILES,
  'Give the path of an image that `holdfast compile` made.': ABOUT_FILES,
  'Make a pair of keys with "holdfast keygen".': ABOUT_FILES,
  'Name the .pub.pem file that "holdfast keygen" made.': ABOUT_FILES,
  'Run `holdfast compile … -o …`, then give ….': 'test/host/other-images.test.ts runs it',
  'Leave --key and --development out, or take `keys` and `development` out of the configuration.':
    'whose images a device takes, decided once: the map is no part of it',
  'Name the keys whose images it takes with --key FILE.pub.pem (holdfast keygen makes one), or give --development: then it takes unsigned maps too.':
    'whose images a device takes: the map is no part of it',
  'Use fewer zones, or compile for the large build (--large).':
    'another build of the core for the same map: test/host/compile.test.ts',
  'Use …controllers with an arena of … (--arena …).':
    'other controllers for the same map: test/proof/builds.test.ts',
  'Build it with `npm run build`.': 'for who works on the project itself',
};

test('every remedy that tells what to say is followed, or has a reason', () => {
  const inSources = remediesInCode().filter(proposesText);
  const proposing = sentencesInCode(ROOMS).filter((text) => PROPOSES.test(text));
  const named = [
    ...new Set([...sentencesInCode(OF_TABLES).filter((text) => REMEDY.test(text)), ...proposing]),
  ].filter((text) => !inSources.includes(text));
  expect(named.filter((text) => FOLLOWED[text] === undefined && ELSEWHERE[text] === undefined)).toEqual([]);
  expect(
    [...Object.keys(FOLLOWED), ...Object.keys(ELSEWHERE)].filter((text) => !named.includes(text)),
  ).toEqual([]);
});

test('the tests that reasons name are there', () => {
  const files = Object.values(ELSEWHERE).flatMap((reason) => /test\/\S+\.ts/.exec(reason)?.[0] ?? []);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

/** The source that an import writes, read with the options of the command. */
async function run({ table, argv }: Import): Promise<Imported> {
  const program = new Command();
  register(program);
  const [verb] = program.commands;
  verb?.exitOverride().parseOptions([...argv]);
  const flags: ImportVerbOptions = verb?.opts() ?? {};
  const reader = memoryReader({ 't.csv': table });
  return await importTable('t.csv', SOURCE, { ...readOptions(flags, flags.from ?? '', 'm'), reader });
}

/** What is told of an import that is refused, or whose source does not compile: its remedies, each with its words. */
async function told(asked: Import): Promise<readonly string[]> {
  try {
    return (await run(asked)).mistakes.map(({ remedy }) => remedy);
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics.map(({ remedy }) => remedy);
    if (error instanceof HoldfastError) return [error.remedy ?? ''];
    throw error;
  }
}

describe.each(Object.entries(FOLLOWED))('%s', (shape, cases) => {
  test.each(cases.map((one, index) => [index + 1, one] as const))('followed, %i', async (_index, one) => {
    const remedies = await told(one);
    const remedy = remedies.find((text) => sentenceIn(text, shape) !== undefined);
    expect(remedy, remedies.join('\n')).toBeDefined();
    const followed = one.follow(one, remedy ?? '');
    expect(followed).not.toEqual({ table: one.table, argv: one.argv });
    expect(await covered(SOURCE, memoryReader({ [SOURCE]: (await run(followed)).source }))).toEqual(
      one.meant,
    );
  });
});
