/**
 * What users of three other SMP clients and of imgtool read, command by command, refusals included: the transcripts in docs/CLIENTS.md.
 * With HOLDFAST_WRITE_OUTPUTS=1 they are written anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseImage } from '../../host/image/container.ts';
import { generateKeyPair, publicKeyFromPem } from '../../host/image/sign.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition, sourceText } from '../support/editions.ts';
import { Cmcumgr, imgtoolVerify, McumgrGo, type OtherClient, Smpmgr } from '../support/other-clients.ts';
import { SimDevice } from '../support/sim-device.ts';

const DOCUMENT = new URL('../../docs/CLIENTS.md', import.meta.url);
const first = await compileEdition({ epoch: 3, limit: 80 });
const FILES = new Map([
  ['next.img', await compileEdition({ epoch: 4, replaces: '3', limit: 40, zones: 30 })],
  ['other.img', await compileEdition({ epoch: 5, replaces: '3', limit: 40, zones: 30 })],
  ['old.img', await compileEdition({ epoch: 2, limit: 40, zones: 30 })],
  ['padded.img', new Uint8Array(0)],
]);
FILES.set('padded.img', Buffer.concat([FILES.get('next.img') as Uint8Array, Buffer.alloc(4000, 0xff)]));

/** What happens besides: the machine is parked and its operator opens a shared window, or it runs a while. */
type Step = readonly string[] | 'window' | 'run';

const V1_STEPS: readonly Step[] = [
  ['image', 'upload', 'next.img'],
  ['image', 'list'],
  ['image', 'test', 'next.img'],
  ['image', 'confirm'],
  ['image', 'erase'],
  ['reset'],
  'window',
  ['echo', 'hi'],
  ['image', 'list'],
  ['image', 'confirm'],
  ['image', 'upload', 'old.img'],
  ['image', 'upload', 'padded.img'],
  ['image', 'test', 'next.img'],
  ['image', 'upload', 'next.img'],
  ['image', 'upload', 'next.img'],
  ['image', 'test', 'next.img'],
  ['image', 'upload', 'other.img'],
  ['image', 'erase'],
  ['reset'],
  ['image', 'confirm'],
  'run',
  'window',
  ['image', 'upload', 'other.img'],
  ['image', 'confirm'],
  ['image', 'erase'],
];

const V2_STEPS: readonly Step[] = [
  ['image', 'upload', 'next.img'],
  ['image', 'state-read'],
  ['image', 'state-write', 'next.img'],
  ['image', 'state-write', '--confirm'],
  ['image', 'erase', '1'],
  ['os', 'reset'],
  'window',
  ['os', 'echo', 'hi'],
  ['enum', 'get-supported-groups'],
  ['enum', 'get-group-details', '1', '78'],
  ['image', 'state-read'],
  ['image', 'state-write', '--confirm'],
  ['image', 'upload', 'old.img'],
  ['image', 'upload', 'padded.img'],
  ['image', 'state-write', 'next.img'],
  ['image', 'upload', 'next.img'],
  ['image', 'upload', 'next.img'],
  ['upgrade', 'next.img'],
  'window',
  ['image', 'state-read'],
  ['image', 'state-write', 'next.img'],
  ['image', 'state-read'],
  ['image', 'upload', 'other.img'],
  ['image', 'erase', '1'],
  ['os', 'reset'],
  ['image', 'state-write', '--confirm'],
  'run',
  'window',
  ['image', 'upload', 'other.img'],
  ['image', 'state-write', '--confirm'],
  ['image', 'state-read'],
  ['image', 'erase', '0'],
];

async function transcript(make: (device: SimDevice) => OtherClient, steps: readonly Step[]): Promise<string> {
  const device = await SimDevice.boot({ image: first, config: { checksToConfirm: 5, trialTicks: 0 } });
  const client = make(device);
  const lines: string[] = [];
  for (const step of steps) {
    if (step === 'window') {
      await device.client().openWindow({ shared: true });
      lines.push('', '(the machine is parked; its operator opens a shared window)', '');
    } else if (step === 'run') {
      await device.run(50);
      lines.push('', '(the machine runs for a while)');
    } else {
      lines.push(
        `$ ${client.name} ${step.map(spelled).join(' ')}`,
        ...(await client.run(step, FILES)).map(withoutHashes),
      );
    }
  }
  return lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n');
}

/** On the command line, an edition that is tested is named by its hash. */
function spelled(word: string, index: number, words: readonly string[]): string {
  const verb = words[index - 1];
  return verb === 'test' || (verb === 'state-write' && word !== '--confirm') ? `HASH-OF-${word}` : word;
}

/** A hash depends on every byte that is compiled; here it is called by the epoch of its edition. */
function withoutHashes(line: string): string {
  const named = [['epoch-3', first] as const, ...[...FILES].filter(([name]) => name !== 'padded.img')];
  return named.reduce(
    (text, [name, image]) =>
      text.replaceAll(Buffer.from(parseImage(image).digest).toString('hex'), `HASH-OF-${name}`),
    line,
  );
}

test.each([
  ['mcumgr', (device: SimDevice) => new McumgrGo(device), [['taskstat'], ...V1_STEPS]],
  ['cmcumgr', (device: SimDevice) => new Cmcumgr(device), V1_STEPS],
  ['smpmgr', (device: SimDevice) => new Smpmgr(device), V2_STEPS],
] as const)('%s', async (name, make, steps) => {
  const text = await transcript(make, steps);
  expect(text).not.toMatch(/ValidationError|No message of desired type|stall/);
  expectDocumented(name, text);
});

test('imgtool', async () => {
  const [release, other] = [generateKeyPair(), generateKeyPair()];
  const source = sourceText({ epoch: 4, replaces: '3', limit: 40, zones: 30 });
  const signed = await compileText(source, { key: release.privatePem });
  const damaged = Buffer.from(signed);
  damaged.writeUInt8(damaged.readUInt8(100) ^ 1, 100);
  const keys = new Map([
    ['release.pub.pem', release.publicPem],
    ['other.pub.pem', other.publicPem],
  ]);
  const files = new Map([
    ['next.img', signed],
    ['damaged.img', damaged],
    ['unsigned.img', FILES.get('next.img') as Uint8Array],
    ['next.map.yaml', Buffer.from(source)],
  ]);
  const lines = [
    ['next.img', 'release.pub.pem'],
    ['next.img'],
    ['next.img', 'other.pub.pem'],
    ['damaged.img', 'release.pub.pem'],
    ['unsigned.img', 'release.pub.pem'],
    ['next.map.yaml', 'release.pub.pem'],
  ].flatMap(([file = '', key]) => [
    `$ imgtool verify${key === undefined ? '' : ` --key ${key}`} ${file}`,
    ...imgtoolVerify(
      files.get(file) as Uint8Array,
      key === undefined ? null : publicKeyFromPem(keys.get(key) as string),
    ),
  ]);
  const digest = Buffer.from(parseImage(signed).digest).toString('hex');
  const text = lines.map((line) => `    ${line.replace(digest, 'HASH-OF-next.img')}`).join('\n');
  expect(text).toContain('HASH-OF-next.img');
  expectDocumented('imgtool', text);
});

function expectDocumented(name: string, text: string): void {
  const place = new RegExp(`(<!-- transcript: ${name} -->\n)[\\s\\S]*?(\n<!-- /transcript -->)`);
  const document = readFileSync(DOCUMENT, 'utf8');
  const written = document.replace(place, (_, begin, end) => `${begin}\n${text}\n${end}`);
  if (process.env.HOLDFAST_WRITE_OUTPUTS === '1') writeFileSync(DOCUMENT, written);
  expect(document).toMatch(place);
  if (process.env.HOLDFAST_WRITE_OUTPUTS !== '1') expect(document).toBe(written);
}
