/* The loop of a controller that does nothing but answer: what an application puts its own work into. */
#include "board.h"
#include "holdfast.h"
#include "port.h"

/* One check a tick, at the place 0, 0 and phase 0, of a line or a plane: an application gives the place that it measured. */
_Noreturn void holdfast_main(void) {
  port_start();
  holdfast_boot(&port_geometry, port_burned());
  uint32_t checks = 0;
  uint32_t checked_tick = port_ticks() - 1;
  for (;;) {
    holdfast_service(checks);
    checks = 0;
    const uint32_t tick = port_ticks();
    if (tick != checked_tick) {
      checked_tick = tick;
      port_show(holdfast_check_plane(0, 0, 0));
      checks = 1;
    }
    if (port_is_idle() && holdfast_state_of(HOLDFAST_STATE_BUSY) == 0) __asm__ volatile("wfi");
  }
}
