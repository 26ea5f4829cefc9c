/*
 * From reset to the loop: the only code that runs from flash. It copies what runs to RAM, clears the rest and goes on in main.c,
 * which never comes back. RISC-V privileged architecture, chapter 3, for the registers.
 */
  .section .start, "ax"
  .global start
  .type start, @function
start:
  csrw mie, zero
  la sp, stack_top
  la a0, run_image
  la a1, run_begin
  la a2, run_end
1:
  bgeu a1, a2, 2f
  lw a3, 0(a0)
  sw a3, 0(a1)
  addi a0, a0, 4
  addi a1, a1, 4
  j 1b
2:
  la a1, bss_begin
  la a2, bss_end
3:
  bgeu a1, a2, 4f
  sw zero, 0(a1)
  addi a1, a1, 4
  j 3b
4:
  fence.i
  la a0, trap_interrupt
  csrw mtvec, a0
  la a0, holdfast_main
  jr a0
  .size start, . - start
