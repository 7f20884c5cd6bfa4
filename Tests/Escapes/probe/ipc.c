/* Channels between calls, and to daemons of the host. */
#include "probe.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int shared_memory(void) {
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    return id < 0 ? errno : outcome(shmctl(id, IPC_RMID, NULL));
}
static int semaphores(void) {
    int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    return id < 0 ? errno : outcome(semctl(id, 0, IPC_RMID));
}
static int messages(void) {
    int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    return id < 0 ? errno : outcome(msgctl(id, IPC_RMID, NULL));
}
static int posix_queue(void) {
    mqd_t queue = mq_open("/agentbox-probe", O_CREAT | O_RDWR, 0600, NULL);
    if (queue < 0) return errno;
    mq_unlink("/agentbox-probe");
    return 0;
}

static int connect_unix(const char *name, int abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = offsetof(struct sockaddr_un, sun_path) + (size_t)abstract + strlen(name);
    snprintf(address.sun_path + abstract, sizeof address.sun_path - 1, "%s", name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, (socklen_t)(size + !abstract)));
}
static int abstract_socket(void) { return options.abstract ? connect_unix(options.abstract, 1) : NOT_GIVEN; }
static int path_socket(void) { return options.socket ? connect_unix(options.socket, 0) : NOT_GIVEN; }
/* The workspace's own: a view that shows the file shows the door behind it, read-only or not. */
static int inner_socket(void) {
    return options.inner_socket ? connect_unix(in_workspace(options.inner_socket), 0) : NOT_GIVEN;
}
/* A pair of datagram sockets needs no socket(2), and either can be sent from to whoever has a name. */
static int inner_datagram(int connects) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int pair[2];
    if (!options.inner_datagram) return NOT_GIVEN;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", in_workspace(options.inner_datagram));
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0) return errno;
    if (connects) return outcome(connect(pair[0], (struct sockaddr *)&address, sizeof address));
    return outcome(sendto(pair[0], "x", 1, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address));
}
static int datagram_by_pair(void) { return inner_datagram(0); }
static int connection_by_pair(void) { return inner_datagram(1); }
/* What is read here, whoever the host meant it for never gets. */
static int inner_fifo(void) {
    char byte;
    if (!options.inner_fifo) return NOT_GIVEN;
    int fd = open(in_workspace(options.inner_fifo), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return errno;
    return read(fd, &byte, 1) == 1 ? 0 : WITHHELD;
}
/* A byte beside the stream, for which nobody has a use, and whose code had a use after free. */
static int out_of_band(void) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return errno;
    return outcome(send(pair[0], "x", 1, MSG_OOB | MSG_NOSIGNAL));
}
/* Shared memory and queues that have a name are everybody's who has the name. */
static int shared_memory_of_host(void) {
    char path[256];
    if (!options.shared) return NOT_GIVEN;
    snprintf(path, sizeof path, "/dev/shm/%s", options.shared);
    return opened(path, O_RDWR);
}
static int queues_of_host(void) { return opened("/dev/mqueue", O_RDONLY | O_DIRECTORY); }
/* Notes to the service manager, and lines in the journal that seem to be others'. */
static int service_manager(void) { return connect_unix("/run/systemd/private", 0); }
/* The descriptors of somebody else's socket: what an abstract name is bound to is seen by all of the namespace. */
static int bind_abstract(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!options.abstract) return NOT_GIVEN;
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "%s", options.abstract);
    size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(options.abstract);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    /* Free here means that here is not there. */
    return bind(fd, (struct sockaddr *)&address, (socklen_t)size) == 0 ? WITHHELD : errno;
}
static int system_bus(void) { return connect_unix("/run/dbus/system_bus_socket", 0); }
static int docker_socket(void) { return connect_unix("/var/run/docker.sock", 0); }

const struct attempt ipc_attempts[] = {
    {"sysv-shared-memory", shared_memory, 0},
    {"sysv-semaphores", semaphores, 0},
    {"sysv-message-queue", messages, 0},
    {"posix-message-queue", posix_queue, 0},
    {"abstract-socket-of-host", abstract_socket, 0, "CVE-2020-15257"},
    {"path-socket-of-host", path_socket, 0},
    {"path-socket-in-workspace", inner_socket, 0},
    {"datagram-socket-in-workspace-by-a-pair", datagram_by_pair, 0},
    {"connection-in-workspace-by-a-pair", connection_by_pair, 0},
    {"fifo-in-workspace", inner_fifo, 0},
    {"unix-out-of-band", out_of_band, MAY_LACK, "CVE-2025-38236"},
    {"shared-memory-of-host", shared_memory_of_host, 0},
    {"queues-of-host", queues_of_host, MAY_LACK},
    {"service-manager", service_manager, NEEDS_ROOT | MAY_LACK},
    {"abstract-name-of-host-is-taken", bind_abstract, 0},
    {"system-bus", system_bus, NEEDS_ROOT | MAY_LACK},
    {"docker-socket", docker_socket, NEEDS_ROOT | MAY_LACK},
    {NULL, NULL, 0},
};
