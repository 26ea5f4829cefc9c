/** What scripts here are asked for: `--json`, and nothing else. */
import { parseArgs } from 'node:util';

/** Whether the result is wanted as JSON. Ends the process with 2 when there is anything else; `usage` says how it is called. */
export function asksForJson(usage) {
  try {
    return parseArgs({ options: { json: { type: 'boolean' } } }).values.json === true;
  } catch (error) {
    return refuseUsage(error.message, usage);
  }
}

/** The same with `--all`, for what takes long, and `--quick`, without what takes a while. */
export function benchOptions(usage) {
  try {
    const flag = { type: 'boolean', default: false };
    const options = { json: flag, all: flag, quick: flag };
    const { json, all, quick } = parseArgs({ options }).values;
    if (all && quick) throw new RangeError('--all and --quick are opposites.');
    return { json, all, quick };
  } catch (error) {
    return refuseUsage(error.message, usage);
  }
}

/** Ends the process with 2. */
export function refuseUsage(message, usage) {
  console.error(`${message}\nUsage: ${usage}`);
  return process.exit(2);
}

/**
 * What a campaign is asked for: `--json`, integers that are not negative, and words of a list of which the first stands if none is
 * given. Ends the process with 2 when there is anything else.
 */
export function campaignOptions(usage, { words = {}, numbers = [] }) {
  try {
    const named = [...Object.keys(words), ...numbers].map((name) => [name, { type: 'string' }]);
    const { values } = parseArgs({ options: { json: { type: 'boolean' }, ...Object.fromEntries(named) } });
    const chosen = Object.entries(words).map(([name, list]) => [name, wordOf(name, values[name], list)]);
    const counted = numbers
      .filter((name) => values[name] !== undefined)
      .map((name) => [name, countOf(name, values[name])]);
    return { json: values.json === true, ...Object.fromEntries([...chosen, ...counted]) };
  } catch (error) {
    return refuseUsage(error.message, usage);
  }
}

function wordOf(name, given, list) {
  if (given === undefined || list.includes(given)) return given ?? list[0];
  throw new RangeError(`--${name} must be ${list.join(' or ')}, not ${given}.`);
}

function countOf(name, given) {
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new RangeError(`--${name} must be a whole number, not ${given}.`);
}

/** Prints what a campaign reports: one line of JSON, or its failures and then its numbers. */
export function printReport(report, asJson) {
  if (asJson) {
    console.log(JSON.stringify(report));
    return;
  }
  for (const failure of report.failures) console.log(failure);
  for (const [name, value] of Object.entries(report))
    if (name !== 'failures') console.log(`${String(value).padStart(8)}  ${name.replaceAll('_', ' ')}`);
}
