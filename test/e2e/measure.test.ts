/** `holdfast timing measure` as its user runs it: against the emulated board, and where nothing can be measured. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { setSafeInput } from '../../host/controller/safe-input.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { sourceText } from '../support/editions.ts';

// Before a controller is started: what it waits for is the emulator, not a compiler.
await buildFirmware('rp2040');

let folder: ReturnType<typeof temporaryFolder>;
let controller: ControllerProcess | undefined;
let image: string;

beforeEach(async () => {
  folder = temporaryFolder('measure');
  image = await compile('first', sourceText({ epoch: 1, limit: 80 }));
});

afterEach(async () => {
  await controller?.end();
  controller = undefined;
  folder.remove();
});

async function compile(name: string, source: string): Promise<string> {
  writeFileSync(folder.at(`${name}.map.yaml`), source);
  const output = folder.at(`${name}.img`);
  expect(await holdfast(['compile', folder.at(`${name}.map.yaml`), '-o', output])).toMatchObject({ code: 0 });
  return output;
}

async function start(
  target: 'virtual' | 'rp2040',
): Promise<(...argv: string[]) => ReturnType<typeof holdfast>> {
  const started = await startController({
    ...{ state: folder.at('state'), image, parked: true },
    ...(target === 'virtual' ? {} : { target }),
  });
  controller = started;
  return (...argv) => holdfast([...argv, '--port', started.port], { env: { XDG_RUNTIME_DIR: folder.path } });
}

describe('timing measure', () => {
  test('on the emulated board: constant check, figures of the rest, the window closed again', async () => {
    const run = await start('rp2040');
    const { code, stdout, stderr } = await run(
      'timing',
      'measure',
      '--image',
      image,
      '--count',
      '20',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      map: 'line',
      epoch: 1,
      hertz: 125_000_000,
      seed: 1,
      count: 20,
      isConstant: true,
    });
    const rows = Object.fromEntries(result.measured.map((row: { function: string }) => [row.function, row]));
    expect(Object.keys(rows)).toEqual(['check', 'verdict', 'sweep', 'service']);
    expect(rows.check.min).toBe(rows.check.max);
    for (const row of result.measured) {
      expect(row.min).toBeGreaterThan(0);
      expect(row.max - row.min).toBe(row.spread);
      expect(row.inputs).toBeGreaterThan(20);
    }
    expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({ mode: 'run', epoch: 1 });
    const other = await compile('other', sourceText({ epoch: 1, limit: 81 }));
    expect(await run('timing', 'measure', '--image', other, '--function', 'check')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('IMAGE_OTHER'),
    });
    // A window that is open already is used, and left open.
    expect(await run('window', 'open')).toMatchObject({ code: 0 });
    writeFileSync(folder.at('points.csv'), 'x\n450\n');
    const table = await run('timing', 'measure', '--function', 'check', '--points', folder.at('points.csv'));
    expect(table).toMatchObject({ code: 0, stdout: expect.stringMatching(/^check +\d+ +\d+ +\d+ +0 /m) });
    expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({ mode: 'window' });
    expect(await run('timing', 'measure')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_IN_RUN'),
    });
  });

  test('a virtual controller has no counter: it is said, and the window is closed again', async () => {
    const run = await start('virtual');
    for (const name of ['check', 'service', 'all']) {
      expect(await run('timing', 'measure', '--function', name)).toMatchObject({
        ...{ code: 1, stdout: '' },
        stderr: expect.stringContaining('NO_COUNTER'),
      });
    }
    expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({ mode: 'run' });
    setSafeInput(controller?.safeInput ?? '', 'moving');
    expect(await run('timing', 'measure', '--function', 'check')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_PARKED'),
    });
  });

  test.each([
    ['another function', ['--function', 'stateOf']],
    ['a count that is too large', ['--count', '1000001']],
    ['a seed that is no number', ['--seed', 'x']],
    ['an image that is none', ['--image', fileURLToPath(import.meta.url)]],
  ])('%s is refused before the port is opened', async (_name, argv) => {
    expect(await holdfast(['timing', 'measure', '--port', folder.at('none'), ...argv])).toMatchObject({
      code: 2,
    });
  });
});
