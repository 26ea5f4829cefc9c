import { runCommand } from '../../host/cli/command.ts';
import * as server from './verbs/server.ts';

/** A server by itself, as `fleet up` starts it: with no other verb, so that the next one is there soon after one was killed. */

await runCommand(process.argv, [server], { name: 'fleet', description: 'one server of a plant' });
