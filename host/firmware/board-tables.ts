/** The tables of boards in docs/targets.md, from the boards' files. */

import { HoldfastError } from '../common/errors.ts';
import type { EmulatorSetup, Target } from './target-file.ts';

const KIB = 1024;
const MHZ = 1_000_000;

/** What people call each kind of emulator. */
const EMULATORS: { readonly [Kind in EmulatorSetup['kind']]: string } = {
  rp2040js: 'rp2040js, its cycles corrected',
  qemu: 'QEMU, which has no cycles',
  qemuChip: 'QEMU, which has no cycles',
};

/** A part of the page that is generated: `<!-- boards -->` or `<!-- board NAME -->`, up to `<!-- end -->`. */
const PART = /^<!-- (?<what>boards|board (?<name>[\w-]+)) -->\n[\s\S]*?^<!-- end -->$/gm;

/**
 * The page with its generated parts written anew. Throws HoldfastError BOARDS_UNDOCUMENTED when the page has no place for the table of
 * all boards, or one for a board that does not exist.
 */
export function withBoardTables(page: string, targets: readonly Target[]): string {
  let isListed = false;
  const written = page.replace(PART, (_whole, what: string, name: string | undefined) => {
    isListed ||= name === undefined;
    const lines = name === undefined ? listOf(targets) : tableOf(targetIn(targets, name));
    return [`<!-- ${what} -->`, ...lines, '<!-- end -->'].join('\n');
  });
  if (!isListed) throw undocumented('The page has no part <!-- boards --> to <!-- end -->.');
  return written;
}

function targetIn(targets: readonly Target[], name: string): Target {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw undocumented(`The page has a part for ${name}, which is not a board.`);
  return target;
}

function undocumented(message: string): HoldfastError {
  return new HoldfastError('BOARDS_UNDOCUMENTED', message, { remedy: 'Correct the page.' });
}

function listOf(targets: readonly Target[]): string[] {
  const rows = targets.map(({ name, board, emulator, compiler }) => {
    const packages = [
      ...compiler.packages,
      ...(emulator?.kind === 'rp2040js' ? [] : (emulator?.packages ?? [])),
    ];
    const kind = emulator === null ? 'none' : EMULATORS[emulator.kind];
    return `| \`${name}\` | ${board} | ${kind} | ${packages.map((one) => `\`${one}\``).join(', ')} |`;
  });
  return ['| target | board | emulator | Debian packages |', '|---|---|---|---|', ...rows];
}

function tableOf(target: Target): string[] {
  const { flash, ram, stack, boot2, runsFromFlash } = target;
  const { slotA, slotB, state, tokens, outcome } = flash.areaBytes;
  const rows = [
    [
      `RAM ${hex(ram.address)}`,
      `${size(ram.bytes)}: ${runsFromFlash ? '' : 'everything that runs, and '}the core's memory`,
    ],
    [`RAM ${hex(stack.address)}`, `${size(stack.bytes)} of stack`],
    [
      `flash ${hex(flash.address)}`,
      `${boot2 ? 'boot code, ' : ''}${runsFromFlash ? 'everything that runs' : 'start-up, image of what runs'}`,
    ],
    [`flash ${hex(flash.address + flash.burnedOffset)}`, 'burned block'],
    [
      `flash ${hex(flash.address + flash.areasOffset)}`,
      `slots ${sizes({ A: slotA, B: slotB })}, ${sizes({ state, tokens, outcome })}; sectors of ${sectorWords(flash.sectorBytes)}`,
    ],
    ['line', `${target.line.baud} 8N1`],
    ['pins', pinsOf(target)],
    ['clocks', clocksOf(target)],
  ];
  return ['| | |', '|---|---|', ...rows.map(([what, is]) => `| ${what} | ${is} |`)];
}

/** Numbers of pins; what is as large as an address is one. */
function pinsOf({ pins }: Target): string {
  const place = (pin: number) => (pin > 0xff ? `the word at ${hex(pin)}` : `GPIO ${pin}`);
  const named = {
    'safe input': pins.safeInput,
    lamp: pins.lamp,
    transmit: pins.transmit,
    receive: pins.receive,
  };
  return Object.entries(named)
    .flatMap(([name, pin]) => (pin === null ? [] : [`${name} ${place(pin)}`]))
    .join(', ');
}

function clocksOf({ clocks }: Target): string {
  const processor = clocks.processorHz === null ? [] : [`processor ${clocks.processorHz / MHZ} MHz`];
  return [...processor, `ticks from a counter of ${clocks.counterHz / MHZ} MHz`].join(', ');
}

/** `A and B (256 KiB each)`, or each with its own size. */
function sizes(areas: Readonly<Record<string, number>>): string {
  const [first = 0, ...others] = Object.values(areas);
  const names = Object.keys(areas);
  if (others.every((bytes) => bytes === first))
    return `${names.join(names.length === 2 ? ' and ' : ', ')} (${size(first)} each)`;
  return Object.entries(areas)
    .map(([name, bytes]) => `${name} (${size(bytes)})`)
    .join(', ');
}

/** Erase units: one of all areas, or those of slots, and of journals. */
function sectorWords(sectorBytes: Target['flash']['sectorBytes']): string {
  if (typeof sectorBytes === 'number') return size(sectorBytes);
  const { slotA, slotB, state, tokens, outcome } = sectorBytes;
  return `${sizes({ A: slotA, B: slotB })}, ${sizes({ state, tokens, outcome })}`;
}

function size(bytes: number): string {
  if (bytes % (KIB * KIB) === 0) return `${bytes / KIB / KIB} MiB`;
  return bytes % KIB === 0 ? `${bytes / KIB} KiB` : `${bytes} bytes`;
}

function hex(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
}
