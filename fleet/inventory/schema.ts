import { objectSchema } from '../../host/schema/schema.ts';
import type { JsonSchema } from '../../host/schema/values.ts';
import { OBJECTS } from './table.ts';

/** The JSON Schema of `fleet.yaml`, for editors; references, ports and keys are judged by the reader alone. */
export function inventorySchema(): JsonSchema {
  const { inventory, ...others } = OBJECTS;
  const definitions = Object.entries(others).map(([name, spec]) => [name, objectSchema(spec)]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Holdfast fleet',
    ...objectSchema(inventory),
    definitions: Object.fromEntries(definitions),
  };
}
