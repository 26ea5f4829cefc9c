import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../../host/common/errors.ts';
import { reasonOf } from '../../host/common/file-reason.ts';
import type { SecretPlace } from '../inventory/model.ts';

const CHARACTERS_MAX = 4096;

/** A secret from where the inventory says it is. No message repeats it. Throws HoldfastError SECRET_MISSING or SECRET_UNUSABLE. */
export async function readSecret({ from, name }: SecretPlace): Promise<string> {
  const text = from === 'environment' ? process.env[name] : await readSecretFile(name);
  const where = from === 'environment' ? `the variable ${name}` : `the file ${name}`;
  const secret = text?.replace(/\r?\n$/, '') ?? '';
  if (secret === '') {
    throw new HoldfastError('SECRET_MISSING', `there is no secret in ${where}`, {
      remedy: `Put it there for the user that runs \`fleet up\`, or take the alert out of the inventory.`,
    });
  }
  // What a header or a login cannot carry would split it.
  if (secret.length <= CHARACTERS_MAX && !/[^\x20-\x7e]/.test(secret)) return secret;
  throw new HoldfastError('SECRET_UNUSABLE', `the secret in ${where} is not one line of plain characters`, {
    remedy: 'Keep the secret alone in it, in one line.',
  });
}

async function readSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (cause) {
    throw new HoldfastError('SECRET_MISSING', `cannot read the secret in ${path}: ${reasonOf(cause)}`, {
      remedy: 'Let the user that runs `fleet up` read it, and nobody else.',
      cause,
    });
  }
}
