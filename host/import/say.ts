import type { Say } from '../table/fault.ts';

/** Options of a table as the command line has them. */
export const sayOption: Say = (option, value) => {
  const name = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace('since1970', 'since-1970')}`;
  if (value === undefined) return name;
  return `${name} ${/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}`;
};
