/** Attacks over the line, each beside its control: sim/drill/attack.ts, also by `npm run attack`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { attackCore } from '../../sim/drill/attack.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import { seedFor } from '../support/random.ts';

test.each(['device', 'device-4k'] as const)(
  '%s: no attack is accepted, and every control is',
  async (build) => {
    const core = coresOf(openModule(readFileSync(coreUrl(build))));
    const report = await attackCore(core, seedFor('attack', 34));
    expect(report.failures).toEqual([]);
    expect(report.accepted).toBe(0);
    expect(report.controls_accepted).toBe(report.attacks);
    expect(report.attacks).toBeGreaterThanOrEqual(16);
  },
);
