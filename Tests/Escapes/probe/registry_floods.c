/* The registry's door once more: more than it should take, and what is no message at all. Whoever keeps a registry busy
 * keeps it from others: another connection has to be served meanwhile. */
#include "registry_client.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#define REGISTRY_OR_SKIP                                                                                               \
    if (!options.registry) return NOT_GIVEN

enum { LARGE = 6 << 20, DEEP = 200000, MANY_PINGS = 20000, MANY_CALLS = 8 };

/* 0 if others are served no more, once this was sent. */
static int starves(const char *text, size_t size) {
    REGISTRY_OR_SKIP;
    int fd = registry_connect(0);
    if (fd < 0) return errno;
    if (options.control) registry_hurry();
    (void)registry_send(fd, text, size); /* it may hang up, or read no more */
    int error = registry_serves();
    close(fd);
    return error == 0 ? WITHHELD : error == EAGAIN || error == ECONNREFUSED ? 0 : error;
}
static int starves_filled(char byte, size_t size, const char *end) {
    char *text = malloc(size + 2);
    if (!text) return ENOMEM;
    memset(text, byte, size);
    strcpy(text + size, end);
    int error = starves(text, size + strlen(end));
    free(text);
    return error;
}
static int endless_line(void) { return starves_filled('x', LARGE, ""); }
static int deep_message(void) { return starves_filled('[', DEEP, "\n"); }
static int no_text(void) { return starves_filled('\xff', 64, "\n"); }
static int no_message(void) { return starves("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":[]}\n", 38); }
/* Answers that nobody reads. */
static int unread_answers(void) {
    static const char ping[] = "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"ping\"}\n";
    char *text = malloc(MANY_PINGS * (sizeof ping - 1) + 1);
    if (!text) return ENOMEM;
    for (size_t i = 0; i < MANY_PINGS; i++) memcpy(text + i * (sizeof ping - 1), ping, sizeof ping - 1);
    int error = starves(text, MANY_PINGS * (sizeof ping - 1));
    free(text);
    return error;
}

/* The task's budget is one call. */
static int calls_that_ran(int fd, int first, int count) {
    static char answer[1 << 16];
    int ran = 0;
    for (int i = 0; i < count; i++) {
        if (registry_answer(fd, first + i, answer, sizeof answer) == 0 && registry_ran(answer) == 0) ran++;
    }
    return ran;
}
static int overspend_at_once(void) {
    /* The same id each time: a replay of the first. */
    static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":20,\"method\":\"tools/call\",\"params\":{\"name\":"
                               "\"fs.list\",\"arguments\":{\"path\":\".\"}}}\n";
    static char answer[1 << 16];
    int ran = 0, error = 0;
    REGISTRY_OR_SKIP;
    int fd = registry_connect(1);
    if (fd < 0) return errno;
    for (int i = 0; i < MANY_CALLS && !error; i++) error = registry_send(fd, line, sizeof line - 1);
    for (int i = 0; i < MANY_CALLS && !error; i++) {
        if (registry_answer(fd, 20, answer, sizeof answer) == 0 && registry_ran(answer) == 0) ran++;
    }
    close(fd);
    /* None at all would mean that it was no call. */
    return error ? error : ran > 1 ? 0 : ran == 1 ? WITHHELD : EPROTO;
}
static int overspend_by_connections(void) {
    static char answer[1 << 16];
    int ran = 0;
    REGISTRY_OR_SKIP;
    for (int i = 0; i < 3; i++) {
        static const char search[] = "\"name\":\"fs.search\",\"arguments\":{\"pattern\":\"hello\"}";
        int error = registry_call(search, answer, sizeof answer);
        if (error) return error;
        if (registry_ran(answer) == 0) ran++;
    }
    return ran > 1 ? 0 : ran == 1 ? WITHHELD : EPROTO;
}
/* Calls in one message, of which the first is harmless. */
static int batch(void) {
    static const char text[] =
        "[{\"jsonrpc\":\"2.0\",\"id\":30,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":31,\"method\":\"tools/call\","
        "\"params\":{\"name\":\"exec.run\",\"arguments\":{\"argv\":[\"true\"]}}}]\n";
    REGISTRY_OR_SKIP;
    int fd = registry_connect(1);
    if (fd < 0) return errno;
    int error = registry_send(fd, text, sizeof text - 1);
    int ran = error ? 0 : calls_that_ran(fd, 31, 1);
    close(fd);
    return error ? error : ran ? 0 : WITHHELD;
}
static int before_the_handshake(void) {
    static const char text[] = "{\"jsonrpc\":\"2.0\",\"id\":31,\"method\":\"tools/call\",\"params\":{"
                               "\"name\":\"exec.run\",\"arguments\":{\"argv\":[\"true\"]}}}\n";
    REGISTRY_OR_SKIP;
    int fd = registry_connect(0);
    if (fd < 0) return errno;
    int error = registry_send(fd, text, sizeof text - 1);
    int ran = error ? 0 : calls_that_ran(fd, 31, 1);
    close(fd);
    return error ? error : ran ? 0 : WITHHELD;
}

/* The end of a pipe, sent and given up here: where nobody keeps it, the pipe ends. */
static int descriptor_to_keep(void) {
    char space[CMSG_SPACE(sizeof(int))], byte = '\n';
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    int ends[2];
    REGISTRY_OR_SKIP;
    int fd = registry_connect(0);
    if (fd < 0 || pipe2(ends, O_CLOEXEC) < 0) return errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_len = CMSG_LEN(sizeof(int));
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(header), &ends[1], sizeof(int));
    if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) return errno;
    close(ends[1]);
    /* Its parent has a copy of neither: the attempt made the pipe. */
    struct pollfd event = {.fd = ends[0], .events = POLLIN};
    int gone = poll(&event, 1, 1000);
    close(fd);
    return gone > 0 ? WITHHELD : 0;
}
/* A client's socket may have any name: one that reads like the credentials of root was taken for them (dirty_sock). */
static int named_like_root(void) {
    static const char text[] = "{\"jsonrpc\":\"2.0\",\"id\":31,\"method\":\"tools/call\",\"params\":{"
                               "\"name\":\"exec.run\",\"arguments\":{\"argv\":[\"true\"]}}}\n";
    struct sockaddr_un name = {.sun_family = AF_UNIX}, address = {.sun_family = AF_UNIX};
    REGISTRY_OR_SKIP;
    snprintf(name.sun_path, sizeof name.sun_path, "/tmp/probe-%d;uid=0;", getpid());
    snprintf(address.sun_path, sizeof address.sun_path, "%s", options.registry);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) < 0) return errno;
    int error = outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
    unlink(name.sun_path);
    if (!error) error = registry_greet(fd);
    if (!error) error = registry_send(fd, text, sizeof text - 1);
    int ran = error ? 0 : calls_that_ran(fd, 31, 1);
    close(fd);
    return error ? error : ran ? 0 : WITHHELD;
}

const struct attempt registry_flood_attempts[] = {
    {"line-without-end", endless_line, 0},
    {"deep-message", deep_message, 0},
    {"bytes-that-are-no-text", no_text, 0},
    {"message-of-wrong-types", no_message, 0},
    {"answers-that-nobody-reads", unread_answers, 0},
    {"replayed-call-beyond-budget", overspend_at_once, 0},
    {"calls-by-connections-beyond-budget", overspend_by_connections, 0},
    {"call-in-a-batch", batch, 0},
    {"call-before-the-handshake", before_the_handshake, 0},
    {"descriptor-for-the-registry-to-keep", descriptor_to_keep, 0},
    {"client-named-like-root", named_like_root, 0, "CVE-2019-7304"},
    {NULL, NULL, 0},
};
