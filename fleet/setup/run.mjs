/** `npm run fleet -- VERB …`: the command of the fleet, installed and built first. */
import { buildFleet, installFleet } from './prepare.mjs';

installFleet();
buildFleet();
await import('../../build/js/fleet/cli/main.js');
