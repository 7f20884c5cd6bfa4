/* The promises of agentbox-init, one case each: a sentence, and a function that returns null or what went wrong. */
#pragma once

#include "box.h"

/* The placeholders of the launcher's cookie in the filters here. */
enum { LOW = 0x63686f6b, HIGH = 0x636f6f6b };

struct test_case {
    const char *promise;
    const char *(*run)(void);
};

/* Null-terminated lists, a file each. */
extern const struct test_case view_cases[], call_cases[], life_cases[], write_cases[], plan_cases[], template_cases[],
    notice_cases[], terms_cases[];

/* A failure's text, formatted into a static buffer. */
__attribute__((format(printf, 1, 2))) const char *wrong(const char *format, ...);

/* Runs the box; null if the call ended with exit status 0, else what happened. */
const char *expect_success(struct box *box, struct outcome *outcome);
/* Null if init reported this step and errno (0: any), else what happened. */
const char *expect_failure(struct box *box, enum plan_step step, int error);
/* Runs a script in the default box with a landlock layer if `landlock`; null if its output is exactly `output`. */
const char *expect_output(const char *script, int landlock, const char *output);
