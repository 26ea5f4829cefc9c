/** What a plant consists of, as `fleet.yaml` says it. Everything is in the order of the file. */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A maintenance window that comes back each week. */
export interface WeeklyWindow {
  /** On which days it begins: 1 Monday to 7 Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight on the clocks of the site. */
  readonly fromMinute: number;
  /** Above `fromMinute`; above 1,440 on the following day. */
  readonly untilMinute: number;
}

export interface Site {
  readonly id: string;
  /** A name of the zone table, such as Europe/Zurich. */
  readonly zone: string;
  readonly windows: readonly WeeklyWindow[];
  /** Days on which no window begins, as YYYY-MM-DD. */
  readonly closed: readonly string[];
  /** When its controllers are checked deeply; null: never by itself. */
  readonly check: WeeklyMoment | null;
}

/** A moment that comes back each week. */
export interface WeeklyMoment {
  /** 1 Monday to 7 Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight on the clocks of the site. */
  readonly minute: number;
}

/** Where a secret is, which never stands in the inventory: a variable of the environment of the server, or a file. */
export interface SecretPlace {
  readonly from: 'environment' | 'file';
  /** Name of the variable, or path of the file. */
  readonly name: string;
}

/** Who is told of incidents, besides the terminal of the server. */
export type AlertChannel = WebhookChannel | MailChannel;

export interface WebhookChannel {
  readonly id: string;
  readonly kind: 'webhook';
  /** HTTPS, or HTTP to this computer; or where it is, when it is a secret itself. */
  readonly url: string | SecretPlace;
  /** Sent as a bearer token; null: none is. */
  readonly secret: SecretPlace | null;
}

export interface MailChannel {
  readonly id: string;
  readonly kind: 'mail';
  /** `smtps://host:port`, or `smtp://host:port`, which is upgraded to TLS unless it is this computer. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Who logs in, with the secret as password; null: nobody has to. */
  readonly login: { readonly user: string; readonly password: SecretPlace } | null;
}

export interface Gateway {
  readonly id: string;
  readonly site: string;
  /** Its Ed25519 public key, 64 hexadecimal digits. */
  readonly key: string;
  /** How many serial lines it has. */
  readonly lines: number;
}

/** Controllers that change together. */
export interface Cell {
  readonly id: string;
  readonly site: string;
  /** Ids of its controllers, one or more. */
  readonly members: readonly string[];
}

export interface Controller {
  readonly id: string;
  readonly cell: string;
  readonly gateway: string;
  /** The serial port, as its gateway calls it. */
  readonly port: string;
  readonly map: string;
  /** Class of the device. */
  readonly device: string;
}

export interface Inventory {
  /** Name of the fleet; a signed state names it too. */
  readonly fleet: string;
  /** Ed25519 public keys that sign what the fleet should run, 64 hexadecimal digits each. */
  readonly signers: readonly string[];
  /** The Ed25519 public key of the server that gateways ask, 64 hexadecimal digits; null: there is none. */
  readonly server: string | null;
  readonly sites: ReadonlyMap<string, Site>;
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly controllers: ReadonlyMap<string, Controller>;
  /** Paths of map sources, which checks compare with the editions that were signed of them. */
  readonly sources: readonly string[];
  readonly alerts: ReadonlyMap<string, AlertChannel>;
  /** For how many days the database keeps what is over. */
  readonly keepDays: number;
  /** What the file holds and nothing uses, one sentence each. */
  readonly unused: readonly string[];
}
