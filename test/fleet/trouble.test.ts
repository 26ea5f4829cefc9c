/** What happens to a server and its database from outside: the network between them is cut, the disk is full. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { placesOf } from '../../fleet/database/places.ts';
import { temporaryFolder } from '../support/command.ts';
import { Scene } from './support/scene.ts';

const folder = temporaryFolder('trouble');
chmodSync(folder.path, 0o711);
afterAll(folder.remove);

/** A way to the database that can be cut as a network is: nothing passes, and nobody is told. */
async function openWay(to: Scene) {
  const target = new URL(to.database.url);
  const host = target.searchParams.get('host');
  const place = to.folder.at('way');
  mkdirSync(place, { mode: 0o700 });
  let isCut = false;
  const ends: Socket[] = [];
  const way = createServer((near) => {
    const far = connectTo(`${host}/.s.PGSQL.5432`);
    ends.push(near, far);
    for (const [from, onto] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => void (isCut || onto.write(bytes)));
      from.on('close', () => void (isCut || onto.destroy()));
      from.on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => way.listen(`${place}/.s.PGSQL.5432`, resolve));
  target.searchParams.set('host', place);
  return {
    url: target.href,
    cut: () => {
      isCut = true;
    },
    /** What keepalives of the database do after some seconds. */
    end: () => {
      for (const socket of ends) socket.destroy();
      way.close();
    },
  };
}

test('a leader that does not reach the database any more ends itself, before another leads', async () => {
  const apart = new Scene();
  await apart.startDatabase();
  const way = await openWay(apart);
  try {
    const cutOff = await apart.startLeader(way.url);
    const standby = apart.startServer();
    expect(await standby.until(() => standby.said.some((line) => line.includes('stands by')))).toBe(true);
    const { pid } = cutOff;
    let endedFirst = false;
    apart.at(10, () => {
      way.cut();
      void cutOff
        .until(() => cutOff.said.some((line) => line.includes('was not reached in time')))
        .then((isSo) => {
          endedFirst = isSo && standby.epoch === 0;
          way.end();
        });
    });
    await apart.rollOut();
    expect(endedFirst).toBe(true);
    expect(standby.epoch).toBeGreaterThan(cutOff.epoch);
    expect(cutOff.pid).toBe(pid);
  } finally {
    way.end();
    await apart.end();
  }
});

/** A small disk of its own; null where nobody may make one. */
function smallDisk(): string | null {
  const path = folder.at('disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=711', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return null;
  }
}

test('the disk is full for a while', async ({ skip }) => {
  const small = new Scene();
  const disk = smallDisk();
  if (disk === null) return skip('no disk can be mounted here');
  try {
    await small.startDatabase(`${disk}/works`);
    await small.startLeader();
    const filler = `${disk}/filler`;
    small.at(12, () => {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - 8192, 1), { flag: 'w' });
      setTimeout(() => rmSync(filler), 3000);
    });
    const keeping = keepUp(small, `${disk}/works`);
    await small.rollOut();
    expect(await keeping.troubles()).toMatch(/No space left on device/);
    keeping.end();
  } finally {
    await small.end();
    execFileSync('umount', [disk]);
  }
});

/** Starts the database again whenever it ends, as whoever runs one does. */
function keepUp(of: Scene, place: string) {
  let isOver = false;
  const keep = async (): Promise<void> => {
    await of.database.ended;
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      // It may be full still.
      if (
        await of.startDatabase(place).then(
          () => true,
          () => false,
        )
      )
        return keep();
    }
  };
  void keep();
  return {
    troubles: async () => readFileSync(placesOf(place).log, 'utf8'),
    end: () => {
      isOver = true;
    },
  };
}
