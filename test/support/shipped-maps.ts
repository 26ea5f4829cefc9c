/** The map sources that ship with the package. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../firmware-maps', import.meta.url));

/** Of planes; all others are of lines. */
const PLANES = /^(depot|drone-zones)\b/;

const ALL = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.map.yaml'),
);

/** Every `*.map.yaml` of a line under firmware-maps, as a path. */
export const SHIPPED_MAPS: readonly string[] = ALL.filter((name) => !PLANES.test(name))
  .sort()
  .map((name) => join(FOLDER, name));

/** The same of planes. */
export const SHIPPED_PLANES: readonly string[] = ALL.filter((name) => PLANES.test(name))
  .sort()
  .map((name) => join(FOLDER, name));
