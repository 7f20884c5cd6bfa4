/* Operations as attempts, on something that the caller names. */
#pragma once

#include "probe.h"

/* `kind` is --on-file, --on-folder, --on-missing or --deface; null of anything else. They work on this path until the
 * next is named. */
const struct attempt *operations_on(const char *kind, const char *path);
/* `kind` is --leave- and what to leave there. */
const struct attempt *leaving_at(const char *kind, const char *path);
