import type { KeyObject } from 'node:crypto';
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { HoldfastError } from '../../host/common/errors.ts';
import { MESSAGE_BYTES_MAX, STATE_BYTES_MAX } from '../limits.ts';
import {
  decodeGiven,
  decodeLeading,
  decodeRefusal,
  decodeWelcome,
  encodeMessage,
  type Given,
  type Hello,
  type Leading,
  type Pull,
  type Reports,
  type Welcome,
} from '../wire/messages.ts';
import { peerKey, tlsOptions } from '../wire/tls.ts';
import type { ServerLink } from './link.ts';

/** A server over HTTPS. Nothing is sent before it has shown that it has the key that the inventory names. */

export interface HttpsLinkOptions {
  readonly host: string;
  readonly port: number;
  /** The private key of this gateway. */
  readonly key: KeyObject;
  /** The public key of the server, 64 hexadecimal digits. */
  readonly serverKey: string;
  /** Shorter ones in tests. */
  readonly timesMs?: Partial<LinkTimes>;
}

interface LinkTimes {
  /** Until both sides have shown their keys. */
  readonly connect: number;
  /** Until the whole answer is there, besides what was asked to be waited. */
  readonly answer: number;
  /** The same for a state or an image. */
  readonly file: number;
}

const TIMES: LinkTimes = { connect: 10_000, answer: 15_000, file: 120_000 };

export class HttpsLink implements ServerLink {
  readonly #options: HttpsLinkOptions;
  readonly #times: LinkTimes;
  readonly #agent: Agent;
  readonly #open = new Set<ClientRequest>();
  #isClosed = false;

  constructor(options: HttpsLinkOptions) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.timesMs };
    this.#agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 4, maxFreeSockets: 2 }), {
      createConnection: (_: unknown, done: (error: Error | null, socket?: Duplex) => void) =>
        this.#connect(done),
    });
  }

  async hello(hello: Hello): Promise<Welcome> {
    return decodeWelcome(await this.#post('/v1/hello', hello, 0));
  }

  async pull(pull: Pull): Promise<Given> {
    return decodeGiven(await this.#post('/v1/pull', pull, pull.waitMs));
  }

  async report(reports: Reports): Promise<Leading> {
    return decodeLeading(await this.#post('/v1/report', reports, 0));
  }

  async state(): Promise<string> {
    const limits = { bytesMax: STATE_BYTES_MAX, withinMs: this.#times.file };
    return (await this.#ask('GET', '/v1/state', null, limits)).toString('utf8');
  }

  async image(sha256: string, bytesMax: number): Promise<Uint8Array> {
    const limits = { bytesMax, withinMs: this.#times.file };
    return this.#ask('GET', `/v1/images/${sha256}`, null, limits);
  }

  close(): void {
    this.#isClosed = true;
    for (const request of this.#open) request.destroy(new Error('this gateway ends'));
    this.#agent.destroy();
  }

  async #post(path: string, message: object, waitMs: number): Promise<string> {
    const limits = { bytesMax: MESSAGE_BYTES_MAX, withinMs: waitMs + this.#times.answer };
    return (await this.#ask('POST', path, encodeMessage(message), limits)).toString('utf8');
  }

  /** Hands a connection out once the server has shown its key. */
  #connect(done: (error: Error | null, socket?: Duplex) => void): undefined {
    const { host, port, key, serverKey } = this.#options;
    const socket = connect({ ...tlsOptions(key), host, port });
    const timer = setTimeout(() => socket.destroy(new Error('no handshake in time')), this.#times.connect);
    const onError = (error: Error) => {
      clearTimeout(timer);
      done(error);
    };
    socket.once('error', onError);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      if (peerKey(socket) === serverKey) return done(null, socket);
      socket.on('error', () => {});
      socket.destroy();
      const words = `what answers at ${host}:${port} has not the key of the server in the inventory`;
      const remedy = 'See that the address is right; if it is, somebody stands in for the server.';
      done(new HoldfastError('SERVER_KEY', words, { remedy, exitCode: 3 }));
    });
    return undefined;
  }

  async #ask(
    method: string,
    path: string,
    body: string | null,
    limits: { readonly bytesMax: number; readonly withinMs: number },
  ): Promise<Buffer> {
    if (this.#isClosed) throw silent('this gateway ends');
    const { host, port } = this.#options;
    const headers =
      body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpRequest({ agent: this.#agent, host, port, method, path, headers });
    this.#open.add(request);
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), limits.withinMs);
    try {
      const answer = await responseTo(request, body);
      const bytes = await readWhole(answer, limits.bytesMax);
      if (answer.statusCode === 200) return bytes;
      throw refusalOf(answer.statusCode ?? 0, bytes);
    } catch (error) {
      request.destroy();
      if (error instanceof HoldfastError) throw error;
      throw silent(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      this.#open.delete(request);
    }
  }
}

function responseTo(request: ClientRequest, body: string | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

async function readWhole(answer: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > bytesMax) {
      throw new HoldfastError('ANSWER_TOO_LARGE', `the server answers with more than ${bytesMax} bytes`, {
        remedy: 'See what answers in the place of the server.',
        exitCode: 3,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What the server says instead of an answer, under its own code. */
function refusalOf(status: number, bytes: Buffer): HoldfastError {
  try {
    const { code, words } = decodeRefusal(bytes.toString('utf8'));
    return new HoldfastError(`SERVER_SAYS_${code}`, `the server says no: ${words}`, { exitCode: 3 });
  } catch {
    return new HoldfastError('SERVER_SAYS_NO', `the server says no (status ${status})`, { exitCode: 3 });
  }
}

function silent(why: string): HoldfastError {
  return new HoldfastError('SERVER_SILENT', `the server does not answer: ${why}`, {
    remedy: 'See that it runs and can be reached.',
    exitCode: 3,
  });
}
