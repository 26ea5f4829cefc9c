import { CHANGE_FILLS, GAP_HATCHES, HATCH_TILE, type Hatch } from '../drawing/palette.ts';
import { ACTION_NAMES } from '../format.ts';
import { hatchId } from './map-scene.ts';
import { element } from './markup.ts';

/** How a drawing looks: on a light ground, on a dark one where a reader asks for that, and on paper always light. */

const LIGHT = [
  'text{font-family:system-ui,"Helvetica Neue",Arial,sans-serif;font-size:11px;fill:#111}',
  '.title{font-size:18px;font-weight:600}.subtitle{font-size:12px}.small,.step{font-size:10px}',
  '.subtitle,.small{fill:#444}.band{font-size:13px;font-weight:600}.strong{font-weight:600}',
  '.end{text-anchor:end}.middle,.label{text-anchor:middle}.label,.flag,.step{pointer-events:none}',
  '.dark{fill:#000}.light{fill:#fff}',
  '.flag,.step{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}',
  '.ground,.plate{fill:#fff}.plate{pointer-events:none}.piece{stroke:#222;stroke-width:.75}.swatch{stroke:#222;stroke-width:.75}.frame{fill:none;stroke:#222;stroke-width:1}',
  '.mark{stroke:#000;stroke-width:1.2;fill:none}.shape{fill:#000;stroke:#000;stroke-width:1}',
  '.curve{stroke:#06c;stroke-width:1;stroke-dasharray:4 2;fill:none}.place{stroke:#06c;stroke-width:1;stroke-dasharray:1 3}',
  '.limit{stroke:#111;stroke-width:1.5;fill:none}.grid,.zero{stroke:#ccc;stroke-width:1;fill:none}.axis{stroke:#222;stroke-width:1}',
  '.leader{stroke:#767676;stroke-width:.8;fill:none}.tile{fill:#fff}.line{stroke:#222}',
].join('');
const DARK = [
  'text{fill:#eceff2}.subtitle,.small{fill:#b4bcc4}.ground,.tile,.plate{fill:#16191d}.line{stroke:#d5dadf}',
  '.flag,.step{stroke:#16191d}.frame,.axis,.mark{stroke:#eceff2}.limit{stroke:#eceff2}',
  '.shape{fill:#eceff2;stroke:#eceff2}.curve,.place{stroke:#7cb7ff}.grid,.zero{stroke:#3a4149}.leader{stroke:#8a939c}',
  // Between pieces the ground shows; around what stands alone there is an edge, since the lowest limit is as dark as the ground.
  '.piece{stroke:#16191d}.swatch{stroke:#8a939c}',
].join('');

/** Names over fills of zones keep their ink: those fills are the same everywhere. */
export const STYLE = `${LIGHT}@media screen and (prefers-color-scheme:dark){${DARK}.dark{fill:#000}.light{fill:#fff}}`;

export function definitions(): string {
  const crowd: Hatch = { lines: [2, 6].map((x) => [x, 0, x, 8] as const), width: 0.7 };
  return element(
    'defs',
    {},
    ...ACTION_NAMES.map((action) => pattern(hatchId(action), GAP_HATCHES[action], null)),
    pattern('hatch-loss', GAP_HATCHES.stop, CHANGE_FILLS.lost),
    pattern('crowd', crowd, '#e6e6e6'),
  );
}

/** A ground of null is that of the drawing, with lines in its ink. */
function pattern(id: string, hatch: Hatch, ground: string | null): string {
  const tile = { width: HATCH_TILE, height: HATCH_TILE };
  const ink = ground === null ? { class: 'line' } : { stroke: '#222' };
  const lines = hatch.lines.map(([x1, y1, x2, y2]) =>
    element('line', { x1, y1, x2, y2, ...ink, 'stroke-width': hatch.width }),
  );
  const fill = ground === null ? { class: 'tile' } : { fill: ground };
  const background = element('rect', { ...tile, ...fill });
  return element('pattern', { id, ...tile, patternUnits: 'userSpaceOnUse' }, background, ...lines);
}
