import { InvalidArgumentError } from 'commander';

/** A name or address and a port on the command line. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const PORT_MAX = 65_535;

/** The same, where port 0 is any that is free. */
export function parseOwnAddress(text: string): Address {
  return parseAddressFrom(text, 0);
}

/** An address of IPv6 stands in brackets. */
export function parseAddress(text: string): Address {
  return parseAddressFrom(text, 1);
}

function parseAddressFrom(text: string, least: number): Address {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port >= least && port <= PORT_MAX) return { host, port };
  throw new InvalidArgumentError('Write a name or address and a port, such as plant.example:7443.');
}
