import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoldfastError } from '../common/errors.ts';
import type { LiveState } from '../page/data.ts';

/**
 * The server of a live view: a page and what a device does, for browsers of this computer, to look at. It takes nothing, and it answers
 * only who asks for it by its own address: a name of somebody else's that leads here (DNS rebinding) is refused.
 */

/** The only address it listens at. */
const LOOPBACK = '127.0.0.1';

export interface Shown {
  /** The page as HTML. */
  page(): string;
  state(): LiveState;
}

export interface ViewServer {
  /** What to open. */
  readonly url: string;
  close(): Promise<void>;
}

/** Headers of every answer to a browser: nothing is kept, nothing is shown inside of other pages, nothing is told to other sites. */
export const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * Serves at a port of the loopback address; 0: any that is free.
 * @throws HoldfastError HTTP_PORT when the port cannot be had.
 */
export async function serveView(shown: Shown, port: number): Promise<ViewServer> {
  const server = createServer((request, response) => answer(server, shown, request, response));
  await new Promise<void>((done, fail) => {
    server.once('error', (cause) => {
      const message = `cannot serve at ${LOOPBACK}:${port}: ${cause.message}`;
      fail(
        new HoldfastError('HTTP_PORT', message, {
          remedy: 'Leave out --http, or give a port that is free.',
          cause,
        }),
      );
    });
    server.listen(port, LOOPBACK, done);
  });
  return {
    url: `http://${LOOPBACK}:${portOf(server)}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function answer(server: Server, shown: Shown, request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, type: string, text: string) =>
    response.writeHead(status, { ...PAGE_HEADERS, 'Content-Type': `${type}; charset=utf-8` }).end(text);
  const port = portOf(server);
  if (!isOwn(request, [`${LOOPBACK}:${port}`, `localhost:${port}`]))
    send(403, 'text/plain', 'this view is for the browser of its own computer\n');
  else if (request.method !== 'GET') send(405, 'text/plain', 'this view is to look at\n');
  else if (request.url === '/') send(200, 'text/html', shown.page());
  else if (request.url === '/state') send(200, 'application/json', JSON.stringify(shown.state()));
  else send(404, 'text/plain', 'there is a page at / only\n');
}

/** Whether a request names this server by one of its own hosts, and comes from its own page or from nobody's. */
export function isOwn({ headers }: IncomingMessage, hosts: readonly string[]): boolean {
  const { host = '', origin } = headers;
  const isSame = origin === undefined || hosts.some((own) => origin === `http://${own}`);
  const site = headers['sec-fetch-site'] ?? 'none';
  return hosts.includes(host.toLowerCase()) && isSame && (site === 'none' || site === 'same-origin');
}
