/** Writes pass the lease first: in a window, under its token, or without one where the lease is shared. */
import { DONE, RC_INVALID } from '../format';
import { leaseAdmits } from '../window/lease';
import { FIELD_TOKEN, TYPE_UNSIGNED, fieldIsOptional, fieldNumber } from './fields';
import { END_REPLY, GENERIC, fail, refuse } from './request';

/** END_REPLY when the request may write; otherwise how the handler ends. A token that is no number is no missing token. */
export function passLease(): u32 {
  if (!fieldIsOptional(FIELD_TOKEN, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const refusal = leaseAdmits(fieldNumber(FIELD_TOKEN, 0));
  return refusal == DONE ? END_REPLY : refuse(refusal);
}
