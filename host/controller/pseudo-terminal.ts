/**
 * A pseudo-terminal that any serial program can open as if it were a serial port.
 *
 * The slave side is kept open here. Otherwise the master would meet an I/O error whenever the last client closes, and the
 * terminal would forget its raw mode.
 */

import { closeSync, existsSync, readlinkSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ReadStream } from 'node:tty';
import { HoldfastError } from '../common/errors.ts';
import { errnoOf, reasonOf } from '../common/file-reason.ts';
import { makeFolders } from '../common/make-folders.ts';
import { visible } from '../common/visible.ts';
import { SerialPort } from '../serial/serial-port.ts';
import { occupy } from './running-mark.ts';
import { noTerminal, openTerminalPair, type TerminalPair } from './terminal-pair.ts';

const BAUD_RATE = 115200;

export interface PseudoTerminalOptions {
  /**
   * A symbolic link to the slave, removed at the end. One that leads to a terminal is replaced, unless a controller that runs has made it.
   */
  link?: string;
}

export class PseudoTerminal {
  /** What a client opens, e.g. `/dev/pts/4`. */
  readonly path: string;
  readonly link: string | null;
  readonly #pair: TerminalPair;
  readonly #input: ReadStream;
  #isOpen = true;

  private constructor(pair: TerminalPair, link: string | null) {
    this.path = pair.path;
    this.link = link;
    this.#pair = pair;
    this.#input = new ReadStream(pair.master);
  }

  /** Opens a pair in raw mode. Throws `PEER_MISSING`, `PSEUDO_TERMINAL`, `LINK_OCCUPIED`, `LINK_IN_USE` or `LINK_FAILED` (exit code 2). */
  static async open(options: PseudoTerminalOptions = {}): Promise<PseudoTerminal> {
    const pair = await openTerminalPair();
    const link = options.link ?? null;
    try {
      await makeRaw(pair.path);
      if (link !== null) replaceLink(link, pair.path);
    } catch (error) {
      closeSync(pair.master);
      closeSync(pair.slave);
      throw error;
    }
    return new PseudoTerminal(pair, link);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#input.on('data', listener);
  }

  /** Bytes taken, from 0 to all of them: a client that does not read makes the line full, and this never waits. */
  write(bytes: Uint8Array): number {
    if (!this.#isOpen || bytes.length === 0) return 0;
    try {
      return writeSync(this.#pair.master, bytes);
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return 0;
      throw error;
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.link !== null) removeLink(this.link, this.path);
    this.#input.destroy();
    closeSync(this.#pair.slave);
  }
}

/** The driver of node-serialport sets raw mode when it opens; the mode stays as long as the slave is open somewhere. */
function makeRaw(path: string): Promise<void> {
  const port = new SerialPort({ path, baudRate: BAUD_RATE, autoOpen: false, lock: false, hupcl: false });
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (error !== null) reject(noTerminal(error));
      else port.close((closeError) => (closeError === null ? resolve() : reject(noTerminal(closeError))));
    });
  });
}

/** Beside the link: the process whose link it is. */
function markOf(link: string): string {
  return `${link}.running`;
}

function replaceLink(link: string, target: string): void {
  const before = linkTarget(link);
  // Links of controllers lead to where terminals are; another one is somebody's.
  if (before !== null && dirname(before) !== dirname(target)) {
    const what =
      before === 'occupied' ? 'is not a symbolic link' : `leads to ${visible(before)}, which is no terminal`;
    throw new HoldfastError('LINK_OCCUPIED', `${link} exists and ${what}.`, {
      remedy: 'Give another path with `--link`, or remove that one.',
    });
  }
  try {
    makeLink(link, target, before);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError('LINK_FAILED', `Cannot create ${link}: ${reasonOf(cause)}.`, {
      remedy: 'Give another path with `--link`.',
      cause,
    });
  }
}

/** A new link under another name is renamed over the old one, so that there is a link at every moment. */
function makeLink(link: string, target: string, before: string | null): void {
  makeFolders(dirname(link));
  // A mark without a terminal behind its link is left over, whatever its process does now.
  if (before === null || !existsSync(before)) rmSync(markOf(link), { force: true });
  occupy(markOf(link), {
    code: 'LINK_IN_USE',
    what: link,
    remedy: 'End it, or give another path with `--link`.',
  });
  const temporary = `${link}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, link);
}

/** Only our own link is removed: another controller may have taken its place. */
function removeLink(link: string, target: string): void {
  if (linkTarget(link) !== target) return;
  rmSync(link, { force: true });
  rmSync(markOf(link), { force: true });
}

function linkTarget(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch (error) {
    return errnoOf(error) === 'EINVAL' ? 'occupied' : null;
  }
}
