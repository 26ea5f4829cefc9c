import type { Reading, Report } from '../order/order.ts';
import { waitsForParking } from './phases.ts';
import { type CellLimits, type CellState, goalOf, isSettledOn, type Member, type Phase } from './state.ts';

/** What a report means to the member that waits for it. */

/** The state with a report in it; the same state when nobody waits for it: it is late, or came twice. */
export function takeReport(state: CellState, limits: CellLimits, nowMs: number, report: Report): CellState {
  const waiting = state.members.find(
    ({ asked, plan }) => asked?.id === report.id && plan.controller === report.controller,
  );
  if (waiting === undefined) return state;
  if (report.code === 'FENCED') return { ...state, phase: 'end', outcome: 'superseded', why: report.words };
  const read = report.reading === null ? waiting : { ...waiting, reading: report.reading, readMs: nowMs };
  const judged = { ...judge(state, read, report, limits, nowMs), asked: null };
  return { ...state, members: state.members.map((member) => (member === waiting ? judged : member)) };
}

function judge(state: CellState, member: Member, report: Report, limits: CellLimits, nowMs: number): Member {
  const later = nowMs + limits.pollMs;
  const { reading } = member;
  if (report.end === 'moving') {
    const why = 'its machine is not parked';
    return waitsForParking(state.phase)
      ? { ...member, notBeforeMs: later, why }
      : failed(member, why, limits);
  }
  if (report.reading !== null && reading !== null && isLost(state, member, reading)) {
    return failed(
      member,
      `it answers epoch ${reading.epoch} and does not come to the edition any more`,
      limits,
    );
  }
  if (report.end === 'done' && reading !== null) return looked(state, member, reading, { limits, later });
  const failures = member.failures + 1;
  const pauseMs = limits.pollMs * 2 ** Math.min(failures - 1, 16);
  return { ...member, failures, notBeforeMs: nowMs + pauseMs, why: report.words.replace(/\.$/, '') };
}

/** No second attempt is of use. */
function failed(member: Member, why: string, limits: CellLimits): Member {
  return { ...member, failures: limits.attempts, why };
}

/** From activation on, a member that answers something else has lost its trial, or never came to it. */
const ACTIVATED: readonly Phase[] = ['close', 'trial', 'confirm', 'verify'];

function isLost(state: CellState, member: Member, reading: Reading): boolean {
  if (!ACTIVATED.includes(state.phase) || reading.window || reading.armed) return false;
  return reading.running !== goalOf(state, member);
}

/** What was asked for is so; in phases that only look it depends on what was seen. */
function looked(
  state: CellState,
  member: Member,
  reading: Reading,
  { limits, later }: { limits: CellLimits; later: number },
): Member {
  const goal = goalOf(state, member);
  switch (state.phase) {
    case 'gather':
      return {
        ...member,
        done: reading.parked,
        notBeforeMs: later,
        why: reading.parked ? '' : 'its machine is not parked',
      };
    case 'ready': {
      // The last look before anything is activated: a window that is gone would leave its controller behind.
      const isReady = reading.window && reading.pending && reading.other === goal && reading.parked;
      return isReady ? { ...member, done: true, why: '' } : failed(member, 'its window is gone', limits);
    }
    case 'trial': {
      const isEnough = reading.running === goal && (!reading.trial || reading.checks >= reading.need);
      const why = isEnough ? '' : `${reading.checks} of ${reading.need} checks are answered`;
      return { ...member, done: isEnough, notBeforeMs: later, why };
    }
    case 'verify': {
      const isThere = isSettledOn(goal, reading) && !reading.window;
      return { ...member, done: isThere, notBeforeMs: later, why: isThere ? '' : 'it is in a window' };
    }
    default:
      return { ...member, done: true, why: '' };
  }
}
