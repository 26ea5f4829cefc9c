import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { HoldfastError } from '../../host/common/errors.ts';
import { packageUrl } from '../../host/common/root.ts';
import { isOwn, PAGE_HEADERS } from '../../host/view/server.ts';
import type { PlantPicture } from '../page/data.ts';
import { PAGE_HTML, PAGE_STYLE } from '../page/markup.ts';

/** The page of a plant and its metrics, to look at: it takes nothing, and answers only who asks for it by its own address. */

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const SCRIPT = packageUrl('build/js/fleet/page/main.js');
const EVERY_MS = 1000;
const LISTENERS_MAX = 32;
/** A browser that does not read is cut off. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;

export interface WebOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly look: () => Promise<PlantPicture>;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly onTrouble: (words: string) => void;
}

export class PlantWeb {
  readonly #server: Server;
  readonly #options: WebOptions;
  readonly #listeners = new Set<ServerResponse>();
  #script = '';
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  #last = '';

  private constructor(options: WebOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.onTrouble(`the page: ${error instanceof Error ? error.message : String(error)}`);
        if (!response.headersSent) send(response, 503, 'text/plain', 'the plant cannot be looked at now\n');
        else response.destroy();
      });
    });
  }

  /** Throws HoldfastError HTTP_PORT when the port cannot be had, PAGE_MISSING when the page was not built. */
  static async open(options: WebOptions): Promise<PlantWeb> {
    const web = new PlantWeb(options);
    try {
      web.#script = await readFile(SCRIPT, 'utf8');
    } catch (cause) {
      throw new HoldfastError('PAGE_MISSING', 'the script of the page does not exist', {
        remedy: 'Start the fleet with `npm run fleet`, which builds it.',
        cause,
      });
    }
    const { host, port } = options;
    await new Promise<void>((done, fail) => {
      web.#server.once('error', (cause) => {
        const message = `cannot serve the page at ${host}:${port}: ${cause.message}`;
        fail(new HoldfastError('HTTP_PORT', message, { remedy: 'Give another address with --http.', cause }));
      });
      web.#server.listen(port, host, done);
    });
    web.#timer = setInterval(() => void web.#tell(), EVERY_MS);
    return web;
  }

  get url(): string {
    const { host } = this.#options;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}/`;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url, method } = request;
    if (!isOwn(request, this.#hosts(request)))
      return send(response, 403, 'text/plain', 'this page is asked for by its address\n');
    if (method !== 'GET') return send(response, 405, 'text/plain', 'this page is to look at\n');
    if (url === '/') return send(response, 200, 'text/html', PAGE_HTML);
    if (url === '/style.css') return send(response, 200, 'text/css', PAGE_STYLE);
    if (url === '/main.js') return send(response, 200, 'text/javascript', this.#script);
    if (url === '/events') return this.#listen(response);
    if (url !== '/metrics') return send(response, 404, 'text/plain', 'there is a page at /, and /metrics\n');
    const { type, text } = await this.#options.metrics();
    response.writeHead(200, { ...PAGE_HEADERS, 'Content-Type': type }).end(text);
  }

  /** No name leads here but localhost (DNS rebinding); an address of this computer that was asked to be served is one, too. */
  #hosts({ headers }: IncomingMessage): string[] {
    const own = [this.#options.host, '127.0.0.1', 'localhost', '[::1]'].map(
      (host) => `${host}:${this.#port}`,
    );
    const asked = (headers.host ?? '').toLowerCase();
    const address = asked.slice(0, asked.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    return isIP(address) > 0 && asked.endsWith(`:${this.#port}`) ? [...own, asked] : own;
  }

  async #listen(response: ServerResponse): Promise<void> {
    if (this.#listeners.size >= LISTENERS_MAX)
      return send(response, 503, 'text/plain', 'too many look at this page already\n');
    response.writeHead(200, { ...PAGE_HEADERS, 'Content-Type': 'text/event-stream' });
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
    if (this.#last !== '') response.write(this.#last);
    await this.#tell();
  }

  /** Looked at once for all who listen, and for nobody when nobody does. */
  async #tell(): Promise<void> {
    if (this.#listeners.size === 0 || this.#isLooking) return;
    this.#isLooking = true;
    try {
      this.#last = `data: ${JSON.stringify(await this.#options.look())}\n\n`;
      for (const listener of this.#listeners) {
        if (listener.writableLength > UNREAD_BYTES_MAX) listener.destroy();
        // Who has not read the one before yet gets the next.
        else if (listener.writableLength === 0) listener.write(this.#last);
      }
    } catch (error) {
      this.#options.onTrouble(`the page: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#isLooking = false;
    }
  }
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const headers = {
    ...PAGE_HEADERS,
    'Content-Security-Policy': POLICY,
    'Content-Type': `${type}; charset=utf-8`,
  };
  response.writeHead(status, headers).end(text);
}
