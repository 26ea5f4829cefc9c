/* The sectors of the STM32F4 example: address, size and number of each, for the table of the manual. Gives what failed. */
#include <stdio.h>

#include "sectors.h"

int main(void) {
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    const uint32_t bytes = stm32f4_geometry.sector_bytes[area];
    const uint32_t end = stm32f4_geometry.area_bytes[area];
    for (uint32_t offset = 0; offset < end; offset += bytes) {
      printf("%u %u %u\n", stm32f4_place(area, offset, bytes), bytes, stm32f4_sector(area, offset));
      if (stm32f4_sector(area, offset + 256) != 0) return 1;
    }
    if (stm32f4_sector(area, end) != 0 || stm32f4_place(area, end - 1, 2) != 0 || stm32f4_place(area, end + 1, 0) != 0) return 2;
    if (stm32f4_place(area, end - 1, 1) == 0) return 3;
  }
  return stm32f4_sector(HOLDFAST_AREAS, 0) != 0 || stm32f4_place(HOLDFAST_AREAS, 0, 1) != 0 ? 4 : 0;
}
