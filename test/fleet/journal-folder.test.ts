/** A journal in a folder that cannot be made is refused at once, with the place: nothing waits for it. */
import { expect, test } from 'vitest';
import { FollowedFile } from '../../fleet/gateway/followed.ts';
import { FileJournal } from '../../fleet/gateway/journal-file.ts';
import { SessionFile } from '../../fleet/station/session-file.ts';

const NOWHERE = '/proc/no-such-process/journal';

test.each([
  ['what controllers are remembered by', async () => new FileJournal(NOWHERE)],
  ['a session', async () => new SessionFile(`${NOWHERE}/session.json`)],
  [
    'which state was followed',
    async () => (await FollowedFile.open(`${NOWHERE}/followed.json`)).save({ sequence: 1, digest: '00' }),
  ],
])('%s', async (_what, open) => {
  await expect(open()).rejects.toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringContaining(NOWHERE),
    remedy: 'Free space, or give a folder that can be written.',
  });
});
