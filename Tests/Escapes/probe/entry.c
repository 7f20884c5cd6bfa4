/* Other ways into the kernel, whose numbers mean other calls: a filter that looks at the number alone is read
 * wrongly. */
#include "probe.h"

#ifdef __x86_64__
#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;
static void fault(int signal) {
    (void)signal;
    siglongjmp(back, 1);
}

/* int 0x80: a kernel without it raises SIGSEGV, which here means that the operation is not there. */
static int old_entry(long number, long a, long b) {
    struct sigaction action = {.sa_handler = fault, .sa_flags = (int)SA_RESETHAND}, old;
    long result;
    sigaction(SIGSEGV, &action, &old);
    if (sigsetjmp(back, 1)) return ENOSYS;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(0l)
                     : "r8", "r9", "r10", "r11", "memory");
    sigaction(SIGSEGV, &old, NULL);
    return result < 0 && result > -4096 ? (int)-result : 0;
}
static int i386_getpid(void) { return old_entry(20, 0, 0); }
static int i386_socketcall(void) {
    static uint32_t arguments[3] = {1 /* AF_UNIX */, 1 /* SOCK_STREAM */, 0};
    return old_entry(102, 1 /* SYS_SOCKET */, (long)(uintptr_t)arguments);
}
static int i386_unshare(void) { return old_entry(310, 0x10000000 /* CLONE_NEWUSER */, 0); }
static int x32(long number, long a) {
    /* Not through libc's errno alone: an x32 number that is not there is ENOSYS. */
    return outcome(syscall(0x40000000 | number, a, 0, 0, 0, 0, 0));
}
static int x32_getpid(void) { return x32(39, 0); }
static int x32_unshare(void) { return x32(272, 0x10000000); }
static int x32_ptrace(void) { return x32(521, 0); }
#endif
const struct attempt entry_attempts[] = {
#ifdef __x86_64__
    {"i386-getpid", i386_getpid, 0},
    {"i386-socketcall", i386_socketcall, 0},
    {"i386-unshare-user", i386_unshare, 0},
    {"x32-getpid", x32_getpid, 0},
    {"x32-unshare-user", x32_unshare, 0},
    {"x32-ptrace", x32_ptrace, 0},
#endif
    {NULL, NULL, 0},
};
