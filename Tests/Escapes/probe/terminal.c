/* The caller's terminal. Inside there is none, so these look at what the filter says: a request that comes through to a
 * descriptor that is no terminal ends with ENOTTY. */
#include "probe.h"

#include <fcntl.h>
#include <sys/ioctl.h>

static int request(unsigned long number, long argument) {
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    return fd < 0 ? errno : outcome(syscall(SYS_ioctl, fd, number, argument));
}
static int type_character(void) { return request(TIOCSTI, (long)(uintptr_t) "x"); }
/* CVE-2019-10063: a filter that compares 64 bits lets this by, the kernel looks at 32. */
static int type_with_high_bits(void) { return request(TIOCSTI | 1ul << 32, (long)(uintptr_t) "x"); }
static int type_with_sign(void) { return request(0xffffffff00000000ul | TIOCSTI, (long)(uintptr_t) "x"); }
/* CVE-2023-1523: paste into a virtual console. */
static int paste(void) { return request(TIOCLINUX, (long)(uintptr_t) "\3"); }
static int paste_with_high_bits(void) { return request(TIOCLINUX | 1ul << 32, (long)(uintptr_t) "\3"); }
static int open_terminal(void) {
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    /* ENXIO: there is such a device, but no terminal of ours. */
    if (fd < 0) return errno == ENXIO ? WITHHELD : errno;
    return 0;
}
static int open_console(void) { return outcome(open("/dev/console", O_RDWR | O_CLOEXEC | O_NOCTTY)); }

const struct attempt terminal_attempts[] = {
    {"tiocsti", type_character, 0},
    {"tiocsti-high-bits", type_with_high_bits, 0},
    {"tiocsti-sign-extended", type_with_sign, 0},
    {"tioclinux", paste, 0},
    {"tioclinux-high-bits", paste_with_high_bits, 0},
    {"open-terminal", open_terminal, NEEDS_ROOT},
    {"open-console", open_console, NEEDS_ROOT},
    {NULL, NULL, 0},
};
