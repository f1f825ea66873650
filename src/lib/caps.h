/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities of profile-bee's processes; the only module that names them.
 *
 * Sampling needs two: CAP_BPF (load programs and maps) and CAP_PERFMON (perf events, reading kernel
 * and user memory from BPF).  The front end has them as file capabilities or is root.  It drops all
 * others before it starts anything that parses foreign data, hands the two to the sampling helper
 * alone, and then drops them too.  Root needs more than clearing the sets: exec gives uid 0 all
 * that its bounding set holds, so the set is emptied (the two pass exec by the inheritable and the
 * ambient set, which it does not limit), the root rules are switched off (securebits), and every
 * helper gets no_new_privs.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "lib/compiler.h"

/* Are the two in this process's permitted set? */
bool caps_can_profile(void);

/* Are the two in its bounding set?  Else neither a file nor root can give them. */
bool caps_are_bounded_in(void);

/*
 * For good: keep at most the two, permitted and inheritable, effective nothing.  0 or a negative
 * errno.
 */
int caps_keep_profiling(void) MUST_CHECK;

/* For good: nothing at all, no_new_privs.  0 or a negative errno. */
int caps_drop_all(void) MUST_CHECK;

/* In a child before exec: no capability, as root none in the bounding set either, no_new_privs. */
int caps_child_none(void) MUST_CHECK;

/* In a child before exec: the two through the ambient set, no_new_privs. */
int caps_child_profiling(void) MUST_CHECK;

/* In a child before exec: what the caller of profile-bee had.  Capabilities that came with
 * profile-bee's own file are given back. */
int caps_child_caller(void) MUST_CHECK;

/* Did this program gain privileges from its file (secure execution mode)? */
bool caps_from_file(void);

/*
 * open(2) as it will be after caps_keep_profiling(): without the capabilities that override file
 * permissions.  A descriptor or a negative errno.
 */
int caps_open_unprivileged(const char *path, int flags) MUST_CHECK;
