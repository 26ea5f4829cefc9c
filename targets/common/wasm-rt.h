/*
 * What the C that wasm2c makes of the core needs at run time, and nothing else: no operating system, no heap, no signals.
 *
 * The linear memory is one array of constant size, HOLDFAST_MEMORY_BYTES: what the static layout of format/memory.yaml uses, not
 * whole pages. host/firmware/generate.ts turns every access into one of the functions below, which check it in 32 bits; the
 * compiler drops a check where it proves it, and only there.
 */
#ifndef WASM_RT_H_
#define WASM_RT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef HOLDFAST_MEMORY_BYTES
#error "HOLDFAST_MEMORY_BYTES must be defined: bytes of the linear memory (host/firmware/generate.ts)"
#endif
#ifndef HOLDFAST_LINE_STEPS
#error "HOLDFAST_LINE_STEPS must be defined: most steps of a search, 9, 11, 13 or 14 (host/firmware/generate.ts)"
#endif

#define HOLDFAST_TRAPS __attribute__((noreturn))
#if defined(__cplusplus)
#define HOLDFAST_STATIC_ASSERT(holds, words) static_assert(holds, words)
#else
#define HOLDFAST_STATIC_ASSERT(holds, words) _Static_assert(holds, words)
#endif

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

typedef enum {
  WASM_RT_TRAP_OOB = 1,
  WASM_RT_TRAP_INT_OVERFLOW,
  WASM_RT_TRAP_DIV_BY_ZERO,
  WASM_RT_TRAP_INVALID_CONVERSION,
  WASM_RT_TRAP_UNREACHABLE,
  WASM_RT_TRAP_CALL_INDIRECT
} wasm_rt_trap_t;

typedef enum { WASM_RT_I32, WASM_RT_I64, WASM_RT_F32, WASM_RT_F64 } wasm_rt_type_t;

typedef const char* wasm_rt_func_type_t;
typedef void (*wasm_rt_function_ptr_t)(void);
typedef struct { wasm_rt_function_ptr_t fn; } wasm_rt_tailcallee_t;
typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void* module_instance;
} wasm_rt_funcref_t;
typedef void* wasm_rt_externref_t;
typedef struct { wasm_rt_funcref_t* data; uint32_t size; } wasm_rt_funcref_table_t;
typedef struct { wasm_rt_externref_t* data; uint32_t size; } wasm_rt_externref_table_t;
static const wasm_rt_funcref_t wasm_rt_funcref_null_value = {0};
static const wasm_rt_externref_t wasm_rt_externref_null_value = 0;

/* The helpers that wasm2c always writes name these fields; the accesses of the core do not use them. */
typedef struct { uint8_t* data; uint64_t size; } wasm_rt_memory_t;

/* Every function is bounded and there is no recursion, so nothing counts the depth of calls. */
#define WASM_RT_STACK_DEPTH_COUNT 0
#define WASM_RT_USE_SEGUE 0
#define WASM_RT_MEMCHECK_GUARD_PAGES 0

#define wasm_rt_memcpy __builtin_memcpy
#define wasm_rt_is_initialized() true
#define wasm_rt_free_memory(memory) ((void)(memory))

/* A broken invariant of the core: the port stops the device (targets/common/port.h). */
HOLDFAST_TRAPS void wasm_rt_trap(wasm_rt_trap_t code);

/* Thumb processors by what they have: 1, few instructions and eight registers for most of them (ARMv6-M); 2, all of them (ARMv7-M). */
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
#define HOLDFAST_THUMB 1
#elif defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define HOLDFAST_THUMB 2
#else
#define HOLDFAST_THUMB 0
#endif

#if defined(__riscv) && __riscv_xlen == 32
#define HOLDFAST_RV32 1
#else
#define HOLDFAST_RV32 0
#endif

/*
 * Where the memory begins: at a multiple of eight bytes, or of as many as the command line says. With 4,096 one instruction of RV32 names a
 * page of it, and the rest of an address is the offset that a load has anyway: two cycles less a check.
 */
#ifndef HOLDFAST_MEMORY_ALIGNMENT
#define HOLDFAST_MEMORY_ALIGNMENT 8
#endif
#define HOLDFAST_PAGED (HOLDFAST_RV32 && HOLDFAST_MEMORY_ALIGNMENT % 4096 == 0)
extern uint8_t holdfast_memory[HOLDFAST_MEMORY_BYTES] __attribute__((aligned(HOLDFAST_MEMORY_ALIGNMENT)));
#if HOLDFAST_THUMB == 1
/* The same memory under a second name: compilers would derive one place from the other in more cycles than a load of its own takes. */
extern uint8_t holdfast_records[HOLDFAST_MEMORY_BYTES];
#else
#define holdfast_records holdfast_memory
#endif

/*
 * A word that one context moves and another one reads: the ends of the receive ring, between the receive interrupt and the loop on the same
 * core. What stands before a store (a byte put in, a byte taken out) stays before it, what stands after a load stays after it, and a
 * loop that waits looks anew each time, whatever the compiler sees of both sides. It costs no instruction. Words are volatile since clang
 * calls functions for __atomic_load_n on ARMv6-M.
 */
static inline uint32_t holdfast_shared_load(const uint32_t* word) {
  const uint32_t value = *(const volatile uint32_t*)word;
  __atomic_signal_fence(__ATOMIC_ACQUIRE);
  return value;
}

static inline void holdfast_shared_store(uint32_t* word, uint32_t value) {
  __atomic_signal_fence(__ATOMIC_RELEASE);
  *(volatile uint32_t*)word = value;
}

static inline void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, uint64_t pages, uint64_t pages_max, bool is64,
                                           uint32_t page_bytes) {
  (void)pages;
  (void)pages_max;
  (void)is64;
  (void)page_bytes;
  memory->data = holdfast_memory;
  memory->size = HOLDFAST_MEMORY_BYTES;
}

/* An access of `bytes` at `address` + `offset`; exact in 32 bits, since offset + bytes is a small constant. */
static inline __attribute__((always_inline)) uint8_t* holdfast_at(uint32_t address, uint32_t offset, uint32_t bytes) {
  if (UNLIKELY(address > HOLDFAST_MEMORY_BYTES - bytes - offset)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  return &holdfast_memory[address + offset];
}

/* What stands before stays before, what stands behind stays behind, for all that runs on this core: a check may come above service. */
static inline void holdfast_shared_answer(uint32_t address, uint32_t value) {
  volatile uint32_t* const word = (volatile uint32_t*)(void*)holdfast_at(address, 0, sizeof value);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  *word = value;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/*
 * The core aligns its accesses (assembly/bytes.ts reads packed fields byte by byte), and small cores fault where it would not.
 * 64 bits are aligned as words are.
 */
#define HOLDFAST_ALIGNMENT(type) (sizeof(type) < 4 ? sizeof(type) : 4)
#define HOLDFAST_LOAD(name, stored, wide, result)                                                          \
  static inline __attribute__((always_inline)) result name##_at(uint32_t address, uint32_t offset) {       \
    stored value;                                                                                          \
    __builtin_memcpy(&value, __builtin_assume_aligned(holdfast_at(address, offset, sizeof(stored)), HOLDFAST_ALIGNMENT(stored)), \
           sizeof(stored));                                                                                \
    return (result)(wide)value;                                                                            \
  }
#define HOLDFAST_STORE(name, stored, given)                                                                \
  static inline __attribute__((always_inline)) void name##_at(uint32_t address, uint32_t offset, given value) { \
    stored wrapped = (stored)value;                                                                        \
    __builtin_memcpy(__builtin_assume_aligned(holdfast_at(address, offset, sizeof(stored)), HOLDFAST_ALIGNMENT(stored)), &wrapped, \
           sizeof(stored));                                                                                \
  }
HOLDFAST_LOAD(i32_load, uint32_t, uint32_t, uint32_t)
HOLDFAST_LOAD(i64_load, uint64_t, uint64_t, uint64_t)
HOLDFAST_LOAD(i32_load8_s, int8_t, int32_t, uint32_t)
HOLDFAST_LOAD(i32_load8_u, uint8_t, uint32_t, uint32_t)
HOLDFAST_LOAD(i32_load16_s, int16_t, int32_t, uint32_t)
HOLDFAST_LOAD(i32_load16_u, uint16_t, uint32_t, uint32_t)
HOLDFAST_LOAD(i64_load32_s, int32_t, int64_t, uint64_t)
HOLDFAST_LOAD(i64_load32_u, uint32_t, uint64_t, uint64_t)
HOLDFAST_LOAD(i64_load8_u, uint8_t, uint64_t, uint64_t)
HOLDFAST_LOAD(i64_load16_u, uint16_t, uint64_t, uint64_t)
HOLDFAST_STORE(i32_store, uint32_t, uint32_t)
HOLDFAST_STORE(i32_store8, uint8_t, uint32_t)
HOLDFAST_STORE(i32_store16, uint16_t, uint32_t)
HOLDFAST_STORE(i64_store, uint64_t, uint64_t)
HOLDFAST_STORE(i64_store8, uint8_t, uint64_t)
HOLDFAST_STORE(i64_store32, uint32_t, uint64_t)

/* The page that an address in memory is nearest to, less than 2 KiB away either way; and where it begins. */
#define HOLDFAST_PAGE(address) (((address) + 0x800u) & ~0xfffu)
#if HOLDFAST_PAGED
static inline __attribute__((always_inline)) uint8_t* holdfast_page(const uint8_t* page) {
  uint8_t* begin;
  __asm__(".option push\n\t.option norelax\n\tlui %0, %%hi(%1)\n\t.option pop" : "=r"(begin) : "i"(page));
  return begin;
}
#define HOLDFAST_PLACE(address) \
  (holdfast_page(&holdfast_memory[HOLDFAST_PAGE(address)]) + (int32_t)((address) - HOLDFAST_PAGE(address)))
#else
#define HOLDFAST_PLACE(address) (&holdfast_memory[address])
#endif

/*
 * A load from a constant address, by way of the start of its 128-byte block: so the fields of a record share one base register and
 * short offsets, where compilers would load each address. The fragment is empty; it keeps them from undoing this.
 */
static inline __attribute__((always_inline)) uint8_t* holdfast_block(uint32_t address) {
  uint8_t* block = &holdfast_records[address];
#if HOLDFAST_THUMB == 1
  __asm__("" : "+l"(block));
#endif
  return block;
}
static inline __attribute__((always_inline)) uint32_t i32_load_near(uint32_t address) {
  if (UNLIKELY(address > HOLDFAST_MEMORY_BYTES - 4)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  uint32_t value;
  __builtin_memcpy(&value, __builtin_assume_aligned(holdfast_block(address & ~127u) + (address & 127u), 4), 4);
  return value;
}

/* The block of what check and verdict read of the edition, and of what verdict fills: `records`, found once a function. */
#define HOLDFAST_RECORDS (HOLDFAST_VERDICT & ~127u)
static inline __attribute__((always_inline)) uint8_t* holdfast_records_block(void) {
  return holdfast_block(HOLDFAST_RECORDS);
}
/* The same in what looks at the mode, which reads it once: elsewhere GCC keeps more registers where it does not see the address. */
static inline __attribute__((always_inline)) uint8_t* holdfast_records_asked(void) {
#if HOLDFAST_PAGED
  return HOLDFAST_PLACE(HOLDFAST_RECORDS);
#else
  return holdfast_records_block();
#endif
}
static inline __attribute__((always_inline)) uint32_t i32_load_by(const uint8_t* records, uint32_t address) {
  if (!__builtin_constant_p(address) || address - HOLDFAST_RECORDS > 124) return i32_load_near(address);
  uint32_t value;
  __builtin_memcpy(&value, __builtin_assume_aligned(records + (address - HOLDFAST_RECORDS), 4), 4);
  return value;
}
static inline __attribute__((always_inline)) void i32_store_by(uint8_t* records, uint32_t address, uint32_t offset,
                                                               uint32_t value) {
  if (!__builtin_constant_p(address) || address + offset - HOLDFAST_RECORDS > 124) return i32_store_at(address, offset, value);
  __builtin_memcpy(__builtin_assume_aligned(records + (address + offset - HOLDFAST_RECORDS), 4), &value, 4);
}

/* And the block of what a move fills in: `moves`, in those functions that follow one. */
#define HOLDFAST_MOVES (HOLDFAST_SWEEP & ~127u)
static inline __attribute__((always_inline)) uint8_t* holdfast_moves_block(void) {
  return holdfast_block(HOLDFAST_MOVES);
}
static inline __attribute__((always_inline)) uint32_t i32_load_by_either(const uint8_t* records, const uint8_t* moves, uint32_t address) {
  if (!__builtin_constant_p(address) || address - HOLDFAST_MOVES > 124) return i32_load_by(records, address);
  uint32_t value;
  __builtin_memcpy(&value, __builtin_assume_aligned(moves + (address - HOLDFAST_MOVES), 4), 4);
  return value;
}
static inline __attribute__((always_inline)) void i32_store_by_either(uint8_t* records, uint8_t* moves, uint32_t address, uint32_t offset,
                                                                      uint32_t value) {
  if (!__builtin_constant_p(address) || address + offset - HOLDFAST_MOVES > 124) return i32_store_by(records, address, offset, value);
  __builtin_memcpy(__builtin_assume_aligned(moves + (address + offset - HOLDFAST_MOVES), 4), &value, 4);
}

/* Where the arena stands, as one constant: compilers would work it out from the start of the memory and its offset. */
static inline __attribute__((always_inline)) const uint8_t* holdfast_arena(void) {
  const uint8_t* arena = HOLDFAST_PLACE(HOLDFAST_ARENA);
#if HOLDFAST_THUMB == 1
  __asm__("" : "+l"(arena));
#endif
  return arena;
}

/* The word at an offset of the arena. */
static inline __attribute__((always_inline)) uint32_t i32_load_in_arena(uint32_t offset) {
  if (UNLIKELY(offset > HOLDFAST_MEMORY_BYTES - HOLDFAST_ARENA - 4)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  uint32_t value;
  __builtin_memcpy(&value, __builtin_assume_aligned(holdfast_arena() + offset, 4), 4);
  return value;
}

/*
 * GCC reads fragments in the old syntax unless it is told otherwise. Firmware compiled with -masm-syntax-unified says so itself, since
 * the length of code is estimated by lines.
 */
#if defined(HOLDFAST_UNIFIED_ASSEMBLY)
#define HOLDFAST_SYNTAX ""
#else
#define HOLDFAST_SYNTAX ".syntax unified\n\t"
#endif

/* A field of an entry in the arena, by way of the entry's place: compilers would add each field's offset to the arena's. */
static inline __attribute__((always_inline)) uint32_t i32_load_of(uint32_t address, uint32_t offset) {
  if (UNLIKELY(address < HOLDFAST_ARENA || address > HOLDFAST_MEMORY_BYTES - 4 - offset)) return i32_load_at(address, offset);
  const uint8_t* entry = holdfast_arena() + (address - HOLDFAST_ARENA);
#if HOLDFAST_THUMB == 1
  __asm__("" : "+l"(entry));
#endif
  uint32_t value;
  __builtin_memcpy(&value, __builtin_assume_aligned(entry + offset, 4), 4);
  return value;
}

/* A kind of map other than the one that check takes up first. */
#define HOLDFAST_RARE(condition) UNLIKELY(condition)

/* Has a value worked out where it stands, and not where it is used. */
#if HOLDFAST_THUMB == 1
#define HOLDFAST_WORKED_OUT(value) __asm__ volatile("" : "+l"(value))
#else
#define HOLDFAST_WORKED_OUT(value) ((void)0)
#endif

/*
 * Comparisons whose result a compiler does not see through. What it knows to be a comparison it may turn into a branch, which takes another
 * time one way than the other: clang does, on ARMv6-M and RV32. GCC does not on RV32, and orders better what it sees.
 */
static inline __attribute__((always_inline)) uint32_t holdfast_is_below(uint32_t one, uint32_t other) {
#if defined(__clang__) && HOLDFAST_RV32
  uint32_t is;
  __asm__("sltu %0, %1, %2" : "=r"(is) : "r"(one), "r"(other));
  if (is > 1) __builtin_unreachable();
  return is;
#else
  return one < other;
#endif
}

/* All ones where `one` is below `other`, else 0. */
static inline __attribute__((always_inline)) uint32_t holdfast_below(uint32_t one, uint32_t other) {
#if HOLDFAST_THUMB != 0
  uint32_t mask;
  __asm__(HOLDFAST_SYNTAX "cmp %1, %2\n\tsbcs %0, %0" : "=l"(mask) : "l"(one), "l"(other) : "cc");
  return mask;
#else
  return 0u - holdfast_is_below(one, other);
#endif
}

/*
 * Whether a phase lies beyond the period, and an offset that says so by lying on no axis. On RV32 the choice at the end is told instead:
 * that takes an instruction less.
 */
static inline __attribute__((always_inline)) uint32_t holdfast_beyond(uint32_t last, uint32_t phase) {
#if HOLDFAST_RV32
  return holdfast_is_below(last, phase);
#else
  return holdfast_below(last, phase);
#endif
}
static inline __attribute__((always_inline)) uint32_t holdfast_marked(uint32_t offset, uint32_t beyond) {
#if HOLDFAST_RV32
  (void)beyond;
  return offset;
#else
  return offset | beyond;
#endif
}

/* The same where a place lies below the end of an axis: GCC makes no branch of it, and needs fewer registers for what it sees. */
static inline __attribute__((always_inline)) uint32_t holdfast_within(uint32_t place, uint32_t end) {
#if defined(__clang__)
  return holdfast_below(place, end);
#else
  return 0u - (uint32_t)(place < end);
#endif
}

/* 1 where `one` is at or above `other`, else 0. */
static inline __attribute__((always_inline)) uint32_t holdfast_not_below(uint32_t one, uint32_t other) {
  return holdfast_is_below(one, other) ^ 1u;
}

/*
 * How a fragment for RV32 begins: a jump over the bytes that operand 1 counts. Each instruction has the length that is written. Where the
 * jump leads is the begin of a whole word, aligned by the options that the compiler was called with: an object that is linked without
 * relaxation must hold nothing that the linker would shorten.
 */
#define HOLDFAST_AS_WRITTEN ".option push\n\t.option norvc\n\t.option norelax\n"
#define HOLDFAST_SKIP                                                                                                              \
  HOLDFAST_AS_WRITTEN "90:\tauipc t0, %%pcrel_hi(91f)\n\tadd t0, t0, %1\n\tjr %%pcrel_lo(90b)(t0)\n\t"                           \
  ".option pop\n\t.balign 4\n\t" HOLDFAST_AS_WRITTEN "91:\t"
#define HOLDFAST_LEVEL_BYTES 16u

/*
 * The search of assembly/check/search.ts in one fragment: `out` of fifteen levels are left out (fifteen: all), each other level is
 * k = 2k + (value >= list[k]). A level takes eight bytes: on ARMv6-M `lsls; ldr; cmp; adcs`, five cycles together; on ARMv7-M
 * `ldr; cmp; adcs`. Compilers form the carry in a register first, which costs four cycles a level more, and look the label up in a table.
 *
 * Levels beyond the HOLDFAST_LINE_STEPS of this core do nothing: sixteen values of four bits lead to fourteen steps or fewer, so that no
 * value leaves the arena. Compilers estimate the length of code by lines, at two bytes a line or at four.
 *
 * On RV32 a level takes sixteen bytes and six cycles: what stands between a load and its use costs nothing, since the use would wait. With
 * j = k + 1 it is j = 2j - (value < list[k]).
 */
#if HOLDFAST_THUMB != 0
#define HOLDFAST_SEARCH
#define HOLDFAST_IDLE_LEVEL ".hword 0x46c0, 0x46c0\n\t.hword 0x46c0, 0x46c0\n\t"
#define HOLDFAST_TWO_IDLE_LEVELS HOLDFAST_IDLE_LEVEL HOLDFAST_IDLE_LEVEL
#if HOLDFAST_THUMB == 1
#define HOLDFAST_LEVEL "lsls %1, %0, #2\n\tldr %1, [%[list], %1]\n\tcmp %[value], %1\n\tadcs %0, %0\n\t"
#define HOLDFAST_TWICE(levels) ".rept 2\n\t" levels ".endr"
#else
#define HOLDFAST_LEVEL "ldr.w %1, [%[list], %0, lsl #2]\n\tcmp.n %[value], %1\n\tadcs.n %0, %0\n\t"
#define HOLDFAST_TWICE(levels) levels levels
#endif
#define HOLDFAST_FOUR_LEVELS HOLDFAST_LEVEL HOLDFAST_LEVEL HOLDFAST_LEVEL HOLDFAST_LEVEL
#if HOLDFAST_LINE_STEPS == 14
#define HOLDFAST_STEPS HOLDFAST_TWICE(HOLDFAST_FOUR_LEVELS HOLDFAST_LEVEL HOLDFAST_LEVEL HOLDFAST_LEVEL)
#elif HOLDFAST_LINE_STEPS == 13
#define HOLDFAST_STEPS HOLDFAST_IDLE_LEVEL HOLDFAST_LEVEL HOLDFAST_TWICE(HOLDFAST_FOUR_LEVELS HOLDFAST_LEVEL HOLDFAST_LEVEL)
#elif HOLDFAST_LINE_STEPS == 11
#define HOLDFAST_STEPS \
  HOLDFAST_TWO_IDLE_LEVELS HOLDFAST_IDLE_LEVEL HOLDFAST_LEVEL HOLDFAST_TWICE(HOLDFAST_FOUR_LEVELS HOLDFAST_LEVEL)
#elif HOLDFAST_LINE_STEPS == 9
#define HOLDFAST_STEPS \
  HOLDFAST_TWO_IDLE_LEVELS HOLDFAST_TWO_IDLE_LEVELS HOLDFAST_IDLE_LEVEL HOLDFAST_LEVEL HOLDFAST_TWICE(HOLDFAST_FOUR_LEVELS)
#else
#error "a core with another number of steps needs its levels here"
#endif
#define HOLDFAST_SEARCH_BYTES (4u << HOLDFAST_LINE_STEPS)
#define HOLDFAST_LEVELS                                                                                                     \
  HOLDFAST_SYNTAX "lsls %1, %0, #3\n\tmovs %0, #1\n\tadd pc, %1\n\t" /* pc reads as the address of the second of these: */ \
          ".hword 0x46c0, 0x46c0, 0x46c0, 0x46c0, 0x46c0\n\t"                                                                 \
          HOLDFAST_STEPS
static inline __attribute__((always_inline)) uint32_t holdfast_search(uint32_t list, uint32_t out, uint32_t value) {
  if (UNLIKELY(out > 15 || list > HOLDFAST_MEMORY_BYTES - HOLDFAST_SEARCH_BYTES)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  uint32_t k = out;
  uint32_t key;
  __asm__(HOLDFAST_LEVELS
          : "+&l"(k), "=&l"(key)
          : [list] "l"(holdfast_arena() + (list - HOLDFAST_ARENA)), [value] "l"(value)
          : "cc", "memory");
  /* What the compiler cannot read out of the fragment, and needs to prove that what is loaded next is inside. */
  if (k >= 2u << HOLDFAST_LINE_STEPS) __builtin_unreachable();
  return k;
}
/*
 * The same where few registers are left, as in phases of trees: the value stays in one that only comparisons reach. So check saves two
 * registers and not three, on every path.
 */
#define HOLDFAST_SEARCH_HELD(k, list, out, value) (k) = holdfast_search_held(list, out, &(value))
static inline __attribute__((always_inline)) uint32_t holdfast_search_held(uint32_t list, uint32_t out, uint32_t* value) {
  if (UNLIKELY(out > 15 || list > HOLDFAST_MEMORY_BYTES - HOLDFAST_SEARCH_BYTES)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  uint32_t k = out;
  uint32_t key;
  register uint32_t held __asm__("ip") = *value;
  __asm__(HOLDFAST_LEVELS
          : "+&l"(k), "=&l"(key), [value] "+h"(held)
          : [list] "l"(holdfast_arena() + (list - HOLDFAST_ARENA))
          : "cc", "memory");
  *value = held;
  if (k >= 2u << HOLDFAST_LINE_STEPS) __builtin_unreachable();
  return k;
}
#elif HOLDFAST_RV32 && defined(__riscv_compressed)
#define HOLDFAST_SEARCH
#define HOLDFAST_SEARCH_BYTES (4u << HOLDFAST_LINE_STEPS)
static inline __attribute__((always_inline)) uint32_t holdfast_search(uint32_t list, uint32_t out, uint32_t value) {
  if (UNLIKELY(out > 15 || list > HOLDFAST_MEMORY_BYTES - HOLDFAST_SEARCH_BYTES)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  register uint32_t next __asm__("a4") = 2;
  register uint32_t key __asm__("a5") = out * HOLDFAST_LEVEL_BYTES;
  __asm__(HOLDFAST_SKIP
          ".rept 15 - %c[steps]\n\t.rept 4\n\tnop\n\t.endr\n\t.endr\n\t"
          ".rept %c[steps]\n\t.option norvc\n\tslli %1, %0, 2\n\t.option rvc\n\tc.add %1, %[list]\n\tc.lw %1, 0(%1)\n\t"
          "c.slli %0, 1\n\tsltu %1, %[value], %1\n\tc.sub %0, %1\n\t.endr\n\t"
          ".option pop"
          : "+&r"(next), "+&r"(key)
          : [list] "r"(holdfast_arena() + (list - HOLDFAST_ARENA) - 4), [value] "r"(value), [steps] "i"(HOLDFAST_LINE_STEPS)
          : "t0", "memory");
  const uint32_t k = next - 1u;
  if (k >= 2u << HOLDFAST_LINE_STEPS) __builtin_unreachable();
  return k;
}
#define HOLDFAST_SEARCH_HELD(k, list, out, value) (k) = holdfast_search(list, out, value)
#endif

/*
 * The search of assembly/check/directory.ts in one fragment: the entry of the list that a directory names, and 7 - `out` halvings, five at
 * most. A halving takes eight bytes: on ARMv6-M `ldr; cmp; blo; adds`, five cycles either way, since a branch over one cycle costs what
 * that cycle does; on ARMv7-M `ldr; cmp; it; addhs`, since there it does not; on RV32 sixteen bytes, which go the whole way while a load is
 * waited for, and back what was too far. Compilers form the step in a register first. The word of the cell stands beside where the last one
 * ends.
 *
 * A Cortex-M0 without a plus takes three cycles for a branch that is taken. Compilers do not tell it apart, so whoever compiles for it
 * defines HOLDFAST_CORTEX_M0: then a halving is six cycles either way, in ten bytes, which a branch leads to.
 */
#define HOLDFAST_DIRECTORIES (HOLDFAST_ARENA + 236u)
/* Bits of a word that the number of an entry leaves unused: an arena of 2^n bytes has entries of n - 3 bits. */
#define HOLDFAST_ENTRY_UNUSED (__builtin_clz(HOLDFAST_MEMORY_BYTES - HOLDFAST_ARENA) + 4)
#if HOLDFAST_THUMB != 0
#define HOLDFAST_FIND
#if defined(HOLDFAST_CORTEX_M0)
#define HOLDFAST_HALVING(at, by) "ldr %1, [%0, #" #at "]\n\tcmp %2, %1\n\tblo 1f\n\tadds %0, #" #by "\n\tnop\n1:\n\t"
#elif HOLDFAST_THUMB == 1
#define HOLDFAST_HALVING(at, by) "ldr %1, [%0, #" #at "]\n\tcmp %2, %1\n\tblo 1f\n\tadds %0, #" #by "\n1:\n\t"
#else
#define HOLDFAST_HALVING(at, by) "ldr.n %1, [%0, #" #at "]\n\tcmp.n %2, %1\n\tit hs\n\taddhs.n %0, #" #by "\n\t"
#endif
#if defined(HOLDFAST_CORTEX_M0)
#define HOLDFAST_HALVINGS /* pc reads as the address of the second of these; a branch leads to where the halvings begin: */         \
  "lsls %1, %1, #1\n\tadd pc, %1\n\t.hword 0x46c0\n\tb 25f\n\tb 25f\n\tb 25f\n\tb 24f\n\tb 23f\n\tb 22f\n\tb 21f\n\tb 20f\n"   \
  "25:\t" HOLDFAST_HALVING(124, 128) "24:\t" HOLDFAST_HALVING(60, 64) "23:\t" HOLDFAST_HALVING(28, 32)                          \
  "22:\t" HOLDFAST_HALVING(12, 16) "21:\t" HOLDFAST_HALVING(4, 8) "20:\t"
#else
#define HOLDFAST_HALVINGS /* pc reads as the address of the second of these: */                                                   \
  "lsls %1, %1, #3\n\tadd pc, %1\n\t.rept 9\n\t.hword 0x46c0\n\t.endr\n\t"                                                    \
  HOLDFAST_HALVING(124, 128) HOLDFAST_HALVING(60, 64) HOLDFAST_HALVING(28, 32) HOLDFAST_HALVING(12, 16) HOLDFAST_HALVING(4, 8)
#endif
static inline __attribute__((always_inline)) uint32_t holdfast_find(uint32_t place, uint32_t out, uint32_t value) {
  if (UNLIKELY(out > 7 || place > HOLDFAST_MEMORY_BYTES - HOLDFAST_DIRECTORIES - 2)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  /* These keep the place in its register, and where directories begin out of one until both are needed: small cores have few. */
  __asm__ volatile("" : "+l"(place));
  const uint8_t* directories = &holdfast_memory[HOLDFAST_DIRECTORIES];
  __asm__ volatile("" : "+l"(place) : "l"(directories));
  uint16_t named;
  __builtin_memcpy(&named, __builtin_assume_aligned(directories + place, 2), 2);
  const uint8_t* entry = directories + (((uint32_t)named << HOLDFAST_ENTRY_UNUSED) >> (HOLDFAST_ENTRY_UNUSED - 3));
  uint32_t key = out;
  __asm__ volatile(HOLDFAST_SYNTAX HOLDFAST_HALVINGS "ldr %0, [%0, #8]\n\t"
          : "+&l"(entry), "+&l"(key) : "l"(value) : "cc", "memory");
  return (uint32_t)(uintptr_t)entry;
}
#elif HOLDFAST_RV32 && defined(__riscv_compressed)
#define HOLDFAST_FIND
#define HOLDFAST_HALVING(at, bits)                                                                                                  \
  ".option norvc\n\tlw %1, " #at " + %c[from](%0)\n\taddi %0, %0, 1 << " #bits                                                       \
  "\n\t.option rvc\n\tsltu %1, %[value], %1\n\tc.slli %1, " #bits "\n\tc.sub %0, %1\n\t"
static inline __attribute__((always_inline)) uint32_t holdfast_find(uint32_t place, uint32_t out, uint32_t value) {
  if (UNLIKELY(out > 7 || place > HOLDFAST_MEMORY_BYTES - HOLDFAST_DIRECTORIES - 2)) wasm_rt_trap(WASM_RT_TRAP_OOB);
#if HOLDFAST_PAGED
  const uint8_t* begin = holdfast_page(&holdfast_memory[HOLDFAST_PAGE(HOLDFAST_DIRECTORIES)]);
  enum { FROM = (int32_t)(HOLDFAST_DIRECTORIES - HOLDFAST_PAGE(HOLDFAST_DIRECTORIES)) };
#else
  const uint8_t* begin = &holdfast_memory[HOLDFAST_DIRECTORIES];
  __asm__("" : "+r"(begin));
  enum { FROM = 0 };
#endif
  uint16_t named;
  __builtin_memcpy(&named, __builtin_assume_aligned(begin + place + FROM, 2), 2);
  register const uint8_t* entry __asm__("a4") = begin + (((uint32_t)named << HOLDFAST_ENTRY_UNUSED) >> (HOLDFAST_ENTRY_UNUSED - 3));
  register uint32_t key __asm__("a5") = out * HOLDFAST_LEVEL_BYTES;
  __asm__(HOLDFAST_SKIP ".rept 8\n\tnop\n\t.endr\n\t"
          HOLDFAST_HALVING(124, 7) HOLDFAST_HALVING(60, 6) HOLDFAST_HALVING(28, 5) HOLDFAST_HALVING(12, 4) HOLDFAST_HALVING(4, 3)
          "lw %0, 8 + %c[from](%0)\n\t.option pop"
          : "+&r"(entry), "+&r"(key) : [value] "r"(value), [from] "i"(FROM) : "t0", "memory");
  return (uint32_t)(uintptr_t)entry;
}
#endif

/*
 * The walk of assembly/check/plane-walk.ts in one fragment, for nodes of 16 bytes and of 12: `out` of fifteen levels are left out (fifteen:
 * all). A level is ten instructions and 14 cycles with nodes of 16 bytes, twelve and 15 with those of 12; compilers take 17 and more, since
 * they load each field by itself. Loading several registers at once takes them in rising order, so they are named. On RV32 a level of
 * either kind is fifteen instructions of one cycle: half a word to the right and half a word to the left are the same turn.
 */
#define HOLDFAST_ARENA_BYTES (HOLDFAST_MEMORY_BYTES - HOLDFAST_ARENA - HOLDFAST_BEHIND_ARENA_BYTES)
#define HOLDFAST_NODES_MASK ((HOLDFAST_ARENA_BYTES < 0x20000u ? HOLDFAST_ARENA_BYTES : 0x20000u) - 4u)
#if defined(__ARM_ARCH_6M__)
#define HOLDFAST_WALK
#define HOLDFAST_LEADS \
  "adds r4, r4, r5\n\tadds r4, r4, r6\n\tlsrs r4, r4, #31\n\tlsls r4, r4, #4\n\trors r3, r3, r4\n\tands r3, r3, %[mask]\n\t"
#define HOLDFAST_TURN_LONG                                                                                                        \
  "add r3, r3, %[arena]\n\tldmia r3, {r3, r4, r5, r6}\n\tmuls r4, %[x], r4\n\tmuls r5, %[y], r5\n\t" HOLDFAST_LEADS
#define HOLDFAST_TURN_SHORT                                                                                                       \
  "add r3, r3, %[arena]\n\tldmia r3, {r3, r4, r5}\n\tsxth r6, r4\n\tmuls r6, %[x], r6\n\tasrs r4, r4, #16\n\tmuls r4, %[y], r4\n\t" \
  HOLDFAST_LEADS
#define HOLDFAST_WALKS(turn, word) /* pc reads as the address of the second of these; a branch leads to each level: */                 \
  HOLDFAST_SYNTAX "add pc, r4\n\t.hword 0x46c0\n\tb 1f\n\tb 2f\n\tb 3f\n\tb 4f\n\tb 5f\n\tb 6f\n\tb 7f\n\tb 8f\n\t"                 \
                  "b 9f\n\tb 10f\n\tb 11f\n\tb 12f\n\tb 13f\n\tb 14f\n\tb 15f\n\tb 16f\n"                                    \
                  "1:" turn "2:" turn "3:" turn "4:" turn "5:" turn "6:" turn "7:" turn "8:" turn "9:" turn "10:" turn "11:" turn   \
                  "12:" turn "13:" turn "14:" turn "15:" turn "16:\tadd r3, r3, %[arena]\n\tldr r3, [r3, #" #word "]\n\t"
#define HOLDFAST_WALKED(name, turn, word)                                                                                         \
  static inline __attribute__((always_inline)) uint32_t name(uint32_t at, uint32_t out, uint32_t x, uint32_t y) {                 \
    if (UNLIKELY(out > 15 || at > HOLDFAST_NODES_MASK)) wasm_rt_trap(WASM_RT_TRAP_OOB);                                           \
    register uint32_t node __asm__("r3") = at;                                                                                    \
    register uint32_t skip __asm__("r4") = out * 2u;                                                                              \
    register const uint8_t* arena __asm__("ip") = holdfast_arena();                                                               \
    __asm__(HOLDFAST_WALKS(turn, word)                                                                                            \
            : "+r"(node), "+r"(skip)                                                                                              \
            : [x] "l"(x), [y] "l"(y), [mask] "l"(HOLDFAST_NODES_MASK), [arena] "r"(arena)                                         \
            : "r5", "r6", "cc", "memory");                                                                                        \
    return node;                                                                                                                  \
  }
HOLDFAST_WALKED(holdfast_walk_long, HOLDFAST_TURN_LONG, 12)
HOLDFAST_WALKED(holdfast_walk_short, HOLDFAST_TURN_SHORT, 8)
#elif HOLDFAST_RV32 && (defined(__riscv_mul) || defined(__riscv_zmmul))
#define HOLDFAST_WALK
#define HOLDFAST_TURN(load, a, b, c)                                                                                              \
  "add %0, %0, %[arena]\n\t" load " %1, " #a "(%0)\n\t" load " t1, " #b "(%0)\n\tlw t0, " #c "(%0)\n\tlw %0, 0(%0)\n\t"             \
  "mul %1, %1, %[x]\n\tmul t1, t1, %[y]\n\tadd %1, %1, t0\n\tadd %1, %1, t1\n\tsrli %1, %1, 31\n\tslli %1, %1, 4\n\t"         \
  "srl t0, %0, %1\n\tsll %0, %0, %1\n\tor %0, %0, t0\n\tand %0, %0, %[mask]\n\t"
#define HOLDFAST_WALKS(turn) /* A jump leads to each level. */                                                                      \
  HOLDFAST_SKIP "j 1f\n\tj 2f\n\tj 3f\n\tj 4f\n\tj 5f\n\tj 6f\n\tj 7f\n\tj 8f\n\t"                                                  \
                "j 9f\n\tj 10f\n\tj 11f\n\tj 12f\n\tj 13f\n\tj 14f\n\tj 15f\n\tj 16f\n"                                          \
                "1:" turn "2:" turn "3:" turn "4:" turn "5:" turn "6:" turn "7:" turn "8:" turn "9:" turn "10:" turn "11:" turn     \
                "12:" turn "13:" turn "14:" turn "15:" turn "16:\tadd %0, %0, %[arena]\n\t"
#define HOLDFAST_WALKED(name, load, a, b, c)                                                                                      \
  static inline __attribute__((always_inline)) uint32_t name(uint32_t at, uint32_t out, uint32_t x, uint32_t y) {                 \
    if (UNLIKELY(out > 15 || at > HOLDFAST_NODES_MASK)) wasm_rt_trap(WASM_RT_TRAP_OOB);                                           \
    uint32_t skip = out * 4u;                                                                                                     \
    __asm__(HOLDFAST_WALKS(HOLDFAST_TURN(load, a, b, c)) "lw %0, " #c "(%0)\n\t.option pop"                                       \
            : "+&r"(at), "+&r"(skip)                                                                                              \
            : [x] "r"(x), [y] "r"(y), [mask] "r"(HOLDFAST_NODES_MASK), [arena] "r"(holdfast_arena())                              \
            : "t0", "t1", "memory");                                                                                              \
    return at;                                                                                                                    \
  }
HOLDFAST_WALKED(holdfast_walk_long, "lw", 4, 8, 12)
HOLDFAST_WALKED(holdfast_walk_short, "lh", 4, 6, 8)
#endif

/*
 * value >= bound ? one : other, in the same number of cycles either way: on ARMv6-M a branch over one cycle, on a Cortex-M0 over two,
 * which costs what they do; on ARMv7-M a move that is done or not.
 */
static inline __attribute__((always_inline)) uint32_t holdfast_choose(uint32_t value, uint32_t bound, uint32_t one,
                                                                      uint32_t other) {
#if HOLDFAST_THUMB == 1
#if defined(HOLDFAST_CORTEX_M0)
#define HOLDFAST_AS_LONG "\n\tnop"
#else
#define HOLDFAST_AS_LONG ""
#endif
  __asm__(HOLDFAST_SYNTAX "cmp %1, %2\n\tblo 1f\n\tmovs %0, %3" HOLDFAST_AS_LONG "\n1:"
          : "+l"(other) : "lh"(value), "l"(bound), "l"(one) : "cc");
  return other;
#elif HOLDFAST_THUMB == 2
  __asm__(HOLDFAST_SYNTAX "cmp %1, %2\n\tit hs\n\tmovhs %0, %3" : "+r"(other) : "r"(value), "r"(bound), "r"(one) : "cc");
  return other;
#else
  return other ^ ((other ^ one) & (holdfast_is_below(value, bound) - 1u));
#endif
}

/* The same at the end of check, where `value` was marked, or `beyond` says what the mark would. */
static inline __attribute__((always_inline)) uint32_t holdfast_choose_within(uint32_t beyond, uint32_t value, uint32_t bound,
                                                                             uint32_t one, uint32_t other) {
#if HOLDFAST_RV32
  /* One comparison of two comparisons; compilers would make two instructions of it. */
  uint32_t within = holdfast_is_below(value, bound);
  __asm__("sltu %0, %1, %0" : "+r"(within) : "r"(beyond));
  return other ^ ((other ^ one) & (within - 1u));
#else
  (void)beyond;
  return holdfast_choose(value, bound, one, other);
#endif
}

#endif
