/* The operators of the wasm that have no C operator of their own, under the names that wasm2c gives them. */

/* Sweep needs it: where the processor has no instruction for it, a call of the compiler's library would leave HOLDFAST_FAST. */
static inline __attribute__((always_inline)) u32 holdfast_trailing_zeros(u32 x) {
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__) || (defined(__riscv) && !defined(__riscv_zbb))
  u32 zeros = x == 0;
  for (u32 half = 16; half != 0; half >>= 1) {
    const u32 low_is_zero = (x & ((1u << half) - 1)) == 0;
    x >>= low_is_zero * half;
    zeros += low_is_zero * half;
  }
  return zeros;
#else
  return x ? (u32)__builtin_ctz(x) : 32u;
#endif
}

#define I32_CLZ(x) ((x) ? (u32)__builtin_clz(x) : 32u)
#define I64_CLZ(x) ((x) ? (u64)__builtin_clzll(x) : 64u)
#define I32_CTZ(x) holdfast_trailing_zeros(x)
#define I64_CTZ(x) ((x) ? (u64)__builtin_ctzll(x) : 64u)
#define I32_POPCNT(x) ((u32)__builtin_popcount(x))
#define I64_POPCNT(x) ((u64)__builtin_popcountll(x))
#define I32_ROTL(x, y) (((x) << ((y) & 31u)) | ((x) >> ((32u - (y)) & 31u)))
#define I32_ROTR(x, y) (((x) >> ((y) & 31u)) | ((x) << ((32u - (y)) & 31u)))
#define I64_ROTL(x, y) (((x) << ((y) & 63u)) | ((x) >> ((64u - (y)) & 63u)))
#define I64_ROTR(x, y) (((x) >> ((y) & 63u)) | ((x) << ((64u - (y)) & 63u)))
#if HOLDFAST_COMPACT
/* Bit by bit: a processor without an instruction for it calls the compiler's library, which has five times the code. */
static u32 holdfast_quotient(u32 x, u32 y) {
  if (y == 0) wasm_rt_trap(WASM_RT_TRAP_DIV_BY_ZERO);
  u32 quotient = 0;
  u32 rest = 0;
  for (u32 bit = 0x80000000u; bit != 0; bit >>= 1) {
    const u32 out = rest >> 31;
    rest = (rest << 1) | ((x & bit) != 0);
    if (out != 0 || rest >= y) {
      rest -= y;
      quotient |= bit;
    }
  }
  return quotient;
}
static inline u32 holdfast_remainder(u32 x, u32 y) { return x - holdfast_quotient(x, y) * y; }
#define DIV_U(x, y) holdfast_quotient(x, y)
#define REM_U(x, y) holdfast_remainder(x, y)
#else
#define DIV_U(x, y) (UNLIKELY((y) == 0) ? (wasm_rt_trap(WASM_RT_TRAP_DIV_BY_ZERO), 0) : (x) / (y))
#define REM_U(x, y) (UNLIKELY((y) == 0) ? (wasm_rt_trap(WASM_RT_TRAP_DIV_BY_ZERO), 0) : (x) % (y))
#endif
#define LOAD_DATA(memory, offset, source, bytes) __builtin_memcpy(holdfast_at(0, offset, bytes), source, bytes)
