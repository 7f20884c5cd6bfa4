#include "system.h"

#include "include/terminal_shim.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>

/* Not in every libc's header yet. */
#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

int terminal_shim_open(int ends[2]) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    int other = -1;
    if (grantpt(master) == 0 && unlockpt(master) == 0) {
        /* By the master and not by name: the name may lead into another instance of devpts. */
        other = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    int flags = other < 0 ? -1 : fcntl(master, F_GETFL);
    if (flags < 0 || fcntl(master, F_SETFL, flags | O_NONBLOCK) < 0) {
        int failure = errno;
        if (other >= 0) (void)close(other); /* nothing was written */
        (void)close(master);
        errno = failure;
        return -1;
    }
    ends[0] = master;
    ends[1] = other;
    return 0;
}

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};

/* Written while no handler is installed, read in one. */
static struct {
    int fd;
    struct termios modes;
    const char *text;
    size_t size;
} guarded = {.fd = -1};

static void give_back(int number) {
    /* The disposition is the default again (SA_RESETHAND): what follows ends the process as it would have ended. */
    if (guarded.fd >= 0) {
        (void)tcsetattr(guarded.fd, TCSANOW, &guarded.modes);
        if (write(guarded.fd, guarded.text, guarded.size) < 0) errno = 0;
    }
    (void)raise(number);
}

void terminal_shim_guard(int fd, const struct termios *modes, const char *text, size_t size) {
    struct sigaction action = {.sa_handler = give_back, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
    terminal_shim_unguard();
    guarded.modes = *modes;
    guarded.text = text;
    guarded.size = size;
    guarded.fd = fd;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) (void)sigaction(crashes[i], &action, NULL);
}

void terminal_shim_unguard(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    (void)sigemptyset(&action.sa_mask);
    if (guarded.fd < 0) return;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) (void)sigaction(crashes[i], &action, NULL);
    guarded.fd = -1;
}
