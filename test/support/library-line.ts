/** A program with the C library on its fake port, as a device on a socket; and what a client sends to it, to be replayed. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { words } from './library.ts';

/** A line to a port of this machine. */
export function socketTransport(port: number): Transport {
  const socket = createConnection(port, '127.0.0.1');
  let listener: (bytes: Uint8Array) => void = () => {};
  socket.on('data', (bytes) => listener(bytes));
  socket.on('error', () => {}); // the client sees that no answer comes
  return {
    name: `port ${port}`,
    write: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    onData: (given) => {
      listener = given;
    },
    onClose: () => {},
    drainInput: async () => {},
    close: async () => {
      socket.end();
    },
  };
}

export interface Served {
  /** What the program said up to the line that it serves. */
  readonly said: string;
  /** Of a line tcp:0; 0 without one. */
  readonly port: number;
  /** Ends the program, and gives the code or signal that it ended with. */
  readonly end: (signal: NodeJS.Signals) => Promise<unknown>;
}

/** Starts a program that says "tcp PORT serves" once it does. */
export async function serveProgram(program: string, argv: readonly string[]): Promise<Served> {
  const child = spawn(program, [...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const serves = new Promise<void>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('serves')) resolve();
    });
  });
  await Promise.race([serves, ended]);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { said, port: Number(/tcp (\d+) serves/.exec(said)?.[1] ?? 0), end };
}

/** Writes to `path` what a client sends while `talk` does: each piece with its bytes (u32) before it. */
export async function recordFrames(
  port: number,
  path: string,
  talk: (device: Device) => Promise<void>,
): Promise<void> {
  const line = socketTransport(port);
  const write = line.write.bind(line);
  const frames: Buffer[] = [];
  line.write = (bytes) => {
    frames.push(words([bytes.length]), Buffer.from(bytes));
    return write(bytes);
  };
  const device = new Device(new SmpClient(line));
  await talk(device);
  await device.close();
  writeFileSync(path, Buffer.concat(frames));
}

/** An update of a parked device from epoch 1 to `edition` with epoch 2, confirmed. */
export async function updateConfirmed(
  device: Device,
  edition: { bytes: Uint8Array; hash: Uint8Array },
): Promise<void> {
  await device.openWindow();
  await push(device, edition);
  await device.closeWindow();
  while ((await device.status()).stage !== 'trial');
  await device.openWindow();
  await device.confirm();
  await device.closeWindow();
}
