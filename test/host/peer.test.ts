import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withPeer } from '../../host/common/peer.ts';

const { peerDependencies, peerDependenciesMeta, devDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

test('a package that is there is given, and a missing one is named with its version', async () => {
  expect(await withPeer('wabt', 'This test', () => 'loaded')).toBe('loaded');
  const missing = Object.assign(new Error("Cannot find package 'wabt'"), { code: 'ERR_MODULE_NOT_FOUND' });
  const load = () => Promise.reject(missing);
  await expect(withPeer('wabt', 'This test', load)).rejects.toMatchObject({
    code: 'PEER_MISSING',
    message: 'This test needs the package wabt, which is not installed.',
    remedy: expect.stringContaining(`npm install wabt@${peerDependencies.wabt}`),
    exitCode: 2,
    cause: missing,
  });
});

test('one that is there and fails is said to fail', async () => {
  const load = () => Promise.reject(new Error('built for another system'));
  await expect(withPeer('koffi', 'This test', load)).rejects.toMatchObject({
    code: 'PEER_MISSING',
    message: 'This test needs the package koffi, which cannot be loaded.',
  });
});

test('every peer is optional, and the clone has the very version that users are told to install', () => {
  for (const [peer, version] of Object.entries(peerDependencies)) {
    expect(peerDependenciesMeta[peer]).toEqual({ optional: true });
    expect(devDependencies[peer]).toBe(version);
  }
});
