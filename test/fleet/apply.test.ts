/** A cell of two controllers over pseudo-terminals, changed from this computer as a user does it; devices take signed maps only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageUrl } from '../../host/common/root.ts';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { sourceText } from '../support/editions.ts';
import { fleet } from './support/command.ts';

const folder = temporaryFolder('fleet-apply');
const MAPS = testKeyPair('release');
const MEMBERS = ['a', 'b'];
const controllers: ControllerProcess[] = [];

const INVENTORY = `fleet: 1
name: laptop
signers: [ state.pub.pem ]
sites: [ { id: hall, zone: UTC, windows: [ { days: daily, from: 00:00, to: 12:00 }, { days: daily, from: 12:00, to: 00:00 } ] } ]
gateways: [ { id: gw, site: hall, key: gw.pub.pem, lines: 2 } ]
cells: [ { id: press, site: hall } ]
controllers:
${MEMBERS.map((id) => `  - { id: ${id}, cell: press, gateway: gw, port: ${folder.at(`tty-${id}`)}, map: line }`).join('\n')}
`;

beforeAll(async () => {
  const files = {
    'fleet.yaml': INVENTORY,
    'state.pem': testKeyPair('state').privatePem,
    'state.pub.pem': testKeyPair('state').publicPem,
    'gw.pub.pem': testKeyPair('gw').publicPem,
    'release.pem': MAPS.privatePem,
    'release.pub.pem': MAPS.publicPem,
    'firmware.yaml': 'holdfast-firmware: 1\nmap: line\nchecks-to-confirm: 100\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(folder.at(name), text);
  for (const [epoch, limit] of [
    [1, 80],
    [2, 40],
    [4, 30],
  ] as const) {
    const replaces = epoch === 1 ? {} : { replaces: epoch === 2 ? '1' : '[ 2, 3 ]' };
    writeFileSync(
      folder.at(`${epoch}.img`),
      await compileText(sourceText({ epoch, limit, ...replaces }), { key: MAPS.privatePem }),
    );
  }
  for (const [sequence, image] of [
    ['1', '2.img'],
    ['2', '4.img'],
  ] as const) {
    const dates = ['--issued', '2026-01-01T00:00:00Z', '--expires', '2027-01-30T00:00:00Z'];
    const keys = ['--key', 'state.pem', '--map-key', 'release.pem'];
    const signed = await fleet(
      ['sign', 'fleet.yaml', image, '--sequence', sequence, ...dates, ...keys, '-o', `state-${sequence}`],
      { cwd: folder.path },
    );
    expect(signed.code, signed.stderr).toBe(0);
  }
  for (const id of MEMBERS) {
    const options = {
      state: folder.at(`flash-${id}`),
      image: folder.at('1.img'),
      config: folder.at('firmware.yaml'),
    };
    controllers.push(
      await startController({
        ...options,
        keys: [folder.at('release.pub.pem')],
        link: folder.at(`tty-${id}`),
        parked: true,
      }),
    );
  }
}, 240_000);

afterAll(async () => {
  for (const controller of controllers) await controller.end();
  folder.remove();
});

const ARGUMENTS = ['--cell', 'press', '--journal', 'journal'];
const apply = (state: string, ...more: string[]) =>
  fleet(['apply', 'fleet.yaml', state, ...ARGUMENTS, ...more], { cwd: folder.path });

async function epochs(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const { port } of controllers) {
    const { stdout } = await holdfast(['status', '--port', port, '--json']);
    const { epoch, trial } = JSON.parse(stdout);
    found.push(trial ? `${epoch} on trial` : epoch);
  }
  return found;
}

test('the cell is brought to the signed state, and then there is nothing to do', async () => {
  const { code, stdout, stderr } = await apply('state-1');
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('  a  epoch 1 → 2\n  b  epoch 1 → 2\n');
  expect(stdout).toMatch(/press {2}confirmed and read back\n$/);
  expect(await epochs()).toEqual([2, 2]);
  const again = await apply('state-1');
  expect({ code: again.code, stdout: again.stdout }).toEqual({
    code: 0,
    stdout: 'press is left: a, b run what they should.\n',
  });
});

test('killed when it has activated, it ends what it left and brings the cell to its end when it is started again', async () => {
  const main = fileURLToPath(packageUrl('build/js/fleet/cli/main.js'));
  const child = spawn(process.execPath, [main, 'apply', 'fleet.yaml', 'state-2', ...ARGUMENTS], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('on trial')) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  const { code, stdout, stderr } = await apply('state-2');
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(await epochs()).toEqual([4, 4]);
});

test('a state that is older than one that was followed is refused', async () => {
  const { code, stderr } = await apply('state-1', '--json');
  expect({ code, error: JSON.parse(stderr).error.code }).toEqual({ code: 1, error: 'STATE_OLDER' });
  expect(await epochs()).toEqual([4, 4]);
});
