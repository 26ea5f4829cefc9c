/*
 * The same in C++11 and later: types instead of numbers, nothing else. No exception, no memory from a heap, no state of its own; what
 * may be called where is said in holdfast.h.
 */
#ifndef HOLDFAST_HPP_
#define HOLDFAST_HPP_

#include "holdfast.h"

namespace holdfast {

enum class State : uint32_t {
  fault = HOLDFAST_FAULT,
  maintenance = HOLDFAST_MAINTENANCE,
  outside = HOLDFAST_OUTSIDE,
  gap = HOLDFAST_GAP,
  covered = HOLDFAST_COVERED
};

enum class Action : uint32_t {
  stop = HOLDFAST_STOP,
  hold = HOLDFAST_HOLD,
  slow = HOLDFAST_SLOW,
  skip = HOLDFAST_SKIP,
  go_on = HOLDFAST_CONTINUE,
  none = HOLDFAST_NO_ACTION
};

enum class Mode : uint32_t { run = HOLDFAST_MODE_RUN, window = HOLDFAST_MODE_WINDOW };

enum class End : uint32_t {
  whole = HOLDFAST_END_WHOLE,
  uncovered = HOLDFAST_END_UNCOVERED,
  bound = HOLDFAST_END_BOUND,
  at_start = HOLDFAST_END_AT_START
};

/* What check answers for a place. Without one it is FAULT, stop, as a word of zeros is. */
class Answer {
 public:
  constexpr Answer() : word_(0), x_(0) {}
  constexpr Answer(uint32_t word, int32_t x) : word_(word), x_(x) {}
  constexpr uint32_t word() const { return word_; }
  State state() const { return static_cast<State>(holdfast_state(word_)); }
  /* A number that names no action is stop. */
  Action action() const {
    const uint32_t number = holdfast_action(word_);
    return number <= HOLDFAST_CONTINUE || number == HOLDFAST_NO_ACTION ? static_cast<Action>(number) : Action::stop;
  }
  bool is_covered() const { return holdfast_is_covered(word_) != 0; }
  /* Spelled out, into a struct of the caller's: above service, too. */
  holdfast_verdict verdict() const {
    holdfast_verdict verdict;
    holdfast_spell_into(word_, x_, 0, &verdict);
    return verdict;
  }

 private:
  uint32_t word_;
  int32_t x_;
};

/* On a line; `x` stored, `phase` in ticks. */
inline Answer check(int32_t x, uint32_t phase = 0) { return Answer(holdfast_check(phase, x, 0), x); }

/* On a plane, and on a line, which does not look at `y`. */
inline Answer check_plane(int32_t x, int32_t y, uint32_t phase = 0) { return Answer(holdfast_check_plane(phase, x, y), x); }

/* For a machine that does not know where it is. */
inline Answer check_invalid() { return Answer(holdfast_check_invalid(), 0); }

/* A copy: the struct of the core is overwritten by the next call. */
inline holdfast_move sweep(int32_t from, int32_t to, uint32_t phase = 0) { return *holdfast_sweep(phase, from, 0, to, 0); }
/* Through a plane, in whole steps of the axis along which the move is longer; along a line, too. */
inline holdfast_move sweep_plane(int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y, uint32_t phase = 0) {
  return *holdfast_sweep_plane(phase, from_x, from_y, to_x, to_y);
}
inline End end_of(const holdfast_move& move) { return static_cast<End>(move.end); }

inline uint32_t until_change(int32_t x, uint32_t phase = 0) { return holdfast_until_change(phase, x, 0); }
inline uint32_t until_change_plane(int32_t x, int32_t y, uint32_t phase = 0) {
  return holdfast_until_change_plane(phase, x, y);
}

/* 0: an edition runs; else HOLDFAST_REASON_... */
inline uint32_t boot(const holdfast_geometry& geometry, const uint8_t (&burned)[HOLDFAST_BURNED_BYTES]) {
  return holdfast_boot(&geometry, burned);
}
inline void receive(uint8_t byte) { holdfast_receive(byte); }
inline Mode service(uint32_t checks) { return static_cast<Mode>(holdfast_service(checks)); }
inline Mode service_for(uint32_t checks, uint32_t slices) { return static_cast<Mode>(holdfast_service_for(checks, slices)); }
inline bool is_busy() { return holdfast_state_of(HOLDFAST_STATE_BUSY) != 0; }

}  // namespace holdfast

#endif
