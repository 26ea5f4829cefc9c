/** Distances on the ellipsoid of WGS84 by Vincenty's inverse formula; places are [longitude, latitude] in degrees. */

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);

type Place = readonly [longitude: number, latitude: number];

/** Metres between places that are not nearly antipodes; exact to less than a millimetre. */
export function metresBetween([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [u1, u2] = [lat1, lat2].map((lat) => Math.atan((1 - F) * Math.tan(radians(lat)))) as [number, number];
  const difference = radians(lon2 - lon1);
  let lambda = difference;
  for (let round = 0; round < 200; round++) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const across = Math.cos(u2) * sinL;
    const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * cosL;
    const sinS = Math.hypot(across, along);
    if (sinS === 0) return 0;
    const cosS = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * cosL;
    const s = Math.atan2(sinS, cosS);
    const sinAlpha = (Math.cos(u1) * Math.cos(u2) * sinL) / sinS;
    const cosSq = 1 - sinAlpha ** 2;
    const middle = cosSq === 0 ? 0 : cosS - (2 * Math.sin(u1) * Math.sin(u2)) / cosSq;
    const c = (F / 16) * cosSq * (4 + F * (4 - 3 * cosSq));
    const before = lambda;
    lambda =
      difference + (1 - c) * F * sinAlpha * (s + c * sinS * (middle + c * cosS * (2 * middle ** 2 - 1)));
    if (Math.abs(lambda - before) > 1e-14) continue;
    const q = (cosSq * (A ** 2 - B ** 2)) / B ** 2;
    const big = 1 + (q / 16384) * (4096 + q * (-768 + q * (320 - 175 * q)));
    const small = (q / 1024) * (256 + q * (-128 + q * (74 - 47 * q)));
    const inner =
      cosS * (2 * middle ** 2 - 1) - (small / 6) * middle * (4 * sinS ** 2 - 3) * (4 * middle ** 2 - 3);
    return B * big * (s - small * sinS * (middle + (small / 4) * inner));
  }
  throw new Error('no distance');
}
