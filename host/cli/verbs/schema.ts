import type { Command } from 'commander';
import { mapSchemaText } from '../../schema/schema.ts';

/** `holdfast schema`: what an editor needs to complete and check map sources. */

const HELP = `
Editors with a YAML language server take it from the first line of a source:
  # yaml-language-server: $schema=map.schema.json

Example:
  holdfast schema > map.schema.json`;

export function register(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of map sources, for editors')
    .option('--json', 'the same: a schema is JSON')
    .addHelpText('after', HELP)
    .action(() => {
      process.stdout.write(mapSchemaText());
    });
}
