/* The sectors of the STM32F4 example against the table of the manual: each joined sector is exactly the sectors that lie in it. */
#include <stdio.h>

#include "sectors.h"

int main(void) {
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    for (uint32_t offset = 0; offset < stm32f4_geometry.area_bytes[area]; offset += stm32f4_geometry.sector_bytes) {
      uint32_t first = 99;
      const uint32_t sectors = stm32f4_sectors(area, offset, &first);
      printf("%x %x %u %u\n", stm32f4_place(area, offset, stm32f4_geometry.sector_bytes), stm32f4_geometry.sector_bytes, first, sectors);
    }
  }
  uint32_t first;
  if (stm32f4_sectors(5, 0, &first) != 0 || stm32f4_sectors(0, 4096, &first) != 0 || stm32f4_sectors(0, 0x40000, &first) != 0) return 1;
  if (stm32f4_place(0, 0x3ffff, 2) != 0 || stm32f4_place(0, 0x40001, 0) != 0 || stm32f4_place(5, 0, 1) != 0) return 2;
  return stm32f4_place(1, 0x3ffff, 1) == 0 ? 3 : 0;
}
