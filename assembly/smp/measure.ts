/** How long things take by the counter of the target: group 78, command 8. */
import { NO_COUNTER } from '../admit/refusal';
import { cycleRate } from '../port';
import { sliceCount, sliceCyclesLeast, sliceCyclesMost, sliceLongest, slicesForget } from '../window/slices';
import * as keys from './keys';
import { writeUnsigned } from './reply';
import { END_REPLY, refuse } from './request';

/** The slices of `service` in RUN since this was last asked. */
export function readSlices(): u32 {
  const rate = cycleRate();
  if (rate == 0) return refuse(NO_COUNTER);
  writeUnsigned(keys.KEY_RATE, rate);
  writeUnsigned(keys.KEY_COUNT, sliceCount());
  writeUnsigned(keys.KEY_MIN, sliceCyclesLeast());
  writeUnsigned(keys.KEY_MAX, sliceCyclesMost());
  writeUnsigned(keys.KEY_WORST, sliceLongest());
  slicesForget();
  return END_REPLY;
}
