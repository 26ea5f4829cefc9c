import type { DesiredState } from '../desired/state.ts';
import type { Inventory } from '../inventory/model.ts';
import type { Correction, SnapshotRow } from './snapshot.ts';

/** Where a snapshot and this fleet say different things. Nothing is taken over by itself: a person decides which of them is right. */

const CLASS_DEFAULT = 'generic';

export function diffSnapshot(rows: readonly SnapshotRow[], inventory: Inventory): Correction[] {
  const named = new Set(rows.map(({ controller }) => controller));
  const missing = [...inventory.controllers.keys()].filter((id) => !named.has(id));
  return [
    ...rows.flatMap((row) => diffRow(row, inventory)),
    ...missing.map((id) => ({
      place: 'inventory',
      words: `${id} is in the inventory, and the snapshot does not name it`,
    })),
  ];
}

function diffRow(row: SnapshotRow, { controllers, cells }: Inventory): Correction[] {
  const { place, controller } = row;
  const known = controllers.get(controller);
  if (known === undefined) return [{ place, words: `${controller} is not in the inventory` }];
  const site = cells.get(known.cell)?.site ?? '';
  const pairs = [
    ['cell', row.cell, known.cell],
    ['site', row.site, site],
    ['gateway', row.gateway, known.gateway],
    ['port', row.port, known.port],
    ['map', row.map, known.map],
    [
      'class',
      row.class === '' ? '' : row.class,
      known.device === CLASS_DEFAULT && row.class === '' ? '' : known.device,
    ],
  ] as const;
  return pairs.flatMap(([field, theirs, ours]) =>
    theirs === '' || theirs === ours
      ? []
      : [
          {
            place,
            words: `${controller} has the ${field} ${theirs} in the snapshot, and ${ours} in the inventory`,
          },
        ],
  );
}

/** Editions that the snapshot says controllers run, against what is signed. */
export function diffEditions(
  rows: readonly SnapshotRow[],
  { maps }: Pick<DesiredState, 'maps'>,
): Correction[] {
  return rows.flatMap(({ place, controller, map, class: given, epoch, hash }) => {
    const wanted = maps.find(
      (entry) => entry.map === map && entry.device === (given === '' ? CLASS_DEFAULT : given),
    );
    const say = (words: string) => [{ place, words: `${controller} ${words}` }];
    if (wanted === undefined) return say(`has the map ${map}, which the state does not name`);
    const { edition, reissue } = wanted;
    if (epoch === null && hash === '') return say('runs an edition that the snapshot does not name: read it');
    const isEpoch = epoch === null || epoch === edition.epoch || epoch === reissue.epoch;
    const isHash =
      hash === '' || [edition, reissue].some((image) => image.hash === hash || image.sha256 === hash);
    if (isEpoch && isHash) return [];
    if (!isEpoch) {
      const way = epoch < edition.epoch ? 'behind' : 'ahead of';
      return say(`is said to run epoch ${epoch}, ${way} epoch ${edition.epoch} that is signed`);
    }
    return say(`is said to run epoch ${epoch ?? edition.epoch} with other bytes than those that are signed`);
  });
}
