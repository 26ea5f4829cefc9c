/** Path of a command, installed from its Debian packages where it is missing and may be; see packages.mjs. Throws Error. */
export function ensureCommand(
  command: string | readonly string[],
  packages: string | readonly string[],
): string;
