import { SEQUENCE_MAX } from '../../limits.ts';
import { wholeNumber } from './whole-number.ts';

/** The sequence of a state on the command line. */
export const parseSequence = wholeNumber(1, SEQUENCE_MAX);
