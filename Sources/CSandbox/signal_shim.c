#include "signal_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Written before the handlers are installed and after they are gone, read in handlers. */
static volatile sig_atomic_t target = -1;
static struct sigaction previous[64];

static void write_number(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    int fd = target;

    /* A full pipe has signals enough in it. */
    if (fd >= 0 && write(fd, &byte, 1) < 0)
        errno = saved;
    errno = saved;
}

void signal_shim_catch(const int32_t *signals, size_t count, int32_t fd)
{
    struct sigaction action = {.sa_handler = write_number, .sa_flags = SA_RESTART};

    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    sigemptyset(&action.sa_mask);
    target = fd;
    for (size_t i = 0; i < count; i++)
        if (signals[i] > 0 && signals[i] < 64)
            (void)sigaction(signals[i], &action, &previous[signals[i]]);
}

void signal_shim_release(const int32_t *signals, size_t count)
{
    int fd = target;

    for (size_t i = 0; i < count; i++)
        if (signals[i] > 0 && signals[i] < 64)
            (void)sigaction(signals[i], &previous[signals[i]], NULL);
    target = -1;
    if (fd >= 0)
        (void)close(fd);
}
