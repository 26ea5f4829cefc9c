/** What C and linker scripts see of a board's file: `target.h`, and `target.ld`, which a linker script includes. */

import { sectorSizes } from '../core/geometry.ts';
import { BOOT2_BYTES, type Target } from './target-file.ts';

/** For C and for assembly, hence without suffixes. An absent pin, rate or word has no name. */
export function targetHeader(target: Target, more: Readonly<Record<string, number>> = {}): string {
  const { flash, clocks, line, pins, emulator } = target;
  const { sectorBytes, programBytes, erasedByte, areaBytes } = target.geometry;
  const sectors = sectorSizes(target.geometry).join(', ');
  const values = {
    FLASH_ADDRESS: hex(flash.address),
    SECTOR_BYTES: typeof sectorBytes === 'number' ? sectorBytes : null,
    PROGRAM_BYTES: programBytes,
    BURNED_ADDRESS: hex(flash.address + flash.burnedOffset),
    AREAS_OFFSET: hex(flash.areasOffset),
    GEOMETRY: `{${programBytes}, ${hex(erasedByte)}, {${sectors}}, {${areaBytes.join(', ')}}}`,
    PROCESSOR_HZ: clocks.processorHz,
    COUNTER_HZ: clocks.counterHz,
    UART_HZ: clocks.uartHz,
    BAUD: line.baud,
    PIN_SAFE_INPUT: hex(pins.safeInput),
    PIN_LAMP: hex(pins.lamp),
    PIN_TRANSMIT: pins.transmit,
    PIN_RECEIVE: pins.receive,
    PARKED_WORD: emulator?.kind === 'qemu' ? hex(emulator.parkedWord) : null,
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, hex(value)])),
  };
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [`#define TARGET_${name} ${value}`],
  );
  return [
    `/* Generated from targets/${target.name}/target.json by host/firmware/target-header.ts. */`,
    '#ifndef TARGET_H_',
    '#define TARGET_H_',
    ...lines,
    '#endif',
    '',
  ].join('\n');
}

/** The linker's regions: boot code where the board has it, flash up to the burned block, RAM and stack. */
export function targetMemory({ name, flash, ram, stack, boot2 }: Target): string {
  const bootBytes = boot2 ? BOOT2_BYTES : 0;
  const region = (what: string, origin: number, length: number) =>
    `  ${what} : ORIGIN = ${hex(origin)}, LENGTH = ${length}`;
  return [
    `/* Generated from targets/${name}/target.json by host/firmware/target-header.ts. */`,
    'MEMORY {',
    ...(boot2 ? [region('BOOT2 (rx)', flash.address, BOOT2_BYTES)] : []),
    region('FLASH (rx)', flash.address + bootBytes, flash.burnedOffset - bootBytes),
    region('RAM (rwx)', ram.address, ram.bytes),
    region('STACK (rw)', stack.address, stack.bytes),
    '}',
    '',
  ].join('\n');
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
