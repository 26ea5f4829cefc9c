/**
 * The job of a user under each release of Node that is supported: `npm start`, the command, and the end-to-end suite of the virtual
 * controller; with HOLDFAST_RELEASES_ALL=1 (`npm run node-releases -- --all`) every suite of the host instead.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fetchNode, NODE_VERSIONS } from '../../host/setup/nodes.mjs';
import { temporaryFolder } from '../support/command.ts';

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8'));
const COMMAND: string = PACKAGE.bin.holdfast;
const MAP = 'firmware-maps/rail/rail.map.yaml';
const FETCH_MS_MAX = 600_000;
const ALL = process.env.HOLDFAST_RELEASES_ALL === '1';
/** All suites take many minutes. */
const SUITES_MS_MAX = ALL ? 7_200_000 : 600_000;
/** The suite of the virtual controller; its cases with boards need nothing of Node that these do not. */
const END_TO_END = ['test/e2e/update.test.ts', 'test/e2e/port.test.ts', '--testNamePattern', 'virtual'];
const EVERYTHING = ['--project', '!releases'];
/** Of END_TO_END at least so many are run: none would be a pattern that fits nothing. */
const CASES_MIN = 9;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, to be read when it failed. */
  readonly output: string;
}

/** Runs a program in which every `node` is this binary, and none of vitest's own settings reaches a vitest below. */
function run(node: string, command: string, argv: readonly string[]): Promise<Ended> {
  const outer = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|npm_|HOLDFAST_)/.test(name));
  const env = {
    ...Object.fromEntries(outer),
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    NO_COLOR: '1',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, output] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, output }));
  });
}

describe.each(NODE_VERSIONS)('Node %s', (version) => {
  let node: string;

  beforeAll(() => {
    node = fetchNode(version);
  }, FETCH_MS_MAX);

  test('npm start', async () => {
    const { code, output } = await run(node, 'sh', ['-c', PACKAGE.scripts.start]);
    expect(code, output).toBe(0);
    expect(output).toContain('epoch 12: confirmed');
    expect(output).not.toContain('is tested under');
  });

  test('check', async () => {
    const folder = temporaryFolder('releases');
    const image = folder.at('rail.img');
    const compiled = await run(node, node, [COMMAND, 'compile', MAP, '-o', image]);
    expect(compiled.code, compiled.output).toBe(0);
    const checked = await run(node, node, [COMMAND, 'check', image, '--at', '5050000']);
    folder.remove();
    expect(checked.code, checked.output).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ state: 'gap', gap: 'tunnel', limit: 40, epoch: 11 });
  });

  test(
    ALL ? 'every suite' : 'the end-to-end suite of the virtual controller',
    async () => {
      const folder = temporaryFolder('releases');
      const report = folder.at('report.json');
      const reporters = ['--reporter', 'default', '--reporter', 'json', '--outputFile', report];
      const argv = [
        'node_modules/vitest/vitest.mjs',
        'run',
        ...(ALL ? EVERYTHING : END_TO_END),
        ...reporters,
      ];
      const { code, output } = await run(node, node, argv);
      expect(code, output).toBe(0);
      expect(JSON.parse(readFileSync(report, 'utf8')).numPassedTests).toBeGreaterThanOrEqual(CASES_MIN);
      folder.remove();
    },
    SUITES_MS_MAX,
  );
});

test('the least release that is tested is the least that `engines` allows', () => {
  expect(`${NODE_VERSIONS[0]}`).toBe(`${PACKAGE.engines.node.replace('>=', '')}.0`);
});

describe('the set-up', () => {
  /** Runs what comes before `npm start` as if Node were of that version. */
  const prepare = (version: string) => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} })`;
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
    return run(process.execPath, process.execPath, ['--import', preload, 'host/setup/prepare.mjs']);
  };

  test.each(['18.20.8', '20.18.3'])('refuses Node %s, and says what it needs', async (version) => {
    const { code, output } = await prepare(version);
    expect(code).toBe(2);
    expect(output).toContain(`Holdfast needs Node ${PACKAGE.engines.node}; this is ${version}.`);
  });

  test.each(['25.9.0', '99.0.0'])('goes on under Node %s, and says that it is untested', async (version) => {
    const { code, output } = await prepare(version);
    expect(code, output).toBe(0);
    expect(output).toContain(`Holdfast is tested under Node 20, 22, 24 and 26; this is ${version}.`);
  });
});
