import { cutText } from '../../host/common/cut-text.ts';
import type { Diagnostics } from '../../host/source/diagnostics.ts';
import { type Fields, readList } from '../../host/source/fields.ts';
import { pathBeside } from '../../host/source/reader.ts';
import type { TreeNode } from '../../host/source/tree.ts';
import { readLabel } from '../../host/source/values.ts';
import { ALERTS_MAX, MAIL_ADDRESSES_MAX, PATH_BYTES_MAX } from '../limits.ts';
import { readEntries } from './entries.ts';
import type { AlertChannel, MailChannel, SecretPlace, WebhookChannel } from './model.ts';
import { OBJECTS } from './table.ts';

/** Who is told of incidents. Secrets are never here: only where they are. */

/** What each kind has besides its id and its secret. */
const WEBHOOK_FIELDS = ['webhook', 'webhook-env'] as const;
const MAIL_FIELDS = ['mail', 'server', 'from', 'user'] as const;
const ADDRESS = /^[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,255}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Whether the host of an address is this computer. */
export function isThisComputer({ hostname }: URL): boolean {
  return OWN_NAMES.includes(hostname);
}

/** An address to which incidents may be posted; otherwise what is wrong with it, in words that do not repeat it. */
export function webhookFault(text: string): string | null {
  if (!URL.canParse(text)) return 'is no address';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'has a user or password in it';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isThisComputer(url))) return null;
  return url.protocol === 'http:' ? 'is not encrypted' : `begins with ${cutText(url.protocol)}`;
}

/** `path`: of the inventory, beside which files with secrets stand. */
export function readAlerts(
  node: TreeNode | undefined,
  path: string,
  diagnostics: Diagnostics,
): ReadonlyMap<string, AlertChannel> {
  if (node === undefined) return new Map();
  const kind = { what: 'alert', fields: Object.keys(OBJECTS.alert.fields), most: ALERTS_MAX };
  const entries = readEntries(node, kind, diagnostics, (id, fields) =>
    readChannel(id, fields, path, diagnostics),
  );
  return new Map([...entries].flatMap(([id, channel]) => (channel === undefined ? [] : [[id, channel]])));
}

function readChannel(
  id: string,
  fields: Fields,
  path: string,
  diagnostics: Diagnostics,
): AlertChannel | undefined {
  const what = `alert ${id}`;
  const secret = readSecret(fields, what, path, diagnostics);
  const isMail = fields.get('mail') !== undefined;
  const strangers = (isMail ? WEBHOOK_FIELDS : MAIL_FIELDS).map((name) => fields.get(name));
  const stranger = strangers.find((found) => found !== undefined);
  if (stranger !== undefined) {
    const message = `${what} is a webhook and mail at once`;
    const remedy = 'Give each an entry of its own: webhook or webhook-env; or mail, server, from, user.';
    diagnostics.add('BAD_VALUE', stranger.place, message, remedy);
    return undefined;
  }
  if (isMail) return readMail(id, fields, secret, diagnostics);
  return readWebhook(id, fields, secret, diagnostics);
}

function readWebhook(
  id: string,
  fields: Fields,
  secret: SecretPlace | null,
  diagnostics: Diagnostics,
): WebhookChannel | undefined {
  const hidden = fields.get('webhook-env');
  if (hidden !== undefined && fields.get('webhook') === undefined) {
    const name = readVariable(hidden, `webhook-env of alert ${id}`, diagnostics);
    return name === undefined
      ? undefined
      : { id, kind: 'webhook', url: { from: 'environment', name }, secret };
  }
  const node = fields.need('webhook');
  const text = node && readLabel(node, `webhook of alert ${id}`, PATH_BYTES_MAX, diagnostics);
  if (node === undefined || text === undefined) return undefined;
  const fault = hidden === undefined ? webhookFault(text) : 'is given twice';
  if (fault === null) return { id, kind: 'webhook', url: text, secret };
  const remedy =
    'Give one https address without secrets, or http to 127.0.0.1; one that is a secret itself goes to webhook-env.';
  diagnostics.add('BAD_VALUE', node.place, `webhook of alert ${id} ${fault}`, remedy);
  return undefined;
}

function readMail(
  id: string,
  fields: Fields,
  secret: SecretPlace | null,
  diagnostics: Diagnostics,
): MailChannel | undefined {
  const toNode = fields.need('mail');
  const serverNode = fields.need('server');
  const fromNode = fields.need('from');
  const userNode = fields.get('user');
  const to = toNode === undefined ? [] : readAddresses(toNode, id, diagnostics);
  const from = fromNode && readAddress(fromNode, `from of alert ${id}`, diagnostics);
  const server = serverNode && readMailServer(serverNode, id, diagnostics);
  const user = userNode && readLabel(userNode, `user of alert ${id}`, PATH_BYTES_MAX, diagnostics);
  if ((user === undefined) !== (secret === null)) {
    const place = (userNode ?? toNode)?.place;
    const remedy = 'Give user and one of secret-env and secret-file, or none of them.';
    if (place !== undefined)
      diagnostics.add('BAD_VALUE', place, `alert ${id} has a user or a password, and not the other`, remedy);
    return undefined;
  }
  if (server === undefined || from === undefined || to.length === 0) return undefined;
  const login = user === undefined || secret === null ? null : { user, password: secret };
  return { id, kind: 'mail', server, from, to, login };
}

function readMailServer(node: TreeNode, id: string, diagnostics: Diagnostics): string | undefined {
  const text = readLabel(node, `server of alert ${id}`, PATH_BYTES_MAX, diagnostics);
  if (text === undefined) return undefined;
  const [, host] = /^smtps?:\/\/([^\s/@?#]+)\/?$/.exec(text) ?? [];
  if (host !== undefined && URL.canParse(text.replace(/^smtps?/, 'https'))) return text;
  const remedy = 'Write smtps://host:465 or smtp://host:587; user and password stand in fields of their own.';
  diagnostics.add('BAD_VALUE', node.place, `server of alert ${id} is no address of a mail server`, remedy);
  return undefined;
}

function readAddresses(node: TreeNode, id: string, diagnostics: Diagnostics): string[] {
  const items = readList(node, `mail of alert ${id}`, diagnostics) ?? [];
  if (node.kind === 'list' && (items.length === 0 || items.length > MAIL_ADDRESSES_MAX)) {
    const remedy = `Give 1 to ${MAIL_ADDRESSES_MAX} addresses.`;
    diagnostics.add('OUT_OF_RANGE', node.place, `alert ${id} has ${items.length} addresses`, remedy);
    return [];
  }
  return items.flatMap((item) => readAddress(item, `an address of alert ${id}`, diagnostics) ?? []);
}

function readAddress(node: TreeNode, what: string, diagnostics: Diagnostics): string | undefined {
  const text = readLabel(node, what, PATH_BYTES_MAX, diagnostics);
  if (text === undefined || ADDRESS.test(text)) return text;
  const message = `${what} is "${cutText(text)}"`;
  diagnostics.add('BAD_VALUE', node.place, message, 'Write an address such as duty@plant.example.');
  return undefined;
}

function readSecret(
  fields: Fields,
  what: string,
  path: string,
  diagnostics: Diagnostics,
): SecretPlace | null {
  const [variable, file] = [fields.get('secret-env'), fields.get('secret-file')];
  if (variable !== undefined && file !== undefined) {
    const remedy = 'Keep one of secret-env and secret-file.';
    diagnostics.add('BAD_VALUE', file.place, `${what} has two secrets`, remedy);
  }
  if (variable !== undefined) {
    const name = readVariable(variable, `secret-env of ${what}`, diagnostics);
    return name === undefined ? null : { from: 'environment', name };
  }
  const name = file && readLabel(file, `secret-file of ${what}`, PATH_BYTES_MAX, diagnostics);
  return name === undefined ? null : { from: 'file', name: pathBeside(path, name) };
}

function readVariable(node: TreeNode, what: string, diagnostics: Diagnostics): string | undefined {
  const text = readLabel(node, what, PATH_BYTES_MAX, diagnostics);
  if (text === undefined || VARIABLE.test(text)) return text;
  // It may be the secret itself, so it is not repeated.
  const message = `${what} is no name of a variable`;
  diagnostics.add('BAD_VALUE', node.place, message, 'Name the variable of the environment that holds it.');
  return undefined;
}
