/* A client of the registry that keeps to no rule. */
#pragma once

#include "probe.h"

/* A connection; -1 with errno. With `greets` the handshake is over. */
int registry_connect(int greets);
/* The handshake. 0 or errno. */
int registry_greet(int fd);
/* Sends all of a text. 0 or errno. */
int registry_send(int fd, const char *text, size_t size);
/* Reads lines into `answer` until one has `"id":ID`; the answer is that line. 0, or the errno: EAGAIN if none came in
 * two seconds, WITHHELD if what was sent was no message for it (`"id":null`). */
int registry_answer(int fd, int id, char *answer, size_t size);
/* One call in a connection of its own: 0 and the answer's line, or errno. `call` is what `params` holds. */
int registry_call(const char *call, char *answer, size_t size);
/* 0 if the answer is that of a tool which ran well. */
int registry_ran(const char *answer);
/* 0 if a call that is allowed runs. Else nothing that is refused says anything, and EPROTO says that. */
int registry_works(void);
/* From now on a third of a second is enough. For the control, which is known to be stuck then. */
void registry_hurry(void);
/* 0 if a connection of its own is served. */
int registry_serves(void);
