/** `holdfast ports`: the serial ports of this machine, and which of them answer. */

import type { Command } from 'commander';
import { askPort, type PortAnswer } from '../../serial/ask-port.ts';
import { listPorts, type PortEntry } from '../../serial/ports.ts';
import { BAUD_RATE_DEFAULT } from '../../serial/transport-serialport.ts';
import { printResult } from '../common/device.ts';

const HELP = `
--ask opens every port, which resets some boards; name ports to ask only those.

Examples:
  holdfast ports
  holdfast ports --ask
  holdfast ports --ask .holdfast/port`;

/** A port, and what came of asking it; null: it was not asked. */
type Row = PortEntry & { answer: PortAnswer | null };

export function register(program: Command): void {
  program
    .command('ports')
    .description('list the serial ports of this machine, and which of them answer')
    .argument('[port...]', 'only these')
    .option('--ask', 'ask each port whether a device answers')
    .option('--json', 'print a JSON list instead of words')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(paths: readonly string[], options: { ask?: boolean; json?: boolean }): Promise<void> {
  const entries = paths.length === 0 ? await listPorts() : paths.map(namedPort);
  const rows: Row[] = await Promise.all(
    entries.map(async (port) => ({
      ...port,
      answer: options.ask ? await askPort(port.path, BAUD_RATE_DEFAULT) : null,
    })),
  );
  printResult(
    options,
    rows,
    rows.length === 0 ? ['no serial ports; `holdfast controller` makes one to try'] : rows.map(words),
  );
}

/** A port that the user named: pseudo-terminals are in no list. */
function namedPort(path: string): PortEntry {
  return {
    path,
    kind: 'serial port',
    manufacturer: null,
    serialNumber: null,
    vendorId: null,
    productId: null,
  };
}

function words(row: Row): string {
  const ids = row.vendorId === null ? null : `${row.vendorId}:${row.productId ?? '????'}`;
  const details = [row.manufacturer, ids, row.serialNumber].filter((detail) => detail !== null);
  return `${row.path}  ${row.kind}${details.length === 0 ? '' : ` (${details.join(', ')})`}${answerWords(row.answer)}`;
}

function answerWords(answer: PortAnswer | null): string {
  if (answer === null) return '';
  if (!answer.answers) return `: no answer (${answer.reason})`;
  return `: ${answer.device}, map ${answer.map}, ${answer.epoch === 0 ? 'no edition' : `epoch ${answer.epoch}`}`;
}
