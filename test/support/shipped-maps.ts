/** The map sources that ship with the package. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../firmware-maps', import.meta.url));

/** Every `*.map.yaml` under firmware-maps, as a path. */
export const SHIPPED_MAPS: readonly string[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.map.yaml'))
  .sort()
  .map((name) => join(FOLDER, name));
