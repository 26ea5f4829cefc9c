/** Which serial ports this machine has. */

import { readdirSync } from 'node:fs';

export interface PortEntry {
  path: string;
  /** What it is as far as its name tells. */
  kind: string;
  manufacturer: string | null;
  serialNumber: string | null;
  /** USB vendor and product, four hexadecimal digits each. */
  vendorId: string | null;
  productId: string | null;
}

/** Device names by what they begin with, in the order in which ports are listed. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/ttyACM\d+$/, 'USB device with a serial interface'],
  [/ttyUSB\d+$/, 'USB serial adapter'],
  [/cu\.usb/, 'USB serial port'],
  [/ttyAMA\d+$/, 'serial port of the board'],
  [/ttyS\d+$/, 'built-in serial port'],
  [/rfcomm\d+$/, 'Bluetooth serial port'],
  [/^COM\d+$/, 'serial port'],
];

/** The ports, from the system's list or, where there is none, by the names in `/dev`. */
export async function listPorts(devices = '/dev'): Promise<PortEntry[]> {
  let entries: PortEntry[];
  const { SerialPort } = await import('./serial-port.ts');
  try {
    entries = (await SerialPort.list()).map((port) => ({
      path: port.path,
      kind: portKind(port.path) ?? 'serial port',
      manufacturer: port.manufacturer ?? null,
      serialNumber: port.serialNumber ?? null,
      vendorId: port.vendorId ?? null,
      productId: port.productId ?? null,
    }));
  } catch {
    // Systems without udev have no list: minimal ones, and containers.
    entries = scanDevices(devices);
  }
  return entries.sort(
    (a, b) => rank(a.path) - rank(b.path) || a.path.localeCompare(b.path, 'en', { numeric: true }),
  );
}

/** Ports by name alone. */
export function scanDevices(devices: string): PortEntry[] {
  const nothing = { manufacturer: null, serialNumber: null, vendorId: null, productId: null };
  return readNames(devices).flatMap((name) => {
    const kind = portKind(name);
    return kind === null ? [] : [{ path: `${devices}/${name}`, kind, ...nothing }];
  });
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function portKind(path: string): string | null {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

function rank(path: string): number {
  const index = KINDS.findIndex(([pattern]) => pattern.test(path));
  return index < 0 ? KINDS.length : index;
}
