// Writes firmware-maps/map.schema.json from the table in table.ts. Run it after `npm run build`, and commit what it wrote.
import { writeFile } from 'node:fs/promises';
import { mapSchemaText } from '../../build/js/host/schema/schema.js';

await writeFile(new URL('../../firmware-maps/map.schema.json', import.meta.url), mapSchemaText());
