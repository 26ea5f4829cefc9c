import { visible, visibleLines } from '../../host/common/visible.ts';
import type { QueuedAlert } from '../store/alerts.ts';
import type { KeptIncident } from '../store/incidents.ts';

/** What people are sent: the same words everywhere, with what controllers and gateways said made visible. */

/** Stays the same when a message is sent again, also by another server: a receiver that knows it was told already. */
export function keyOf(fleet: string, { id, madeMs }: Pick<QueuedAlert, 'id' | 'madeMs'>): string {
  return `${fleet}-${id}-${madeMs}`;
}

/** The body that is posted to a webhook. */
export interface PostedAlert {
  readonly fleet: string;
  readonly key: string;
  /** Whether it may have arrived before. */
  readonly again: boolean;
  readonly incidents: readonly {
    readonly id: number;
    /** ISO 8601, UTC. */
    readonly at: string;
    readonly kind: string;
    readonly rollout: number | null;
    readonly cell: string;
    readonly words: string;
    readonly remedy: string;
  }[];
}

export function postedAlert(fleet: string, alert: QueuedAlert): PostedAlert {
  return {
    ...{ fleet, key: keyOf(fleet, alert), again: alert.tries > 1 },
    incidents: alert.incidents.map(({ id, at, kind, rollout, cell, words, remedy }) => ({
      ...{ id, at: at.toISOString(), kind, rollout, cell },
      ...{ words: visible(words), remedy: visible(remedy) },
    })),
  };
}

/** The line that a server prints of an incident. */
export function incidentLine({ id, words, remedy }: KeptIncident): string {
  return `INCIDENT ${id}  ${words} ${remedy}`;
}

export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
}

export function writtenMail(fleet: string, { incidents, tries }: QueuedAlert): WrittenMail {
  const count = incidents.length === 1 ? 'an incident' : `${incidents.length} incidents`;
  const lines = incidents.flatMap(({ id, at, words, remedy }) => [
    `${id}  ${at.toISOString()}`,
    `  ${visible(words)}`,
    `  ${visible(remedy)}`,
    '',
  ]);
  const again = tries > 1 ? ['This may have been sent before.', ''] : [];
  const end = 'Say that you have them in hand with: fleet ack FOLDER ID';
  return { subject: `${fleet}: ${count}`, text: visibleLines([...again, ...lines, end, ''].join('\n')) };
}
