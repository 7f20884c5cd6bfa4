#include "include/clone_into.h"

#include <sys/syscall.h>

/* The new process returns from the system call onto a stack with nothing on it: so it may not come back to this frame,
 * and finds what it needs in registers. */
__attribute__((noinline)) long cs_clone_on_stack(
    struct clone_args *arguments, size_t size, int (*function)(void *), void *argument) {
#if defined(__x86_64__)
    long result = SYS_clone3;
    register int (*called)(void *) __asm__("r8") = function;
    register void *given __asm__("r9") = argument;
    __asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\tmov %%r9, %%rdi\n\tcall *%%r8\n\thlt\n1:"
                     : "+a"(result)
                     : "D"(arguments), "S"(size), "r"(called), "r"(given)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long number __asm__("x8") = SYS_clone3;
    register long result __asm__("x0") = (long)arguments;
    register size_t length __asm__("x1") = size;
    register int (*called)(void *) __asm__("x2") = function;
    register void *given __asm__("x3") = argument;
    __asm__ volatile("svc #0\n\tcbnz x0, 1f\n\t"
                     "mov x29, #0\n\tmov x30, #0\n\tmov x0, x3\n\tblr x2\n\tbrk #1\n1:"
                     : "+r"(result)
                     : "r"(number), "r"(length), "r"(called), "r"(given)
                     : "memory");
    return result;
#else
#error "agentbox knows x86-64 and aarch64"
#endif
}
