/** Holdfast as a library: from source to image, asking an image, and talking to a device. */

export { audit } from './audit/audit.ts';
export {
  compareEditions,
  comparePartitions,
  type EditionChange,
  type EditionComparison,
} from './audit/compare.ts';
export { createPage } from './audit/html.ts';
export { drawComparison, drawMap } from './audit/svg/drawing.ts';
export {
  type Compiled,
  type CompileOptions,
  type CompileSummary,
  compileSource,
  loadPartition,
} from './compile/compile.ts';
export type { Cell, Partition, PhaseWindow, Rule } from './compile/partition.ts';
export { type Answer, MapImage, type Question } from './core/ask.ts';
export { Core, type CoreOptions, type Geometry, type Port, type Verdict } from './core/core.ts';
export { HoldfastError } from './errors.ts';
export { readPartition } from './image/body.ts';
export { deriveBurned, encodeBurned, readBurnedConfig } from './image/burned.ts';
export { parseContainer, parseImage, verifyImage } from './image/container.ts';
export { type Imported, type ImportOptions, importTable } from './import/import.ts';
export { mapSchema } from './schema/schema.ts';
export { SmpClient } from './serial/client.ts';
export { Device } from './serial/device.ts';
export { push } from './serial/push.ts';
export type { Transport } from './serial/transport.ts';
export { openSerialTransport } from './serial/transport-serialport.ts';
export { parseSource } from './source/source.ts';
export { formatTimestamp, parseTimestamp } from './source/timestamp.ts';
