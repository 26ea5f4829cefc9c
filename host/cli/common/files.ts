import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { HoldfastError } from '../../common/errors.ts';
import { reasonOf, requireSize } from '../../common/file-reason.ts';
import { admitInput } from '../../common/inputs.ts';
import { requireNoSource } from '../../image/not-a-source.ts';

/** Files as verbs read them: errors have names. */

/** All bytes of a file. Throws HoldfastError FILE_MISSING or FILE_TOO_LARGE. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    admitInput(stats);
    requireSize(path, stats.size);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const remedy = 'Check the name of the file and its folder.';
    throw new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(cause)}`, { remedy, cause });
  }
}

/** All bytes of a file that should be an image. Throws SOURCE_GIVEN for a source besides. */
export async function readImageInput(path: string): Promise<Uint8Array> {
  const bytes = await readInput(path);
  requireNoSource(path, bytes);
  return bytes;
}

/** The PEM text of a key file, undefined when none is named. */
export async function readKeyOption(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : Buffer.from(await readInput(path)).toString('latin1');
}

/** Calendars and tracks of whole countries are smaller. */
const TEXT_BYTES_MAX = 64 * 2 ** 20;

/** The text of a file in UTF-8. Throws HoldfastError FILE_MISSING, FILE_TOO_LARGE or NOT_TEXT. */
export async function readTextInput(path: string): Promise<string> {
  const bytes = await readInput(path);
  if (bytes.length > TEXT_BYTES_MAX) {
    throw new HoldfastError(
      'FILE_TOO_LARGE',
      `${path} has ${bytes.length} bytes, more than ${TEXT_BYTES_MAX}`,
      {
        remedy: 'Split it, or export less.',
      },
    );
  }
  if (isUtf8(bytes) && !bytes.includes(0))
    return Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\ufeff/, '');
  throw new HoldfastError('NOT_TEXT', `${path} is not text in UTF-8`, { remedy: 'Save it as UTF-8.' });
}
