/* A process that is born in a control group of version 2, instead of being moved there: a move waits until all
 * processors have passed through the scheduler, 9 ms where nobody else moved lately. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct clone_args;

/* clone3(2) with CLONE_VM, which must be among the flags with a stack: the new process calls `function`, which must not
 * return. Its pid, or an errno negated. */
long cs_clone_on_stack(struct clone_args *arguments, size_t size, int (*function)(void *), void *argument);
