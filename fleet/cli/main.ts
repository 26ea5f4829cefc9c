import { runCommand } from '../../host/cli/command.ts';
import * as alerts from './verbs/alerts.ts';
import * as apply from './verbs/apply.ts';
import * as bundle from './verbs/bundle.ts';
import * as check from './verbs/check.ts';
import * as drill from './verbs/drill.ts';
import * as gateway from './verbs/gateway.ts';
import * as incidents from './verbs/incidents.ts';
import * as inventory from './verbs/inventory.ts';
import * as kills from './verbs/kills.ts';
import * as migrate from './verbs/migrate.ts';
import * as rollout from './verbs/rollout.ts';
import * as says from './verbs/says.ts';
import * as scale from './verbs/scale.ts';
import * as schema from './verbs/schema.ts';
import * as sign from './verbs/sign.ts';
import * as sim from './verbs/sim.ts';
import * as status from './verbs/status.ts';
import * as tour from './verbs/tour.ts';
import * as up from './verbs/up.ts';
import * as verify from './verbs/verify.ts';

/** The command of the fleet, as `npm run fleet` starts it. */

const ABOUT = {
  name: 'fleet',
  description: 'plants: what every controller should run, and cells that change together',
};

/** Who asks for nothing is shown something. */
const argv = process.argv.length > 2 ? process.argv : [...process.argv, 'tour'];

await runCommand(
  argv,
  [
    tour,
    inventory,
    sign,
    verify,
    up,
    rollout,
    status,
    says,
    incidents,
    alerts,
    apply,
    bundle,
    check,
    gateway,
    migrate,
    schema,
    sim,
    drill,
    kills,
    scale,
  ],
  ABOUT,
);
