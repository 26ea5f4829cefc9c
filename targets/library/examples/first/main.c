/*
 * The first answer, on this computer: the core with the map that is burned in, on the fake port. `make` beside it builds it;
 * `./first 5050000` asks for a place in steps of the map's axis. Ends by itself: 0 when the place is covered, 1 when not, 2 when it
 * could not be asked.
 */
#include <stdio.h>
#include <stdlib.h>

#include "holdfast_burned.h"
#include "holdfast_fake.h"
#include "holdfast_map.h"

static const char* const STATES[] = {"fault", "maintenance", "outside", "gap", "covered"};
static const char* const ACTIONS[] = {"stop", "hold", "slow", "skip", "continue", "", "", ""};

int main(int argc, char** argv) {
  const holdfast_fake_options fake = {HOLDFAST_FAKE_GEOMETRY, 0, 0, 0};
  if (holdfast_fake_open(&fake) != 0 || holdfast_burn_first_edition(&fake.geometry) != HOLDFAST_BURN_DONE) return 2;
  const uint32_t reason = holdfast_boot(&fake.geometry, holdfast_burned);
  if (reason != 0) {
    fprintf(stderr, "no edition runs: reason %u, see HOLDFAST_REASON_ in holdfast_format.h\n", reason);
    return 2;
  }

  const long long place = argc > 1 ? strtoll(argv[1], 0, 10) : HOLDFAST_MAP_SOURCE_MIN;
  int32_t x = 0;
  const uint32_t word = holdfast_map_stored(place, &x) ? holdfast_check(0, x, 0) : holdfast_check_invalid();
  const holdfast_verdict* verdict = holdfast_spell(word, x, 0);

  printf("%lld: %s %s", place, STATES[holdfast_state(word)], ACTIONS[holdfast_action(word)]);
  if (verdict->has_limit) printf(", limit %d %s", verdict->limit, HOLDFAST_MAP_LIMIT_UNIT);
  if (holdfast_is_covered(word)) printf(", tier %u, %u steps to the next gap", verdict->tier, verdict->to_gap_ahead);
  if (verdict->rule >= 0) printf(", rule %d", verdict->rule);
  printf("\n");
  return holdfast_is_covered(word) ? 0 : 1;
}
