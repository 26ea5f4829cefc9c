/*
 * The job of check on a plane as a loop without a map would do it: rings of corners and, for each area in the order in which they lie over
 * one another, a ray to the right. Exact: the half-open rule, with products of 64 bits where an edge crosses the height of the place.
 * Two forms: corners as they come, and edges that were made ready (upward, without level ones, heights as differences).
 */
#include <stdint.h>

enum { RAYCAST_AREAS = 512, RAYCAST_EDGES = 4096 };

typedef struct {
  uint32_t asks;
  uint32_t answer;
  int32_t minimum_x;
  int32_t minimum_y;
  uint32_t width;
  uint32_t height;
  uint32_t period;
  uint32_t outside;
  uint32_t rest; /* the word where no area is */
  uint32_t areas;
} raycast_map;

typedef struct {
  uint32_t first; /* of its edges, or corners */
  uint32_t end;
  uint32_t word;
} raycast_area;

typedef struct {
  int32_t y;
  uint32_t height;
  int32_t x;
  int32_t run; /* from the lower end to the upper one */
} raycast_edge;

typedef struct {
  int32_t x;
  int32_t y;
} raycast_corner;

raycast_map raycast;
raycast_area raycast_areas[RAYCAST_AREAS];
raycast_edge raycast_edges[RAYCAST_EDGES];
/* Each ring as long as its area, one ring an area. */
raycast_corner raycast_corners[RAYCAST_EDGES];

static inline int is_outside(uint32_t phase, int32_t x, int32_t y) {
  return (uint32_t)x - (uint32_t)raycast.minimum_x >= raycast.width ||
         (uint32_t)y - (uint32_t)raycast.minimum_y >= raycast.height || phase >= raycast.period;
}

/* Whether an edge that crosses the height of the place does so right of it. */
static inline uint32_t is_right(int32_t x0, int32_t y0, int32_t run, int32_t height, int32_t x, int32_t y) {
  const int32_t left = x - x0;
  if (left < 0 && left < run) return 1;
  if (left >= 0 && left >= run) return 0;
  return (int64_t)run * (y - y0) > (int64_t)left * height;
}

uint32_t raycast_prepared(uint32_t phase, int32_t x, int32_t y) {
  if (!raycast.asks) return raycast.answer;
  if (is_outside(phase, x, y)) return raycast.outside;
  const raycast_area* const end = raycast_areas + raycast.areas;
  for (const raycast_area* area = raycast_areas; area < end; area++) {
    uint32_t inside = 0;
    const raycast_edge* const last = raycast_edges + area->end;
    for (const raycast_edge* edge = raycast_edges + area->first; edge < last; edge++) {
      if ((uint32_t)y - (uint32_t)edge->y >= edge->height) continue;
      inside ^= is_right(edge->x, edge->y, edge->run, (int32_t)edge->height, x, y);
    }
    if (inside) return area->word;
  }
  return raycast.rest;
}

uint32_t raycast_plain(uint32_t phase, int32_t x, int32_t y) {
  if (!raycast.asks) return raycast.answer;
  if (is_outside(phase, x, y)) return raycast.outside;
  for (uint32_t index = 0; index < raycast.areas; index++) {
    const raycast_area* const area = &raycast_areas[index];
    uint32_t inside = 0;
    raycast_corner before = raycast_corners[area->end - 1];
    for (uint32_t at = area->first; at < area->end; at++) {
      const raycast_corner corner = raycast_corners[at];
      if ((before.y > y) != (corner.y > y)) {
        const int isUp = corner.y > before.y;
        const raycast_corner low = isUp ? before : corner;
        const raycast_corner high = isUp ? corner : before;
        inside ^= is_right(low.x, low.y, high.x - low.x, high.y - low.y, x, y);
      }
      before = corner;
    }
    if (inside) return area->word;
  }
  return raycast.rest;
}
