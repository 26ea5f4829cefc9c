import type { Command } from 'commander';
import { printText } from '../../../host/cli/common/output.ts';
import { inventorySchema } from '../../inventory/schema.ts';

/** `fleet schema`: for editors. */
export function register(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of fleet.yaml')
    .action(() => printText(`${JSON.stringify(inventorySchema(), null, 2)}\n`));
}
