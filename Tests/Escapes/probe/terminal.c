/* The caller's terminal. Inside there is none, so these look at what the filter says: a request that comes through to a
 * descriptor that is no terminal ends with ENOTTY. */
#include "probe.h"

#include <fcntl.h>
#include <sys/ioctl.h>

/* The terminal that we were started on, if there is one. */
static int terminal(void) { return isatty(0) ? 0 : open("/dev/null", O_RDWR | O_CLOEXEC); }
static int request(unsigned long number, long argument) {
    int fd = terminal();
    return fd < 0 ? errno : outcome(syscall(SYS_ioctl, fd, number, argument));
}
/* EIO: this kernel lets nobody but root type for others (6.2, legacy_tiocsti). */
static int type(unsigned long number) {
    int error = request(number, (long)(uintptr_t) "x");
    return error == EIO ? ENOSYS : error;
}
static int type_character(void) { return type(TIOCSTI); }
/* A filter that compares 64 bits lets this by, the kernel looks at 32. */
static int type_with_high_bits(void) { return type(TIOCSTI | 1ul << 32); }
static int type_with_sign(void) { return type(0xffffffff00000000ul | TIOCSTI); }
/* Pastes what was selected into a virtual console. */
static int paste(void) { return request(TIOCLINUX, (long)(uintptr_t) "\3"); }
static int paste_with_high_bits(void) { return request(TIOCLINUX | 1ul << 32, (long)(uintptr_t) "\3"); }
static int open_terminal(void) { return opened("/dev/tty", O_RDWR); }
static int open_console(void) { return outcome(open("/dev/console", O_RDWR | O_CLOEXEC | O_NOCTTY)); }

/* Loads a module for a protocol, and gives it the line. */
static int line_discipline(void) {
    int discipline = 13 /* N_HDLC */, usual = 0;
    int error = request(TIOCSETD, (long)(uintptr_t)&discipline);
    if (isatty(0)) (void)ioctl(0, TIOCSETD, &usual);
    return error;
}
static int take_console(void) {
    int error = request(TIOCCONS, 0);
    /* The console itself takes it back. */
    int console = error ? -1 : open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (console >= 0) (void)ioctl(console, TIOCCONS);
    return error;
}
/* A leader of a session without a terminal takes one, from another session if it may. */
static int take_terminal(void) {
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC); /* with ours it would end, when we do */
    return fd < 0 || setsid() < 0 ? errno : outcome(ioctl(fd, TIOCSCTTY, 1));
}
static int hang_up(void) {
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC); /* no terminal of ours may suffer */
    return fd < 0 ? errno : outcome(ioctl(fd, 0x5437 /* TIOCVHANGUP */));
}
static int new_terminal(void) { return opened("/dev/ptmx", O_RDWR | O_NOCTTY); }
static int other_terminals(void) { return opened("/dev/pts", O_RDONLY | O_DIRECTORY); }
static int other_end(void) { return request(0x5441 /* TIOCGPTPEER */, O_RDWR | O_NOCTTY); }
static int switch_console(void) { return request(0x5606 /* VT_ACTIVATE */, 0); }
static int keyboard(void) { return request(0x4b49 /* KDSKBSENT */, 0); }
static int serial_line(void) { return request(0x541f /* TIOCSSERIAL */, 0); }
static int break_line(void) { return request(0x5427 /* TIOCSBRK */, 0); }
static int exclusive(void) {
    int error = request(0x540c /* TIOCEXCL */, 0);
    if (isatty(0)) (void)ioctl(0, 0x540d /* TIOCNXCL */);
    return error;
}

const struct attempt terminal_attempts[] = {
    {"tiocsti", type_character, 0, "CVE-2017-5226"},
    {"tiocsti-high-bits", type_with_high_bits, 0, "CVE-2019-10063"},
    {"tiocsti-sign-extended", type_with_sign, 0, "CVE-2019-7303"},
    {"tioclinux", paste, 0, "CVE-2023-28100, CVE-2023-1523"},
    {"tioclinux-high-bits", paste_with_high_bits, 0},
    {"line-discipline", line_discipline, 0, "CVE-2017-2636"},
    {"take-console-output", take_console, NEEDS_ROOT},
    {"take-controlling-terminal", take_terminal, 0},
    {"hang-up-terminal", hang_up, 0},
    {"new-terminal", new_terminal, 0},
    {"list-terminals", other_terminals, 0},
    {"other-end-of-terminal", other_end, 0},
    {"switch-console", switch_console, 0},
    {"keyboard-strings", keyboard, 0},
    {"serial-line", serial_line, 0},
    {"break-on-line", break_line, 0},
    {"terminal-for-oneself", exclusive, 0},
    {"open-terminal", open_terminal, MAY_LACK},
    {"open-console", open_console, NEEDS_ROOT},
    {NULL, NULL, 0},
};
