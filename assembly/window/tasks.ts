/**
 * The sum over the variables of all tasks of a window: lease, job, upload, load, activation. It is put at the end of each slice that
 * leaves the device in WINDOW, and looked at first in the next one.
 */
import { addActivation } from './activation';
import { addJob } from './job';
import { addLease } from './lease';

let sum: u32 = 0;

function sumNow(): u32 {
  return addActivation(addJob(addLease(0)));
}

export function sealTasks(): void {
  sum = sumNow();
}

export function tasksHold(): bool {
  return sum == sumNow();
}
