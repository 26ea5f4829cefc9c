/** Flash as it is found on boards, made small where only the number of sectors counts. */
import type { Geometry } from '../../host/core/geometry.ts';

export interface DrillGeometry {
  readonly name: string;
  readonly geometry: Geometry;
  /** Zones of the editions, so that their images take several sectors where those are small. */
  readonly zones: number;
  /** What share of a campaign's cuts is made here; less where each takes longer. */
  readonly share: number;
}

function areas(sectorBytes: number, slotSectors: number, journalSectors: number): Geometry['areaBytes'] {
  const [slot, journal] = [slotSectors * sectorBytes, journalSectors * sectorBytes];
  return [slot, slot, journal, journal, journal];
}

export const GEOMETRIES: readonly DrillGeometry[] = [
  {
    name: 'sectors of 4096, programs of 256',
    geometry: { sectorBytes: 4096, programBytes: 256, erasedByte: 0xff, areaBytes: areas(4096, 3, 2) },
    zones: 6,
    share: 1,
  },
  {
    name: 'sectors of 256, programs of 1, journals of three sectors',
    geometry: { sectorBytes: 256, programBytes: 1, erasedByte: 0xff, areaBytes: areas(256, 12, 3) },
    zones: 6,
    share: 1,
  },
  {
    name: 'sectors of 4096, programs of 8, erased 00',
    geometry: { sectorBytes: 4096, programBytes: 8, erasedByte: 0, areaBytes: areas(4096, 3, 2) },
    zones: 6,
    share: 1,
  },
  {
    name: 'sectors of 512, programs of 256, journals of three sectors',
    geometry: { sectorBytes: 512, programBytes: 256, erasedByte: 0xff, areaBytes: areas(512, 8, 3) },
    zones: 6,
    share: 1,
  },
  {
    name: 'sectors of 256 KiB, programs of 8',
    geometry: { sectorBytes: 262_144, programBytes: 8, erasedByte: 0xff, areaBytes: areas(262_144, 2, 2) },
    zones: 6,
    share: 0.05,
  },
  {
    // As an STM32F4 has them, made small: slots of large sectors, journals of small ones, and no two areas alike.
    name: 'sectors of 4096 and 2048 in slots, of 256, 512 and 1024 in journals, programs of 4',
    geometry: {
      sectorBytes: [4096, 2048, 256, 512, 1024],
      programBytes: 4,
      erasedByte: 0xff,
      areaBytes: [3 * 4096, 5 * 2048, 3 * 256, 2 * 512, 2 * 1024],
    },
    zones: 6,
    share: 1,
  },
];
