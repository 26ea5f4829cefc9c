/** A mail server that takes what it is given, or refuses it, as SMTP has it: enough of it for one client. */
import { createServer, type Server, type Socket } from 'node:net';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text as they came. */
  readonly text: string;
}

export class MailServer {
  readonly mails: TakenMail[] = [];
  /** What is answered to the text of a mail. */
  verdict = '250 taken';
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(): Promise<MailServer> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new MailServer(server);
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  #serve(socket: Socket): void {
    let rest = '';
    let envelope = { from: '', to: [] as string[] };
    let text: string[] | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const hear = (line: string): void => {
      if (text !== null) {
        if (line !== '.') return void text.push(line);
        if (this.verdict.startsWith('2')) this.mails.push({ ...envelope, text: text.join('\n') });
        [text, envelope] = [null, { from: '', to: [] }];
        return void say(this.verdict);
      }
      const verb = line.slice(0, 4).toUpperCase();
      const address = /<(.*)>/.exec(line)?.[1] ?? '';
      if (verb === 'MAIL') envelope.from = address;
      if (verb === 'RCPT') envelope.to.push(address);
      if (verb === 'DATA') text = [];
      say(verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 yes');
    };
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const lines = (rest + data.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      lines.forEach(hear);
    });
    say('220 here');
  }

  close(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()));
  }
}
