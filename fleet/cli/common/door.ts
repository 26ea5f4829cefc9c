import type { KeyObject } from 'node:crypto';
import { join, resolve } from 'node:path';
import { toHex } from '../../../host/body/bytes.ts';
import { readInput } from '../../../host/cli/common/files.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { privateKeyFromPem, rawPublicKey } from '../../../host/image/sign.ts';
import type { Inventory } from '../../inventory/model.ts';
import { type Address, parseAddress, parseOwnAddress } from './address.ts';

/** Where a server answers its gateways, and with which key. */

export interface DoorFlags {
  readonly key?: string;
  readonly listen?: Address;
  readonly http?: Address;
}

const DEFAULT: Address = { host: '0.0.0.0', port: 7443 };
const KEY_FILE = 'server.pem';

export const KEY = ['--key <pem>', 'private key of the server (default: server.pem in the folder)'] as const;
export const LISTEN = [
  '--listen <address:port>',
  'where gateways are answered',
  parseAddress,
  DEFAULT,
] as const;

const PAGE: Address = { host: '127.0.0.1', port: 7480 };
export const HTTP = [
  '--http <address:port>',
  'where the page and the metrics are served; port 0: any that is free',
  parseOwnAddress,
  PAGE,
] as const;

/** Null: the inventory names no server, so no gateway would ask. Throws what `serverKeyOf` throws. */
export async function doorOf(
  folder: string,
  inventory: Inventory,
  { key: path, listen = DEFAULT }: DoorFlags,
): Promise<(Address & { readonly key: KeyObject }) | null> {
  return inventory.server === null ? null : { ...listen, key: await serverKeyOf(folder, inventory, path) };
}

/** The private key of the server. Throws FILE_MISSING, BAD_KEY, SERVER_KEY or SERVER_UNKNOWN. */
export async function serverKeyOf(
  folder: string,
  inventory: Pick<Inventory, 'server'>,
  path = join(folder, KEY_FILE),
): Promise<KeyObject> {
  const server = requireServer(inventory);
  const key = privateKeyFromPem(Buffer.from(await readInput(path)).toString('latin1'));
  if (toHex(rawPublicKey(key)) === server) return key;
  throw new HoldfastError('SERVER_KEY', `${path} is not the private half of "server" of the inventory`, {
    remedy: 'Give the .pem file that was made with the key in the inventory.',
  });
}

/** The public key of the server, 64 hexadecimal digits. Throws SERVER_UNKNOWN. */
export function requireServer({ server }: Pick<Inventory, 'server'>): string {
  if (server !== null) return server;
  throw new HoldfastError('SERVER_UNKNOWN', 'the inventory names no key of a server', {
    remedy: 'Add "server: server.pub.pem" with the public key of the server.',
  });
}

/** The flags again, for the process that is started with them. */
export function argumentsOf({ key, listen, http }: DoorFlags): string[] {
  const textOf = ({ host, port }: Address) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
  return [
    ...(key === undefined ? [] : ['--key', resolve(key)]),
    ...(listen === undefined ? [] : ['--listen', textOf(listen)]),
    ...(http === undefined ? [] : ['--http', textOf(http)]),
  ];
}
