import { runCommand } from '../../host/cli/command.ts';
import * as inventory from './verbs/inventory.ts';
import * as schema from './verbs/schema.ts';
import * as sign from './verbs/sign.ts';
import * as sim from './verbs/sim.ts';
import * as verify from './verbs/verify.ts';

/** The command of the fleet, as `npm run fleet` starts it. */

const ABOUT = {
  name: 'fleet',
  description: 'plants: what every controller should run, and cells that change together',
};

await runCommand(process.argv, [inventory, sign, verify, schema, sim], ABOUT);
