/** How deep CBOR is nested, found out without going into it: a decoder that does can be made to run out of stack. */

const [BYTES, TEXT, LIST, MAP, TAG] = [2, 3, 4, 5, 6];
const INDEFINITE = 31;
const BREAK = 0xff;
const ENDLESS = Number.POSITIVE_INFINITY;

/** Whether anything in `bytes` lies deeper than `most` lists, maps, tags or strings in pieces; what is malformed is for the decoder. */
export function isNestedDeeper(bytes: Uint8Array, most: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Items that each open level still has.
  const open: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = view.getUint8(at++);
    if (first === BREAK) {
      open.pop();
      endItem(open);
      continue;
    }
    const head = readHead(view, at, first & 31);
    at = head.end;
    const major = first >> 5;
    const inside = itemsInside(major, head.argument);
    if ((major === BYTES || major === TEXT) && head.argument !== ENDLESS) at += head.argument;
    if (inside > 0) open.push(inside);
    else endItem(open);
    if (open.length > most) return true;
  }
  return false;
}

/** The argument of a head, and where what follows it begins; an argument that is not there reads as 0. */
function readHead(view: DataView, at: number, low: number): { argument: number; end: number } {
  if (low < 24) return { argument: low, end: at };
  if (low === INDEFINITE) return { argument: ENDLESS, end: at };
  const bytes = 1 << (low - 24);
  if (low > 27 || at + bytes > view.byteLength) return { argument: 0, end: view.byteLength };
  if (bytes === 1) return { argument: view.getUint8(at), end: at + 1 };
  if (bytes === 2) return { argument: view.getUint16(at), end: at + 2 };
  return { argument: bytes === 4 ? view.getUint32(at) : Number(view.getBigUint64(at)), end: at + bytes };
}

function itemsInside(major: number, argument: number): number {
  if (major === TAG) return 1;
  if (major === LIST) return argument;
  if (major === MAP) return 2 * argument;
  return (major === BYTES || major === TEXT) && argument === ENDLESS ? ENDLESS : 0;
}

/** An item ends, and with it every level of which it was the last. */
function endItem(open: number[]): void {
  for (let left = open.pop(); left !== undefined; left = open.pop()) {
    if (left > 1) {
      open.push(left - 1);
      return;
    }
  }
}
