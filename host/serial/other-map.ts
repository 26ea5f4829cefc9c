/** Whether an edition is of another map, or for another class of devices, than a device: nothing else of it matters then. */
import { GROUP, REFUSALS } from '../format.ts';
import type { ImageIdentity } from '../image/identity.ts';
import { describeRefusal, type Refusal } from '../refusals/refusals.ts';
import type { DeviceStatus } from './answers.ts';

/** null: it is not. A device without a burned block names no map. */
export function otherMapRefusal(
  identity: Pick<ImageIdentity, 'map' | 'device'>,
  status: Pick<DeviceStatus, 'map' | 'device'>,
): Refusal | null {
  if (status.map !== '' && identity.map !== status.map)
    return refusal(
      'MAP_ID',
      `this edition is of map "${identity.map}", and the device takes map "${status.map}"`,
    );
  if (status.device !== '' && identity.device !== status.device) {
    const own = `this edition is for devices "${identity.device}"`;
    return refusal('DEVICE_CLASS', `${own}, and the device is one of "${status.device}"`);
  }
  return null;
}

function refusal(name: 'MAP_ID' | 'DEVICE_CLASS', words: string): Refusal {
  const code = REFUSALS.find((each) => each.name === name)?.code ?? 0;
  return { ...describeRefusal(GROUP.holdfast, code), words };
}
