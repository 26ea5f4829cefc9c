/** Ed25519 in whole numbers, slow and plain, after RFC 8032: what the core's is held to, and what makes signatures nobody honest makes. */
import { createHash } from 'node:crypto';

export const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
export const COFACTOR = 8n;

/** A point in affine coordinates. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const NEUTRAL: Point = { x: 0n, y: 1n };

export function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let at = exponent, square = modulo(base, P); at > 0n; at >>= 1n, square = (square * square) % P)
    if ((at & 1n) === 1n) result = (result * square) % P;
  return result;
}

const inverse = (value: bigint) => power(value, P - 2n);

const D = modulo(-121665n * inverse(121666n), P);
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

/** The point with this y and the sign of x; null when there is none. */
export function pointOf(y: bigint, sign: bigint): Point | null {
  const u = y * y - 1n;
  const v = D * y * y + 1n;
  let x = modulo(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n), P);
  if (modulo(v * x * x - u, P) !== 0n) x = modulo(x * ROOT_OF_MINUS_1, P);
  if (modulo(v * x * x - u, P) !== 0n) return null;
  return { x: (x & 1n) === sign ? x : modulo(-x, P), y: modulo(y, P) };
}

export const BASE = pointOf(4n * inverse(5n), 0n) as Point;

export function addPoints(a: Point, b: Point): Point {
  const product = modulo(D * a.x * b.x * a.y * b.y, P);
  const x = (a.x * b.y + b.x * a.y) * inverse(1n + product);
  const y = (a.y * b.y + a.x * b.x) * inverse(1n - product);
  return { x: modulo(x, P), y: modulo(y, P) };
}

export function times(point: Point, factor: bigint): Point {
  let result = NEUTRAL;
  for (let at = factor, double = point; at > 0n; at >>= 1n, double = addPoints(double, double))
    if ((at & 1n) === 1n) result = addPoints(result, double);
  return result;
}

export function isSame(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

/** 32 bytes, least first. */
export function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

export function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

export function encode(point: Point): Uint8Array {
  return bytesOf(point.y | ((point.x & 1n) << 255n));
}

/** The eight points of which 8 times is neutral, from the neutral one on. */
export const TORSION: readonly Point[] = (() => {
  for (let y = 2n; ; y++) {
    const point = pointOf(y, 0n);
    if (point === null) continue;
    const generator = times(point, L);
    if (isSame(times(generator, 4n), NEUTRAL)) continue;
    return Array.from({ length: Number(COFACTOR) }, (_, at) => times(generator, BigInt(at)));
  }
})();

/** h of a signature, modulo L. */
export function challenge(pointBytes: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  const hash = createHash('sha512').update(pointBytes).update(key).update(message).digest();
  return modulo(numberOf(hash), L);
}

export function signatureOf(pointBytes: Uint8Array, s: bigint): Uint8Array {
  return Buffer.concat([pointBytes, bytesOf(s)]);
}
