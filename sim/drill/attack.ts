/**
 * Attacks by who holds the serial line, some of them with the safe input: each a transcript after which the device must not have what the
 * attacker wants, beside the same transcript without the defect, its control, which the device must take.
 */
import { Attacker, drillKey, makeEditions, type Transcript } from './attacker.ts';
import { ATTACKS } from './attacks.ts';
import type { MakeCore } from './drill-core.ts';
import { signatureAttacks } from './signature-attacks.ts';
import { isDevices } from './story.ts';

export interface AttackReport {
  attacks: number;
  /** Attacks after which the device had what it must not have. */
  accepted: number;
  /** Controls after which it had it. */
  controls_accepted: number;
  seed: number;
  /** Attacks that were accepted, and controls that were not. */
  failures: string[];
}

export async function attackCore(makeCore: MakeCore, seed: number): Promise<AttackReport> {
  const report: AttackReport = { attacks: 0, accepted: 0, controls_accepted: 0, seed, failures: [] };
  const unsigned = await makeEditions();
  playAll(report, ATTACKS, () => new Attacker(makeCore, unsigned, seed));
  const key = drillKey(1);
  const signed = await makeEditions(key);
  const forgeries = { unsigned, byStranger: await makeEditions(drillKey(2)) };
  playAll(report, signatureAttacks(forgeries), () => new Attacker(makeCore, signed, seed, key));
  return report;
}

function playAll(
  report: AttackReport,
  attacks: Readonly<Record<string, Transcript>>,
  makeAttacker: () => Attacker,
): void {
  for (const [name, transcript] of Object.entries(attacks)) {
    report.attacks++;
    if (played(makeAttacker(), transcript, true)) {
      report.accepted++;
      report.failures.push(`${name}: accepted`);
    }
    if (played(makeAttacker(), transcript, false)) report.controls_accepted++;
    else report.failures.push(`${name}: its control was refused`);
  }
}

/** A device that goes silent has not accepted. */
function played(attacker: Attacker, transcript: Transcript, isAttack: boolean): boolean {
  try {
    return transcript(attacker, isAttack);
  } catch (error) {
    if (!isDevices(error)) throw error;
    return false;
  }
}
