/** `holdfast ports`: the serial ports of this machine. */

import type { Command } from 'commander';
import { listPorts, type PortEntry } from '../../serial/ports.ts';
import { printResult } from '../device.ts';

export function register(program: Command): void {
  program
    .command('ports')
    .description('list the serial ports of this machine')
    .option('--json', 'print a JSON list instead of words')
    .action(run);
}

async function run(options: { json?: boolean }): Promise<void> {
  const ports = await listPorts();
  const none = 'no serial ports; `holdfast controller` makes one for trying out';
  printResult(options, ports, ports.length === 0 ? [none] : ports.map(words));
}

function words(port: PortEntry): string {
  const ids = port.vendorId === null ? null : `${port.vendorId}:${port.productId ?? '????'}`;
  const details = [port.manufacturer, ids, port.serialNumber].filter((detail) => detail !== null);
  return `${port.path}  ${port.kind}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
