/* # CInit
 *
 * agentbox-init: the one program that the host executes directly, and what every tool runs under. The host hands it a
 * sealed plan over descriptor 3 (plan.h); it builds the view that the plan describes, starts the call in it, reaps,
 * and reports. A file a step; read outer.c, then inner.c, then call.c: they tell the story in order.
 *
 *   outer   the process that the host started. Host identity, no namespaces. Makes what needs the host's mounts and
 *           ids, clones inner, then holds nothing and only waits: host gone, inner dies; inner gone, it exits.
 *   inner   pid 1 of the new namespaces. Builds the view, serves calls, reaps all, kills what a call left behind. Kept
 *           running it is a template (template.c): it forks a slot for each call, in namespaces of the call's own, and
 *           the slot is to that call what inner is to one for which everything was built.
 *   call    cloned from inner with CLONE_VM before its call is known, where that can be: takes away from itself all that
 *           the plan does not grant, then executes the tool. Between clone and exec it makes system calls and nothing else.
 *   helper  beside inner while that builds the view (helper.c): does what takes the kernel long, and goes.
 *
 * Failures come back to the host as (step, errno, index). Nothing is retried in a weaker form.
 */
#pragma once

#ifdef __cplusplus
#error "C only"
#endif

/* The whole program; never returns. */
_Noreturn void cinit_main(void);
