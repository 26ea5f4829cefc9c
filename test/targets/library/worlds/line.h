/* A line whose other end is stdin: the bytes that arrive. On an emulated processor none do. */
#ifndef STAND_IN_LINE_H_
#define STAND_IN_LINE_H_
#include <stdio.h>

/* The next byte, which stays; EOF when there is none. */
static inline int line_peek(void) {
#if defined(__riscv)
  return EOF;
#else
  const int next = getc(stdin);
  return next == EOF ? EOF : ungetc(next, stdin);
#endif
}

#endif
