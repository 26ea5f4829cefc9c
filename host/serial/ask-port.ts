/** Whether a Holdfast device answers on a port, and which edition it runs. */

import { HoldfastError } from '../common/errors.ts';
import { SmpClient } from './client.ts';
import { Device } from './device.ts';
import { openSerialTransport } from './transport-serialport.ts';

/** A device answers a status request within milliseconds; what stays silent this long is something else. */
const ANSWER_TIMEOUT_MS = 500;

export type PortAnswer =
  | { readonly answers: true; readonly map: string; readonly device: string; readonly epoch: number }
  /** `reason` is the code of the error: NO_ANSWER, PORT_BUSY, PORT_DENIED, … */
  | { readonly answers: false; readonly reason: string };

/** Asks once. Opening a port may move its control lines, which resets some boards: so nobody is asked without being told to. */
export async function askPort(path: string, baudRate: number): Promise<PortAnswer> {
  try {
    const transport = await openSerialTransport({ path, baudRate });
    const device = new Device(new SmpClient(transport, { timeoutMs: ANSWER_TIMEOUT_MS, attempts: 1 }));
    try {
      const { map, device: deviceClass, epoch } = await device.status();
      return { answers: true, map, device: deviceClass, epoch };
    } finally {
      await device.close();
    }
  } catch (error) {
    if (error instanceof HoldfastError) return { answers: false, reason: error.code };
    throw error;
  }
}
