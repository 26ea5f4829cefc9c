/** An emulated RP2040 with an edition, on its own time: nothing here depends on how fast the emulator is. */
import type { FlashTimes } from '../../host/controller/targets/flash-chip.ts';
import { Rp2040Board } from '../../host/controller/targets/rp2040-board.ts';
import { burnFirstEdition } from '../../host/core/first-burn.ts';
import { AREA, createMemoryFlash, type SimulatedFlash } from '../../host/core/flash.ts';
import { BoardLine, type BoardLineOptions } from '../../host/drill/board-line.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { type BurnedConfig, deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { readEdition } from '../../host/serial/edition-file.ts';

const firmware = await buildFirmware('rp2040');
/** By then the board answers. */
const START_MS = 10;

export interface TestBoard {
  readonly line: BoardLine;
  readonly flash: SimulatedFlash;
  readonly input: { parked: boolean };
  /** A client on its line. */
  client(): Device;
}

export interface TestBoardOptions extends BoardLineOptions {
  readonly config?: Partial<BurnedConfig>;
  readonly flashTimes?: FlashTimes;
  /** Sectors at the start of slot B that hold old bytes, so that an upload has to erase them; none unless given. */
  readonly oldSectors?: number;
}

/** Powers a board up that has `image` in slot A and confirmed. */
export function powerUp(
  image: Uint8Array,
  line: 'paced' | 'eager',
  { config = {}, flashTimes, oldSectors = 0, ...watch }: TestBoardOptions = {},
): TestBoard {
  const flash = createMemoryFlash();
  burnFirstEdition(flash, readEdition(image));
  if (oldSectors > 0) flash.program(AREA.slotB, 0, new Uint8Array(oldSectors * flash.geometry.sectorBytes));
  const input = { parked: true };
  const connect = (onSent: (byte: number) => void) =>
    new Rp2040Board({
      firmware,
      burned: encodeBurned({ ...deriveBurned(image), ...config }),
      flash,
      isParked: () => input.parked,
      onSent,
      line,
      ...(flashTimes === undefined ? {} : { flashTimes }),
    });
  const boardLine = new BoardLine(connect, watch);
  boardLine.run(START_MS);
  const client = () => new Device(new SmpClient(boardLine, { clock: boardLine, firstSequence: 1 }));
  return { line: boardLine, flash, input, client };
}
