/* Where the kernel enters. Init is linked without libc's start-up: that asks the processor about itself (CPUID),
 * and under a hypervisor each such question is an exit; it took three quarters of the time that this process needs
 * to start. Only a place for the stack protector's canary is set up, on which Swift's runtime and the compiler may
 * rely. */
#include "init.h"

#include "system_call.h"

#include <elf.h>

uintptr_t __stack_chk_guard; /* where aarch64 keeps the canary; x86-64 reads it at %fs:0x28 */

_Noreturn void start(uintptr_t *stack);
int main(int count, char **arguments);

static uintptr_t find_canary(uintptr_t *stack) {
    uintptr_t *word = stack + 1 + stack[0] + 1; /* argc, argv, null */
    while (*word++) {                           /* environment */
    }
    for (const Elf64_auxv_t *entry = (void *)word; entry->a_type != AT_NULL; entry++) {
        if (entry->a_type == AT_RANDOM) return *(const uintptr_t *)entry->a_un.a_val & ~(uintptr_t)0xff;
    }
    return 0;
}

__attribute__((used)) void start(uintptr_t *stack) {
    uintptr_t canary = find_canary(stack);
    __stack_chk_guard = canary;
#ifdef __x86_64__
    static uintptr_t thread[8];
    thread[0] = (uintptr_t)thread; /* the ABI: the thread pointer points to itself */
    thread[5] = canary;
    enum { SET_FS = 0x1002 /* ARCH_SET_FS */ };
    (void)system_call(SYS_arch_prctl, SET_FS, (long)thread, 0, 0, 0, 0); /* cannot fail for an address of ours */
#endif
    (void)main((int)stack[0], (char **)(stack + 1));
    for (;;) (void)system_call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}

#if defined(__x86_64__)
__asm__(".text\n.weak _start\n.type _start,@function\n_start:\n"
        "xor %ebp, %ebp\nmov %rsp, %rdi\nand $-16, %rsp\ncall start\nhlt\n");
#elif defined(__aarch64__)
__asm__(".text\n.weak _start\n.type _start,%function\n_start:\n"
        "mov x29, #0\nmov x30, #0\nmov x0, sp\nbl start\nbrk #1\n");
#else
#error "agentbox-init knows x86-64 and aarch64"
#endif

/* Swift's embedded runtime refers to these; the one line that is Swift here calls none. Weak, as _start is, so that
 * init can also be linked with a libc: slower to start, otherwise the same. */
#define SPARE __attribute__((weak))
SPARE void __stack_chk_fail(void);
SPARE int posix_memalign(void **memory, size_t alignment, size_t size);
SPARE void free(void *memory);
SPARE int putchar(int character);

void __stack_chk_fail(void) { __builtin_trap(); }
int posix_memalign(void **memory, size_t alignment, size_t size) {
    (void)memory, (void)alignment, (void)size;
    return ENOMEM; /* there is no heap */
}
void free(void *memory) {
    if (memory) __builtin_trap();
}
int putchar(int character) { return character; }
