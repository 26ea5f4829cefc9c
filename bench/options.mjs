/** What scripts here are asked for: `--json`, and nothing else. */
import { parseArgs } from 'node:util';

/** Whether the result is wanted as JSON. Ends the process with 2 when there is anything else; `usage` says how it is called. */
export function asksForJson(usage) {
  try {
    return parseArgs({ options: { json: { type: 'boolean' } } }).values.json === true;
  } catch (error) {
    console.error(`${error.message}\nUsage: ${usage}`);
    return process.exit(2);
  }
}
