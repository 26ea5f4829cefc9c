/** A request that asks a device for an echo, as it goes over the line: what a client would send first to see who is there. */
import { GROUP, OPERATION, OS } from '../../host/format.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { encodeMessage } from '../../host/serial/smp.ts';

export function echoRequest(text: string): Uint8Array {
  const header = { version: 1, operation: OPERATION.write, group: GROUP.os, sequence: 9, id: OS.echo };
  return encodeFrame(encodeMessage(header, { d: text }));
}
