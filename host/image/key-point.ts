/** Whether 32 bytes are a key that a device verifies with: SPEC section 1. In whole numbers, since it is asked once a key. */

const P = 2n ** 255n - 19n;
const COFACTOR_DOUBLINGS = 3;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let left = exponent, square = base % P; left > 0n; left >>= 1n, square = (square * square) % P)
    if ((left & 1n) === 1n) result = (result * square) % P;
  return result;
}

const inverse = (value: bigint): bigint => power(value, P - 2n);
const positive = (value: bigint): bigint => ((value % P) + P) % P;

/** What is wrong with a raw public key: a clause; null when a device takes it. */
export function keyFault(raw: Uint8Array): string | null {
  const number = raw.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const y = number & (2n ** 255n - 1n);
  if (y >= P) return 'its y is not below 2^255 − 19';
  const d = positive(-121665n * inverse(121666n));
  const square = positive((y * y - 1n) * inverse(positive(d * y * y + 1n)));
  // Euler: a square, other than 0, is 1 to the power of (p − 1) / 2.
  if (square !== 0n && power(square, (P - 1n) / 2n) !== 1n) return 'it is no point of the curve';
  return isSmallOrder(square, y, d) ? 'it is of small order' : null;
}

/** Whether 8 times the point is neutral; of x only its square is asked, which doubling needs no more of. */
function isSmallOrder(xSquared: bigint, y: bigint, d: bigint): boolean {
  let [u, v] = [xSquared, y];
  for (let i = 0; i < COFACTOR_DOUBLINGS; i++) {
    const product = positive(d * u * v * v);
    const nextU = positive(4n * u * v * v * inverse((1n + product) * (1n + product)));
    v = positive((v * v + u) * inverse(1n - product + P));
    u = nextU;
  }
  return u === 0n && v === 1n;
}
