/** Whether a Holdfast device answers on a port, at which rate, and which edition it runs. */

import { HoldfastError } from '../common/errors.ts';
import { SmpClient } from './client.ts';
import { Device } from './device.ts';
import { type PortUser, portUsers } from './port-users.ts';
import { BAUD_RATE_DEFAULT, openSerialTransport, type SerialLine } from './transport-serialport.ts';

/** A device answers a status request within milliseconds; what stays silent this long is something else. */
const ANSWER_TIMEOUT_MS = 500;
/** What request and answer take on the line at most, and the bits of a byte there. */
const QUESTION_BYTES = 800;
const BITS_A_BYTE = 10;

/** The rates that boards and their adapters use, the likeliest first. */
export const USUAL_BAUD_RATES = [
  BAUD_RATE_DEFAULT,
  ...[57_600, 38_400, 19_200, 9_600, 230_400, 460_800, 921_600, 1_000_000],
] as const;

export type PortAnswer =
  | {
      readonly answers: true;
      readonly map: string;
      readonly device: string;
      readonly epoch: number;
      /** The rate at which it answered. */
      readonly baud: number;
    }
  /** `reason` is the code of the error: NO_ANSWER, PORT_BUSY, PORT_DENIED, …; `users` are other programs that have it open. */
  | { readonly answers: false; readonly reason: string; readonly users: readonly PortUser[] };

/**
 * Asks once at each rate until a device answers. Opening a port may move its control lines, which resets some boards: so nobody is
 * asked without being told to, and the port is opened once.
 */
export async function askPort(path: string, baudRates: readonly number[]): Promise<PortAnswer> {
  const [first = BAUD_RATE_DEFAULT] = baudRates;
  try {
    const line = await openSerialTransport({ path, baudRate: first });
    try {
      return await askAtEach(line, baudRates);
    } finally {
      await line.close();
    }
  } catch (error) {
    if (error instanceof HoldfastError) return { answers: false, reason: error.code, users: portUsers(path) };
    throw error;
  }
}

/** Throws what the last rate that the port took ended with. */
async function askAtEach(line: SerialLine, baudRates: readonly number[]): Promise<PortAnswer> {
  let last: unknown;
  for (const baud of baudRates) {
    try {
      await line.setBaudRate(baud);
      return await askAt(line, baud);
    } catch (error) {
      const isRate = error instanceof HoldfastError && ['NO_ANSWER', 'PORT_FAILED'].includes(error.code);
      if (!isRate) throw error;
      if (last === undefined || error.code === 'NO_ANSWER') last = error;
    }
  }
  throw last;
}

async function askAt(line: SerialLine, baud: number): Promise<PortAnswer> {
  const timeoutMs = ANSWER_TIMEOUT_MS + Math.round((1000 * BITS_A_BYTE * QUESTION_BYTES) / baud);
  const { map, device, epoch } = await new Device(new SmpClient(line, { timeoutMs, attempts: 1 })).status();
  return { answers: true, map, device, epoch, baud };
}
