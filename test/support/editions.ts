/** Two small editions of one map, as updates need them. */
import { compileText } from './compile.ts';

export interface EditionText {
  map?: string;
  device?: string;
  epoch: number;
  replaces?: string;
  /** Limit of the slow zone around 500. */
  limit: number;
  /** More zones, for a larger image. */
  zones?: number;
  /** Name of the last one of them. */
  lastName?: string;
  /** Letters of their names, for a larger image that takes no more of the arena. */
  nameLetters?: number;
}

export function sourceText(text: EditionText): string {
  const {
    map = 'line',
    device,
    epoch,
    replaces,
    limit,
    zones = 0,
    lastName = `extra-${zones - 1}`,
    nameLetters = 0,
  } = text;
  const extra = Array.from(
    { length: zones },
    (_, index) =>
      `  - { id: ${(index === zones - 1 ? lastName : `extra-${index}`).padEnd(nameLetters, '-')}, at: { from: ${1000 + 10 * index}, to: ${1005 + 10 * index} }, limit: ${index} }`,
  );
  return [
    'holdfast: 1',
    `map: ${map}`,
    ...(device === undefined ? [] : [`device: ${device}`]),
    `epoch: ${epoch}`,
    ...(replaces === undefined ? [] : [`replaces: ${replaces}`]),
    'space: { axes: [ { name: s, unit: mm, min: 0, max: 1000000 } ] }',
    'zones:',
    '  - { id: fast, at: { from: 0, to: 400 }, limit: 120 }',
    `  - { id: slow, at: { from: 400, to: 600 }, limit: ${limit} }`,
    ...extra,
    'gaps:',
    '  - { anywhere: true, action: hold }',
    'fault: { action: stop }',
    '',
  ].join('\n');
}

export function compileEdition(text: EditionText): Promise<Uint8Array> {
  return compileText(sourceText(text));
}
