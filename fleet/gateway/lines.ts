import { HoldfastError } from '../../host/common/errors.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { BAUD_RATE_DEFAULT, openSerialTransport } from '../../host/serial/transport-serialport.ts';

/** The serial lines of a gateway: each is opened when it is first wanted, kept open, and opened anew after it was lost. */
export class SerialLines {
  readonly #ports: ReadonlyMap<string, string>;
  readonly #open = new Map<string, Device>();

  /** `ports`: the path of each controller's port. */
  constructor(ports: ReadonlyMap<string, string>) {
    this.#ports = ports;
  }

  /** Throws HoldfastError PORT_NOT_FOUND, PORT_DENIED, PORT_BUSY or PORT_FAILED. */
  async device(controller: string): Promise<Device> {
    const known = this.#open.get(controller);
    if (known !== undefined) return known;
    const path = this.#ports.get(controller);
    if (path === undefined)
      throw new HoldfastError('PORT_NOT_FOUND', `No port is known for ${controller}.`, { exitCode: 3 });
    const baudRate = BAUD_RATE_DEFAULT;
    const transport = await openSerialTransport({ path, baudRate });
    const device = new Device(new SmpClient(transport, { baudRate }));
    this.#open.set(controller, device);
    return device;
  }

  /** After trouble on a line: the next order opens it anew. */
  async drop(controller: string): Promise<void> {
    const device = this.#open.get(controller);
    this.#open.delete(controller);
    await device?.close().catch(() => {});
  }

  async close(): Promise<void> {
    for (const controller of [...this.#open.keys()]) await this.drop(controller);
  }
}

/** The port of each controller. */
export function portsOf(
  controllers: readonly { readonly id: string; readonly port: string }[],
): ReadonlyMap<string, string> {
  return new Map(controllers.map(({ id, port }) => [id, port]));
}
