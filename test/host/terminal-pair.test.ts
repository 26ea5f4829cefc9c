import { closeSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openTerminalPair } from '../../host/controller/terminal-pair.ts';

const LIBRARY = { grantpt: () => 0, unlockpt: () => 0, ptsname: () => '/dev/null' };

afterEach(() => vi.doUnmock('koffi'));

/** Has koffi load this instead of the C library. */
function standIn(library: Record<string, (master: number) => unknown>): void {
  const func = (declaration: string) => library[/(\w+)\(/.exec(declaration)?.[1] ?? ''];
  vi.doMock('koffi', () => ({ load: () => ({ func }) }));
}

/** Masters that this process has open. */
function openMasters(): number {
  const isMaster = (descriptor: string) => {
    try {
      return /\/ptmx$/.test(readlinkSync(`/proc/self/fd/${descriptor}`));
    } catch {
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isMaster).length;
}

test('a pair: the slave is the path, and the master waits for nothing', async () => {
  const before = openMasters();
  const { master, slave, path } = await openTerminalPair();
  expect(openMasters()).toBe(before + 1);
  expect(readlinkSync(`/proc/self/fd/${slave}`)).toBe(path);
  const flags = Number.parseInt(
    /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${master}`, 'utf8'))?.[1] ?? '',
    8,
  );
  expect(flags & 0o4000, 'O_NONBLOCK').not.toBe(0);
  expect(writeSync(master, 'to the slave')).toBe(12);
  closeSync(slave);
  closeSync(master);
});

test('without koffi: what is missing, and the command that adds it', async () => {
  vi.doMock('koffi', () => {
    throw new Error('Cannot find package');
  });
  await expect(openTerminalPair()).rejects.toMatchObject({
    code: 'PEER_MISSING',
    exitCode: 2,
    remedy: expect.stringContaining('npm install koffi@'),
  });
});

describe('a system that gives none', () => {
  test.each([
    ['does not grant it', { grantpt: () => -1 }],
    ['does not unlock it', { unlockpt: () => -1 }],
    ['has no name for it', { ptsname: () => null }],
    ['has no slave', { ptsname: () => '/dev/pts/none' }],
  ])('since it %s: the error says so, and nothing stays open', async (_, calls) => {
    standIn({ ...LIBRARY, ...calls });
    const before = openMasters();
    await expect(openTerminalPair()).rejects.toMatchObject({ code: 'PSEUDO_TERMINAL', exitCode: 2 });
    expect(openMasters()).toBe(before);
  });
});
