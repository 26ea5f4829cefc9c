import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf } from '../../host/common/file-reason.ts';
import type { TrafficIncident } from '../exchange/store.ts';
import { MESSAGE_BYTES_MAX } from '../limits.ts';
import { decodeHello, decodePull, decodeReportsMessage, encodeMessage } from '../wire/messages.ts';
import { peerKey, tlsOptions } from '../wire/tls.ts';
import type { Desk } from './desk.ts';

/**
 * The server's door: HTTPS in which both sides show their keys. Whoever shows another one than a gateway of the inventory has is cut off
 * before it can ask anything. Everything has an end: handshakes, headers, bodies, answers, and how many connections there are.
 */

export interface DoorOptions {
  readonly desk: Desk;
  /** Keeps an incident, and tells a person. */
  readonly tell: (incident: TrafficIncident) => Promise<void>;
  /** The private key of the server; its public half is `server` of the inventory. */
  readonly key: KeyObject;
  /** Ids of gateways by their public keys, 64 hexadecimal digits. */
  readonly gateways: ReadonlyMap<string, string>;
  /** The text of the signed state that the desk names; null: there is none. */
  readonly stateText: () => Promise<string | null>;
  /** The bytes of an image that a state names; null: there is none. */
  readonly image: (sha256: string) => Promise<Uint8Array | null>;
  /** Whether an error says that the store is away for a while: the gateway asks again, and the server itself notices when it stays so. */
  readonly isPassing?: (error: unknown) => boolean;
  readonly port: number;
  /** The address to listen at; all unless given. */
  readonly host?: string;
  /** Shorter ones in tests. */
  readonly timesMs?: Partial<DoorTimes>;
}

interface DoorTimes {
  /** Until both sides have shown their keys; until the head of a request is there; until all of it is. */
  readonly handshake: number;
  readonly head: number;
  readonly request: number;
  /** How long a connection may be idle. */
  readonly idle: number;
}

const TIMES: DoorTimes = { handshake: 5000, head: 5000, request: 20_000, idle: 120_000 };
const HEAD_BYTES_MAX = 8192;
/** A gateway needs three: it waits for orders, reports, and fetches an image. */
const CONNECTIONS_A_GATEWAY = 4;
/** For those that show no key yet, or a wrong one. */
const CONNECTIONS_MORE = 64;
const REQUESTS_A_GATEWAY = 8;
const TELL_EVERY_MS = 1000;
/** How long those that are being answered are waited for when the server ends. */
const GRACE_MS = 2000;
/** How often it is tried to listen at a port that is taken, and the pause between. */
const LISTEN_TURNS = 40;
const LISTEN_AGAIN_MS = 100;

interface Answer {
  readonly status: number;
  readonly type: 'application/json' | 'application/octet-stream';
  readonly body: string | Uint8Array;
}

export class Door {
  readonly #options: DoorOptions;
  readonly #server: Server;
  readonly #ended = new AbortController();
  /** Requests that are being answered, by gateway. */
  readonly #busy = new Map<string, number>();
  /** When an incident of a kind was told last. */
  readonly #toldMs = new Map<string, number>();

  private constructor(options: DoorOptions) {
    this.#options = options;
    const times = { ...TIMES, ...options.timesMs };
    this.#server = createServer({
      ...tlsOptions(options.key),
      handshakeTimeout: times.handshake,
      headersTimeout: times.head,
      requestTimeout: times.request,
      connectionsCheckingInterval: Math.min(1000, times.head),
      keepAliveTimeout: times.idle,
      maxHeaderSize: HEAD_BYTES_MAX,
    });
    this.#server.maxConnections = options.gateways.size * CONNECTIONS_A_GATEWAY + CONNECTIONS_MORE;
    this.#server.on('secureConnection', (socket) => this.#greet(socket, times.idle));
    this.#server.on('request', (request, response) => this.#serve(request, response));
    // Who speaks no TLS, or no HTTP, is cut off; nothing is said to it.
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Throws HoldfastError PORT_TAKEN when it cannot listen, also a while later. */
  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    for (let turn = 1; ; turn++) {
      door.#server.listen(options.port, options.host);
      try {
        await once(door.#server, 'listening');
        return door;
      } catch (cause) {
        // A server that was killed with what started it may need a moment until it is gone.
        if (errnoOf(cause) !== 'EADDRINUSE' || turn >= LISTEN_TURNS) throw portTaken(options.port, cause);
        await pause(LISTEN_AGAIN_MS);
      }
    }
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Those that wait for orders are answered; then all connections end. */
  async close(): Promise<void> {
    this.#ended.abort();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(timer);
  }

  #greet(socket: TLSSocket, idleMs: number): void {
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    if (this.#gatewayOf(socket) !== null) return;
    socket.destroy();
    this.#tell('', 'KEY_UNKNOWN', 'Somebody connects with a key that no gateway of the inventory has.', {
      remedy:
        'If a gateway is new, add it to the inventory; otherwise see who can reach the port of the server.',
    });
  }

  #gatewayOf(socket: TLSSocket): string | null {
    const key = peerKey(socket);
    return key === null ? null : (this.#options.gateways.get(key) ?? null);
  }

  /** At most one of a kind a second: whoever makes many shall not fill the store. One that cannot be kept fails nobody who asks next. */
  #tell(gateway: string, code: string, words: string, { remedy }: { remedy: string }): void {
    const kind = `${gateway} ${code}`;
    const nowMs = performance.now();
    if (nowMs - (this.#toldMs.get(kind) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return;
    this.#toldMs.set(kind, nowMs);
    this.#options.tell({ gateway, code, words, remedy }).catch(() => {});
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const gateway = this.#gatewayOf(request.socket as TLSSocket);
    const busy = gateway === null ? 0 : (this.#busy.get(gateway) ?? 0);
    if (gateway === null || busy >= REQUESTS_A_GATEWAY) {
      request.socket.destroy();
      return;
    }
    this.#busy.set(gateway, busy + 1);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#ended.signal]);
    this.#answer(gateway, request, signal)
      .then((answer) => send(response, answer))
      .catch(() => request.socket.destroy())
      .finally(() => this.#busy.set(gateway, (this.#busy.get(gateway) ?? 1) - 1));
  }

  async #answer(gateway: string, request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#route(gateway, request, signal);
    } catch (error) {
      if (!(error instanceof HoldfastError)) {
        // The gateway is gone, in the middle of what it said perhaps; or the store is.
        if (signal.aborted || this.#options.isPassing?.(error) === true) return AWAY;
        this.#tell(gateway, 'SERVER_FAULT', `The server could not answer: ${String(error).slice(0, 500)}`, {
          remedy: 'See whether its database can be reached; if it can, tell who maintains Holdfast.',
        });
        return refusal(500, 'SERVER_FAULT', 'The server could not answer.');
      }
      if (error.code === 'MESSAGE_MALFORMED' || error.code === 'MESSAGE_TOO_LARGE')
        this.#tell(gateway, error.code, `Gateway ${gateway} sent what is no message: ${error.message}.`, {
          remedy: error.remedy ?? 'See who has the key of that gateway.',
        });
      return refusal(STATUS[error.code] ?? 400, error.code, error.message);
    }
  }

  async #route(gateway: string, request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    const { desk, stateText, image } = this.#options;
    const what = `${request.method} ${request.url}`;
    switch (what) {
      case 'POST /v1/hello':
        return message(await desk.hello(gateway, decodeHello(await readBody(request))));
      case 'POST /v1/pull':
        return message(await desk.pull(gateway, decodePull(await readBody(request)), signal));
      case 'POST /v1/report':
        return message(await desk.report(gateway, decodeReportsMessage(await readBody(request)), signal));
      case 'GET /v1/state': {
        const text = await stateText();
        return text === null ? NOTHING : { status: 200, type: 'application/json', body: text };
      }
    }
    const name = /^GET \/v1\/images\/([0-9a-f]{64})$/.exec(what)?.[1];
    const bytes = name === undefined ? null : await image(name);
    return bytes === null ? NOTHING : { status: 200, type: 'application/octet-stream', body: bytes };
  }
}

const STATUS: Readonly<Record<string, number>> = {
  MESSAGE_TOO_LARGE: 413,
  GATEWAY_AHEAD: 409,
  LEASE_LOST: 409,
  NOT_LEADING: 503,
};

const AWAY = refusal(503, 'TRY_AGAIN', 'The server cannot answer just now.');
const NOTHING = refusal(404, 'NOTHING_HERE', 'The server has nothing of this name.');

function portTaken(port: number, cause: unknown): HoldfastError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HoldfastError('PORT_TAKEN', `the server cannot listen at port ${port}: ${why}`, {
    remedy: 'Give another port, or end what listens there.',
    exitCode: 3,
    cause,
  });
}

function message(value: object): Answer {
  return { status: 200, type: 'application/json', body: encodeMessage(value) };
}

function refusal(status: number, code: string, words: string): Answer {
  return { status, type: 'application/json', body: encodeMessage({ code, words: words.slice(0, 2000) }) };
}

/** The text of a body; what is larger than any message is not read to its end. */
async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MESSAGE_BYTES_MAX) {
      throw new HoldfastError('MESSAGE_TOO_LARGE', `it has more than ${MESSAGE_BYTES_MAX} bytes`, {
        exitCode: 3,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(body);
  // What was not read of a request is not waited for.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}
