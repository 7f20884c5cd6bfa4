/* agentbox-observe run FD COMMAND…: becomes the command, watched, and hands who listens over FD.
 * agentbox-observe pass FD: lets everything go on that is heard on FD, until nobody is left.
 * agentbox-observe environment PATH WORDS…: runs the program in the box that it is in itself, and writes to standard
 * output which variables that asked for (environment.h). */
#define _GNU_SOURCE
#include <CObserve.h>
#include <environment.h>
#include <rights.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FAILED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

static int run(int channel, char **words) {
    int gives_up_rights = 0;
    const int listener = co_watch(&gives_up_rights);
    const int answer[2] = {listener < 0 ? errno : 0, gives_up_rights};
    if (cs_send(channel, answer, sizeof answer, &listener, listener < 0 ? 0 : 1) < 0 || listener < 0) return FAILED;
    (void)close(listener);
    (void)close(channel);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)execvp(words[0], words);
    const int problem = errno;
    (void)fprintf(stderr, "agentbox: cannot start `%s`: %s\n", words[0], strerror(problem));
    return problem == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
}

static int pass(int listener) {
    struct co_notice notice;
    (void)setsid();
    for (;;) {
        const int heard = co_hear(listener, &notice, -1);
        if (heard < 0) return 0;
        if (heard > 0) co_pass(listener, &notice);
    }
}

int main(int count, char **words) {
    if (count >= 4 && strcmp(words[1], "run") == 0) return run(atoi(words[2]), words + 3);
    if (count == 3 && strcmp(words[1], "pass") == 0) return pass(atoi(words[2]));
    if (count >= 4 && strcmp(words[1], "environment") == 0) {
        return co_trace_environment(STDOUT_FILENO, words[2], words + 3);
    }
    (void)fprintf(stderr, "agentbox-observe: this is a part of `agentbox observe`\n");
    return FAILED;
}
