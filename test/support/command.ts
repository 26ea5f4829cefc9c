/** The `holdfast` command as its user runs it: the built one, in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandPath } from '../../host/common/root.ts';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs a verb and waits for its end. */
export function holdfast(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runNode([commandPath(), ...argv], options);
}

/** Runs Node with these arguments and waits for its end. */
export function runNode(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', ...options.env };
    const child = spawn(process.execPath, argv, {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder for one test, and how to be rid of it. */
export function temporaryFolder(name: string): {
  path: string;
  at: (file: string) => string;
  remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  return {
    path,
    at: (file) => join(path, file),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
