import { runCommand } from '../../host/cli/command.ts';
import * as apply from './verbs/apply.ts';
import * as inventory from './verbs/inventory.ts';
import * as schema from './verbs/schema.ts';
import * as sign from './verbs/sign.ts';
import * as sim from './verbs/sim.ts';
import * as tour from './verbs/tour.ts';
import * as verify from './verbs/verify.ts';

/** The command of the fleet, as `npm run fleet` starts it. */

const ABOUT = {
  name: 'fleet',
  description: 'plants: what every controller should run, and cells that change together',
};

/** Who asks for nothing is shown something. */
const argv = process.argv.length > 2 ? process.argv : [...process.argv, 'tour'];

await runCommand(argv, [tour, inventory, sign, verify, apply, schema, sim], ABOUT);
