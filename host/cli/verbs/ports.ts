/** `holdfast ports`: the serial ports of this machine, and which of them answer. */

import { type Command, Option } from 'commander';
import { foreign } from '../../common/visible.ts';
import { askPort, type PortAnswer, USUAL_BAUD_RATES } from '../../serial/ask-port.ts';
import { listPorts, type PortEntry } from '../../serial/ports.ts';
import { BAUD_RATE_DEFAULT } from '../../serial/transport-serialport.ts';
import { parseBaud, printResult, usersWords } from '../common/device.ts';

const HELP = `
--ask opens every port, which resets some boards; name ports to ask only those. It tries the usual rates, ${USUAL_BAUD_RATES.join(', ')},
or that of --baud; a port where nothing answers takes some seconds.

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
    .addOption(new Option('--baud <rate>', 'ask at this rate only').argParser(parseBaud))
    .option('--json', 'print a JSON list instead of words')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(
  paths: readonly string[],
  options: { ask?: boolean; baud?: number; json?: boolean },
): Promise<void> {
  const entries = paths.length === 0 ? await listPorts() : paths.map(namedPort);
  const rates = options.baud === undefined ? USUAL_BAUD_RATES : [options.baud];
  const rows: Row[] = await Promise.all(
    entries.map(async (port) => ({
      ...port,
      answer: options.ask ? await askPort(port.path, rates) : null,
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
  const details = [row.manufacturer, ids, row.serialNumber]
    .filter((detail) => detail !== null)
    .map((detail) => foreign(detail));
  return `${row.path}  ${row.kind}${details.length === 0 ? '' : ` (${details.join(', ')})`}${answerWords(row.answer)}`;
}

function answerWords(answer: PortAnswer | null): string {
  if (answer === null) return '';
  if (!answer.answers) {
    const users = answer.users.length === 0 ? '' : `; it is also open in ${usersWords(answer.users)}`;
    return `: no answer (${answer.reason})${users}`;
  }
  const rate = answer.baud === BAUD_RATE_DEFAULT ? '' : `, at --baud ${answer.baud}`;
  return `: ${foreign(answer.device)}, map ${foreign(answer.map)}, ${answer.epoch === 0 ? 'no edition' : `epoch ${answer.epoch}`}${rate}`;
}
