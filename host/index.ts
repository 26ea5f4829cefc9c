/** Holdfast as a library: from source to image, asking an image, and talking to a device. */

export { audit } from './audit/audit.ts';
export {
  compareEditions,
  comparePartitions,
  type EditionChange,
  type EditionComparison,
} from './audit/compare.ts';
export type { Cell, Partition, PhaseWindow, Rule } from './body/partition.ts';
export type { PlanePartition } from './body/plane-partition.ts';
export { HoldfastError } from './common/errors.ts';
export {
  type Compiled,
  type CompileOptions,
  type CompileSummary,
  compileSource,
  loadMap,
  loadPartition,
} from './compile/compile.ts';
export { type Answer, MapImage, type Question } from './core/ask.ts';
export { type PlaneAnswer, PlaneImage, type PlaneMoveAnswer } from './core/ask-plane.ts';
export { Core, type CoreOptions, type Geometry, type Port, type Verdict } from './core/core.ts';
export { deriveBurned, encodeBurned } from './image/burned.ts';
export { readBurnedConfig } from './image/burned-config.ts';
export { parseContainer, parseImage, verifyImage } from './image/container.ts';
export { readMap, readPartition } from './image/read-partition.ts';
export { type Imported, importTable } from './import/import.ts';
export type { ImportOptions } from './import/plan.ts';
export { createPage } from './report/html.ts';
export { mapSchema } from './schema/schema.ts';
export { SmpClient } from './serial/client.ts';
export { Device } from './serial/device.ts';
export { mark, push, stage } from './serial/push.ts';
export type { Transport } from './serial/transport.ts';
export { openSerialTransport } from './serial/transport-serialport.ts';
export { parseSource } from './source/source.ts';
export { formatTimestamp, parseTimestamp } from './source/timestamp.ts';
export { drawComparison, drawMap } from './svg/drawing.ts';
