/** Images where a source was given instead: said before anything is sent or asked. */

import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import { viewOf } from '../body/bytes.ts';
import { HoldfastError } from '../common/errors.ts';
import { IMAGE_MAGIC } from '../format.ts';

const SOURCE_NAME = /\.(ya?ml|csv)$/i;
/** How every source begins, comments aside. */
const SOURCE_BEGIN = /^(?:\ufeff|\s|#[^\n]*\n|---)*(?:["']?holdfast["']?|map)\s*:/;
const BEGIN_BYTES = 4096;

/** Throws SOURCE_GIVEN, with the command that compiles it, when `bytes` are a map source and no image. */
export function requireNoSource(path: string, bytes: Uint8Array): void {
  if (bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === IMAGE_MAGIC) return;
  const begin = bytes.subarray(0, BEGIN_BYTES);
  const isText = isUtf8(bytes) && !begin.includes(0);
  if (!isText || !(SOURCE_NAME.test(path) || SOURCE_BEGIN.test(Buffer.from(begin).toString('utf8')))) return;
  const image = imageBeside(path);
  throw new HoldfastError('SOURCE_GIVEN', `${path} is a map source, and no image: compile it first.`, {
    remedy: `Run \`holdfast compile ${path} -o ${image}\`, then give ${image}.`,
  });
}

/** What to call the image of a source: as the source, but never the source itself, whatever that is called. */
function imageBeside(path: string): string {
  const base = path.replace(/(\.map)?\.[^./]*$/, '');
  const image = `${base}.img`;
  return isSameFile(path, image) ? `${base}.compiled.img` : image;
}

function isSameFile(path: string, other: string): boolean {
  const [is, may] = [path, other].map((name) => statSync(name, { throwIfNoEntry: false, bigint: true }));
  return path === other || (is !== undefined && is.dev === may?.dev && is.ino === may.ino);
}
