import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type pg from 'pg';
import { toHex } from '../../../host/body/bytes.ts';
import { readInput, readTextInput } from '../../../host/cli/common/files.ts';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { systemClock } from '../../../host/common/clock.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { reasonOf } from '../../../host/common/file-reason.ts';
import { burnableKey, privateKeyFromPem, rawPublicKey } from '../../../host/image/sign.ts';
import { applyToCell } from '../../apply/apply.ts';
import { type JudgedReceipt, readBackReceipt, strangersIn } from '../../bundle/read-back.ts';
import { type Ending, openReceipt, type Receipt, sealReceipt } from '../../bundle/receipt.ts';
import { openTask, sealTask, type Task } from '../../bundle/task.ts';
import { readFolderText, readStateImages, readStateText, writeStateFolder } from '../../desired/folder.ts';
import { pairsOf } from '../../desired/images.ts';
import { verifyState } from '../../desired/verify.ts';
import { carryByGateway } from '../../exchange/carry.ts';
import { FollowedFile } from '../../gateway/followed.ts';
import { FileJournal } from '../../gateway/journal-file.ts';
import type { Inventory } from '../../inventory/model.ts';
import { readInventory } from '../../inventory/read.ts';
import { HELD_REMEDY, heldWords } from '../../people/held.ts';
import { type HeldCell, heldCells, holdCell, releaseCell } from '../../store/bundles.ts';
import { PgExchange } from '../../store/exchange.ts';
import { lastRollout, nowMsOf } from '../../store/rollouts.ts';
import { lastFollowed } from '../../store/states.ts';
import { transaction } from '../../store/transaction.ts';
import { tellingApply } from '../common/apply-words.ts';
import { requireServer, serverKeyOf } from '../common/door.ts';
import { FOLDER, type OpenPlant, withPlant } from '../common/plant.ts';
import { wholeNumber } from '../common/whole-number.ts';

/** `fleet bundle`: a cell that no network reaches is changed by somebody who carries what is signed there, and a receipt back. */

const TASK_FILE = 'task.json';
/** Two tries of a cell, with all that each may ask. */
const IDS = 2_000_000;
const IDS_A_TRY = 1_000_000;
/** For how many days a cell is held back. */
const DAYS = { usual: 7, most: 60 };
const DAY_MS = 86_400_000;
const WAIT_S_DEFAULT = 60;
const WAIT_S_MAX = 3600;

const HELP = `
On the computer of the server, \`create\` writes a folder with the signed state, its images, and a task: which cell, under which
fence and ids, carried by whom. There, with the lines plugged in, \`apply\` brings the cell to that state as a server would, and
writes a receipt signed by who carried it. \`receive\` judges the receipt and has the controllers read: nothing is believed that
was not read back. From \`create\` on no rollout and no check touches the cell, until the receipt is read back, somebody says
\`return\`, or --days are over; a task that is older is refused by \`apply\`. Exit code 1 when the cell does not run what it
should, or the receipt is not read back.

Example:
  npm run fleet -- bundle create north-works state-7 --cell press-1 --carrier anna.pub.pem -o press-1-task
  npm run fleet -- bundle apply fleet.yaml press-1-task --key anna.pem --journal fleet-journal -o press-1.receipt
  npm run fleet -- bundle receive north-works press-1.receipt`;

export function register(program: Command): void {
  const bundle = program
    .command('bundle')
    .description('change a cell that no network reaches')
    .addHelpText('after', HELP);
  bundle
    .command('create')
    .description('write what somebody carries to a cell')
    .argument(...FOLDER)
    .argument('<state>', 'the folder that `fleet sign` wrote')
    .requiredOption('--cell <id>', 'the cell')
    .requiredOption('--carrier <pem>', 'public key of who carries it')
    .option('--key <pem>', 'private key of the server (default: server.pem in the folder)')
    .requiredOption('-o, --output <folder>', 'a folder that does not exist yet')
    .option('--days <n>', 'for how long the cell is held back for it', wholeNumber(1, DAYS.most), DAYS.usual)
    .option('--json', 'print the task as one JSON object')
    .action(create);
  bundle
    .command('apply')
    .description('bring the cell to its state, and write a receipt')
    .argument('<inventory>', 'the inventory, such as fleet.yaml; ports are those of this computer')
    .argument('<bundle>', 'what `fleet bundle create` wrote')
    .requiredOption('--key <pem>', 'private key of who carries it')
    .requiredOption('--journal <folder>', 'where this computer remembers what it followed and did')
    .option('--any-time', 'outside of the windows of the site, too')
    .requiredOption('-o, --output <file>', 'the receipt; written over if it is there')
    .option('--json', 'print the result as one JSON object')
    .action(apply);
  bundle
    .command('receive')
    .description('judge a receipt, and have the controllers read')
    .argument(...FOLDER)
    .argument('<receipt>', 'what `fleet bundle apply` wrote')
    .option('--wait <seconds>', 'how long gateways have to read', wholeNumber(1, WAIT_S_MAX), WAIT_S_DEFAULT)
    .option('--json', 'print the result as one JSON object')
    .action(receive);
  bundle
    .command('return')
    .description('hold a cell back no more: its task is not carried out')
    .argument(...FOLDER)
    .argument('<cell>', 'its id')
    .action(giveBack);
}

interface CreateOptions {
  readonly cell: string;
  readonly carrier: string;
  readonly key?: string;
  readonly days: number;
  readonly output: string;
  readonly json?: boolean;
}

async function create(folder: string, stateFolder: string, options: CreateOptions): Promise<void> {
  const pem = Buffer.from(await readInput(options.carrier)).toString('latin1');
  const carrier = toHex(burnableKey(pem));
  const text = await readStateText(stateFolder);
  await withPlant(folder, async ({ inventory, pool }) => {
    const key = await serverKeyOf(folder, inventory, options.key);
    requireCell(inventory, options.cell);
    await requireNoRollout(pool);
    const { fleet, signers } = inventory;
    const last = await lastFollowed(pool);
    const { state, followed } = verifyState(text, { fleet, signers, last, nowMs: Date.now() });
    const images = await readStateImages(stateFolder, state);
    const exchange = new PgExchange(pool, '');
    const fence = (await exchange.epoch()) || (await exchange.lead());
    const firstId = await exchange.reserveIds(fence, IDS);
    const task: Task = {
      fleet,
      cell: options.cell,
      fence,
      firstId,
      ids: IDS,
      carrier,
      untilMs: Math.round(await nowMsOf(pool)) + options.days * DAY_MS,
      state: followed.digest,
    };
    const sealed = sealTask(task, key);
    const { digest } = openTask(sealed, requireServer(inventory));
    await hold(pool, { ...task, task: digest, sequence: state.sequence });
    try {
      await writeStateFolder(options.output, text, pairsOf(state, images), { [TASK_FILE]: sealed });
    } catch (error) {
      await releaseCell(pool, task.cell, 'returned', digest);
      throw error;
    }
    if (options.json) printJson({ output: options.output, sequence: state.sequence, ...task });
    else
      printLines([
        `${options.output}: ${options.cell} to state ${state.sequence}, under fence ${fence}`,
        `No rollout changes ${options.cell} until its receipt is read back, \`fleet bundle return\`, or ${new Date(task.untilMs).toISOString()}.`,
      ]);
  });
}

async function requireNoRollout(client: Pick<pg.ClientBase, 'query'>): Promise<void> {
  const rollout = await lastRollout(client);
  if (rollout === null || rollout.stage === 'over') return;
  throw new HoldfastError('ROLLOUT_OPEN', 'a rollout is not over yet, and may change that cell', {
    remedy: 'Wait for its end, or stop it with `fleet abort`; see `fleet status`.',
    exitCode: 1,
  });
}

/** Throws HoldfastError ROLLOUT_OPEN or CELL_HELD. */
async function hold(pool: pg.Pool, held: HeldCell): Promise<void> {
  await transaction(pool, async (client) => {
    // No rollout begins meanwhile.
    await client.query('lock table fleet.states in share row exclusive mode');
    await requireNoRollout(client);
    const nowMs = await nowMsOf(client);
    if (await holdCell(client, held, nowMs)) return;
    const before = (await heldCells(client, nowMs)).get(held.cell);
    const words = before === undefined ? 'it is held back' : heldWords(before);
    throw new HoldfastError('CELL_HELD', `cell ${held.cell} has a task already: ${words}`, {
      remedy: HELD_REMEDY,
      exitCode: 1,
    });
  });
}

async function giveBack(folder: string, cell: string): Promise<void> {
  await withPlant(folder, async ({ inventory, pool }) => {
    requireCell(inventory, cell);
    if (await releaseCell(pool, cell, 'returned'))
      return printLines([`${cell} is held back no more; see that its folder is not used`]);
    throw new HoldfastError('CELL_NOT_HELD', `cell ${cell} has no task`, {
      remedy: 'See `fleet status` for the cells that are held back.',
      exitCode: 1,
    });
  });
}

function requireCell({ cells }: Inventory, cell: string): void {
  if (cells.has(cell)) return;
  const remedy = `Name one of: ${[...cells.keys()].slice(0, 20).join(', ')}.`;
  throw new HoldfastError('CELL_UNKNOWN', `the inventory has no cell ${cell}`, { remedy });
}

interface ApplyOptions {
  readonly key: string;
  readonly journal: string;
  readonly anyTime?: boolean;
  readonly output: string;
  readonly json?: boolean;
}

async function apply(path: string, folder: string, options: ApplyOptions): Promise<void> {
  const inventory = await readInventory(path);
  const key = privateKeyFromPem(Buffer.from(await readInput(options.key)).toString('latin1'));
  const text = await readFolderText(folder, TASK_FILE);
  const { task } = openTask(text, requireServer(inventory));
  const journal = new FileJournal(join(options.journal, 'controllers'));
  requireTask(task, inventory, toHex(rawPublicKey(key)), journal.highest);
  requireTime(task, Date.now());
  const { ended, readings } = await applyToCell({
    ...{ inventory, folder, journal, cell: task.cell, nowMs: Date.now(), task },
    followed: await FollowedFile.open(join(options.journal, 'followed.json')),
    anyTime: options.anyTime === true,
    again: false,
    ...tellingApply(task.cell, options.json === true),
  });
  if ('reason' in ended && ended.reason !== 'there') {
    throw new HoldfastError('CELL_LEFT', `${task.cell} is left: ${ended.words}`, { exitCode: 1 });
  }
  const outcome: Ending = 'reason' in ended ? 'there' : (ended.outcome ?? 'stuck');
  const members = (inventory.cells.get(task.cell)?.members ?? []).map((controller) => {
    const reading = readings.get(controller);
    return { controller, running: reading === undefined || reading.trial ? '' : reading.running };
  });
  const receipt: Receipt = { task: text, outcome, why: 'reason' in ended ? '' : ended.why, members };
  await writeReceipt(options.output, sealReceipt(receipt, key));
  if (options.json)
    printJson({ cell: task.cell, outcome, why: receipt.why, members, receipt: options.output });
  else printLines([`${options.output}: bring this receipt back, and give it to \`fleet bundle receive\``]);
  if (outcome !== 'confirmed' && outcome !== 'there') process.exitCode = 1;
}

/** Throws HoldfastError TASK_OTHER_FLEET, TASK_OTHER_CARRIER, TASK_OLDER or TASK_USED_UP, with exit code 1. */
function requireTask(
  task: Task,
  { fleet }: Inventory,
  publicKey: string,
  highest: { readonly fence: number; readonly seen: number },
): void {
  const no = (code: string, words: string, remedy: string) =>
    new HoldfastError(code, words, { remedy, exitCode: 1 });
  if (task.fleet !== fleet)
    throw no(
      'TASK_OTHER_FLEET',
      `the task is for the fleet ${task.fleet}, not for ${fleet}`,
      'Get the task of this fleet.',
    );
  if (task.carrier !== publicKey)
    throw no(
      'TASK_OTHER_CARRIER',
      'the task was given to somebody else',
      'Let them carry it out, or get one of your own.',
    );
  if (task.fence < highest.fence) {
    const words = `the task has fence ${task.fence}, and one with ${highest.fence} was carried out here already`;
    throw no('TASK_OLDER', words, 'Get a new one from the server.');
  }
  if (highest.seen + IDS_A_TRY < task.firstId + task.ids) return;
  throw no('TASK_USED_UP', 'later orders were carried out here already', 'Get a new task from the server.');
}

/** The clock of this computer is the one that is read; one that says no moment counts as one after all. */
function requireTime({ untilMs }: Task, nowMs: number): void {
  if (nowMs < untilMs) return;
  throw new HoldfastError(
    'TASK_EXPIRED',
    `the task was to be carried out before ${new Date(untilMs).toISOString()}`,
    {
      remedy: 'Get a new one from the server; if it has not expired, set the clock of this computer.',
      exitCode: 1,
    },
  );
}

async function writeReceipt(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, {
      remedy: 'The cell is changed all the same; the same command writes the receipt when it can.',
      cause,
    });
  }
}

interface ReceiveOptions {
  readonly wait: number;
  readonly json?: boolean;
}

async function receive(folder: string, path: string, options: ReceiveOptions): Promise<void> {
  const text = await readTextInput(path);
  await withPlant(folder, async (plant) => {
    const { receipt, opened } = openReceipt(text, requireServer(plant.inventory));
    const { task } = opened;
    if (task.fleet !== plant.inventory.fleet) {
      const words = `the receipt is of the fleet ${task.fleet}, not of ${plant.inventory.fleet}`;
      throw new HoldfastError('TASK_OTHER_FLEET', words, {
        remedy: 'Give it to the server of that fleet.',
        exitCode: 1,
      });
    }
    const strangers = strangersIn(receipt, plant.inventory, task.cell);
    if (strangers.length > 0) {
      const words = `the receipt and the inventory have other controllers in cell ${task.cell}: ${strangers.join(', ')}`;
      throw new HoldfastError('RECEIPT_OTHER_CELL', words, {
        remedy: 'See which of them is right.',
        exitCode: 1,
      });
    }
    const judged = await readBack(plant, receipt, task, options.wait);
    if (judged.belief === 'read-back') await releaseCell(plant.pool, task.cell, 'fetched', opened.digest);
    if (options.json) printJson({ cell: task.cell, outcome: receipt.outcome, why: receipt.why, ...judged });
    else
      printLines([
        `the receipt says that ${task.cell} ended "${receipt.outcome}"${receipt.why === '' ? '' : `: ${receipt.why}`}`,
        ...judged.words.map((line) => ({ alarm: `  ${line}` })),
        BELIEF_WORDS[judged.belief],
      ]);
    if (judged.belief !== 'read-back' || !['confirmed', 'there'].includes(receipt.outcome))
      process.exitCode = 1;
  });
}

const BELIEF_WORDS = {
  'read-back': 'every controller was read, and runs what the receipt says',
  unread:
    'the receipt is not believed: not every controller could be read; give it again when they can be reached',
  contradicted: 'the receipt is not believed: controllers run something else',
} as const;

/** What is not read back is an incident, until somebody has it in hand. */
async function readBack(
  { inventory, pool }: OpenPlant,
  receipt: Receipt,
  task: Task,
  waitS: number,
): Promise<JudgedReceipt> {
  const store = new PgExchange(pool, '');
  const epoch = await store.epoch();
  const firstId = await store.reserveIds(epoch, receipt.members.length, task.firstId + task.ids);
  const gatewayOf = (controller: string) => inventory.controllers.get(controller)?.gateway ?? '';
  const options = { store, epoch, gatewayOf, clock: systemClock, withinMs: waitS * 1000 };
  const judged = await readBackReceipt(receipt, firstId, (order) => carryByGateway(order, options));
  if (judged.belief !== 'read-back') {
    await store.tell({
      gateway: '',
      code: judged.belief === 'unread' ? 'RECEIPT_UNREAD' : 'RECEIPT_CONTRADICTED',
      words: `A receipt for cell ${task.cell} is not believed: ${judged.words.join('; ')}.`,
      remedy: 'See to those controllers, then give the receipt again.',
    });
  }
  return judged;
}
