import { DBOS, type DLogger } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';

/**
 * Durable workflows: the only module that knows which engine carries them. A course of work is started once under its name and goes to its
 * end, whichever process is killed on the way: what a step gave is written down, and is not done again. A step that was cut off is, so each
 * looks at what stands before it does anything.
 *
 * Courses are found again by the name of their executor and of their version, so both are the same in every process that ever leads. A
 * change to a program keeps to what courses in flight have done already, by `changed`.
 */

const EXECUTOR = 'holdfast-fleet';
const VERSION = 'holdfast-fleet';
/** Attempts of a step in all; the pause before the second, which doubles each time. */
const ATTEMPTS = 5;
const PAUSE_S = 1;
/** How often a course is taken up again after the process went; one that ends each process is left to a person then. */
const RECOVERIES_MAX = 1000;
const ENDED = ['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'] as const;

/** A step failed as often as it may. */
export class StepFailed extends Error {}

/** Between the name of a course and the number of its take. */
const TAKE = '#';

export interface Course {
  readonly key: string;
  /** Does something once for good, five attempts in all. What it gives is plain data. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Whether this course began after a change of that name; those that were past the place before keep to the old way. */
  changed(name: string): Promise<boolean>;
}

export type Program = (course: Course) => Promise<void>;

export interface EngineOptions {
  /** Connections of the engine's own, to the database of the plant. */
  readonly pool: pg.Pool;
  readonly url: string;
  readonly programs: Readonly<Record<string, Program>>;
  /** Trouble that the engine speaks of, a line. */
  readonly onTrouble: (words: string) => void;
}

export interface Engine {
  /** Starts a course unless it was started before. `take`: a later one takes up what an earlier one left when it broke. */
  start(program: string, key: string, take?: number): Promise<void>;
  /** Names (program/key) of courses that ended otherwise than at the end of their program, and how many takes of each. */
  broken(): Promise<ReadonlyMap<string, number>>;
  /** Forgets courses that ended before a moment, `most` at most; how many it was. */
  forget(beforeMs: number, most: number): Promise<number>;
  stop(): Promise<void>;
}

export async function launchEngine(options: EngineOptions): Promise<Engine> {
  const courses = new Map(
    Object.entries(options.programs).map(([name, program]) => [
      name,
      DBOS.registerWorkflow((key: string) => program(courseOf(key)), {
        name,
        maxRecoveryAttempts: RECOVERIES_MAX,
      }),
    ]),
  );
  DBOS.setConfig({
    name: EXECUTOR,
    executorID: EXECUTOR,
    applicationVersion: VERSION,
    enablePatching: true,
    systemDatabaseUrl: options.url,
    systemDatabasePool: options.pool,
    systemDatabaseSchemaName: 'fleet_engine',
    logger: loggerOf(options.onTrouble),
  });
  await DBOS.launch();
  return {
    async start(program, key, take = 1) {
      const course = courses.get(program);
      if (course === undefined) throw new TypeError(`no program ${program}`);
      await DBOS.startWorkflow(course, { workflowID: `${program}/${key}${TAKE}${take}` })(key);
    },
    async broken() {
      const ended = await DBOS.listWorkflows({ status: ['ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'] });
      const takes = new Map<string, number>();
      for (const { workflowID } of ended) {
        const name = workflowID.slice(0, workflowID.lastIndexOf(TAKE));
        takes.set(name, (takes.get(name) ?? 0) + 1);
      }
      return takes;
    },
    async forget(beforeMs, most) {
      const endTime = new Date(beforeMs).toISOString();
      const ended = await DBOS.listWorkflows({ status: [...ENDED], endTime, limit: most });
      const old = ended.filter(({ updatedAt }) => (updatedAt ?? beforeMs) < beforeMs);
      if (old.length > 0)
        await DBOS.deleteWorkflows(
          old.map(({ workflowID }) => workflowID),
          true,
        );
      return old.length;
    },
    stop: () => DBOS.shutdown({ deregister: true }),
  };
}

function courseOf(key: string): Course {
  return {
    key,
    async step(name, work) {
      try {
        const config = { name, retriesAllowed: true, maxAttempts: ATTEMPTS, intervalSeconds: PAUSE_S };
        return await DBOS.runStep(work, config);
      } catch (error) {
        throw isExhausted(error) ? new StepFailed(lastWords(error)) : error;
      }
    },
    changed: (name) => DBOS.patch(name),
  };
}

/** An error that was written down and is read again has lost its class, and kept its code. */
const CODE_EXHAUSTED = 23;

function isExhausted(error: unknown): error is Error {
  return error instanceof Error && (error as { dbosErrorCode?: number }).dbosErrorCode === CODE_EXHAUSTED;
}

function lastWords(error: Error): string {
  const { errors } = error as { errors?: readonly { message?: string }[] };
  return errors?.at(-1)?.message ?? error.message;
}

/** What it tells when all is well is nobody's business. */
function loggerOf(onTrouble: (words: string) => void): DLogger {
  const tell = (entry: unknown): void => onTrouble(String(entry));
  return { debug() {}, info() {}, warn: tell, error: tell };
}
