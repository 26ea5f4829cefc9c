import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { visible, visibleJson } from '../common/visible.ts';
import type { Finding, Linted } from './lint.ts';

/** Findings in the forms that editors and CI services take. */

export const LINT_FORMATS = ['words', 'json', 'sarif', 'github', 'gitlab'] as const;
export type LintFormat = (typeof LINT_FORMATS)[number];

/** SARIF 2.1.0, section 3.13.3: where its schema is published. */
const SARIF_SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const HOME = 'https://www.npmjs.com/package/holdfast';

/** The report, with its last line break. `version` is that of this package, `folder` where paths are relative to. */
export function lintText(linted: Linted, format: LintFormat, version: string, folder: string): string {
  switch (format) {
    case 'words':
      return wordsText(linted);
    case 'json':
      return `${visibleJson(JSON.stringify(linted))}\n`;
    case 'sarif':
      return jsonLines(sarifLog(linted, version, folder));
    case 'github':
      return linted.findings.map((finding) => `${githubCommand(finding, folder)}\n`).join('');
    case 'gitlab':
      return jsonLines(gitlabReport(linted.findings, folder));
  }
}

function jsonLines(value: unknown): string {
  return `${JSON.stringify(value, null, 2).split('\n').map(visibleJson).join('\n')}\n`;
}

function wordsText({ sources, findings, omitted }: Linted): string {
  const lines = findings.map((finding) => {
    const { level, file, line, column, code } = finding;
    const note = level === 'note' ? 'note: ' : '';
    return `${visible(file)}:${line}:${column}: ${note}${code}: ${textOf(finding)}`;
  });
  const notes = findings.filter(({ level }) => level === 'note').length;
  const count = findings.length - notes + omitted;
  const noteWords = notes === 0 ? '' : notes === 1 ? ', 1 note' : `, ${notes} notes`;
  const of = sources.length === 1 ? '1 source' : `${sources.length} sources`;
  return [...lines, `${of}, ${count === 1 ? '1 mistake' : `${count} mistakes`}${noteWords}`, ''].join('\n');
}

/** With its remedy; a note has none. */
function textOf({ message, remedy }: Finding): string {
  return `${visible(message)}.${remedy === '' ? '' : ` ${visible(remedy)}`}`;
}

/** docs.github.com, workflow commands: properties are cut at commas and colons, values at line breaks. */
function githubCommand(finding: Finding, folder: string): string {
  const { level, file, line, column, code } = finding;
  const data = (text: string) =>
    visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const place = `file=${property(pathFrom(folder, file))},line=${line},col=${column}`;
  return `::${level === 'note' ? 'notice' : level} ${place},title=${property(code)}::${data(textOf(finding))}`;
}

/** docs.gitlab.com, code quality report: a fingerprint stays the same while lines before it come and go. */
function gitlabReport(findings: readonly Finding[], folder: string): readonly object[] {
  return withFingerprints(findings, folder).map(({ finding, path, fingerprint }) => ({
    description: textOf(finding),
    check_name: finding.code,
    fingerprint,
    severity: finding.level === 'note' ? 'info' : 'major',
    location: { path, lines: { begin: finding.line } },
  }));
}

interface Fingerprinted {
  readonly finding: Finding;
  readonly path: string;
  /** SHA-256 in hex of path, code, message without places, and which of those that are alike. */
  readonly fingerprint: string;
}

function withFingerprints(findings: readonly Finding[], folder: string): readonly Fingerprinted[] {
  const alike = new Map<string, number>();
  return findings.map((finding) => {
    const path = pathFrom(folder, finding.file);
    const key = [path, finding.code, finding.message.replace(/:\d+:\d+/g, '')].join('\0');
    const number = alike.get(key) ?? 0;
    alike.set(key, number + 1);
    const fingerprint = createHash('sha256').update(`${key}\0${number}`).digest('hex');
    return { finding, path, fingerprint };
  });
}

function sarifLog({ findings, omitted }: Linted, version: string, folder: string): object {
  const rules = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'holdfast', version, informationUri: HOME, rules: rules.map((id) => ({ id })) },
        },
        columnKind: 'utf16CodeUnits',
        results: withFingerprints(findings, folder).map((each) => sarifResult(each, rules)),
        properties: { omitted },
      },
    ],
  };
}

function sarifResult({ finding, path, fingerprint }: Fingerprinted, rules: readonly string[]): object {
  const { level, code, line, column } = finding;
  return {
    ruleId: code,
    ruleIndex: rules.indexOf(code),
    level,
    message: { text: textOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path) },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
    partialFingerprints: { 'holdfast/v1': fingerprint },
  };
}

/** Relative where the file lies below, with slashes; absolute elsewhere. */
function pathFrom(folder: string, file: string): string {
  const path = isAbsolute(file) ? relative(folder, file) : file;
  const isBelow = !path.startsWith('..') && !isAbsolute(path);
  return isBelow ? path.split(sep).join('/').replace(/^\.\//, '') : file;
}

function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.split('/').map(encodeURIComponent).join('/');
}
