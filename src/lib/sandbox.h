/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sandbox of the helpers that read foreign data.
 *
 * They start with what they need (descriptors, messages) and then give up the rest: a seccomp
 * filter that allows a list of system calls.  Who takes over such a helper by a hostile file can
 * compute, use the descriptors that it inherited, and as a reader read the files that its user may
 * read.  Nothing can be created, changed or removed, no memory made executable, no other process
 * signalled, and there is no network.
 *
 * Refused calls that programs make in good faith return EPERM.  Calls that no list names, future
 * ones too, return ENOSYS, by which the C library takes its older way.  Calls that only an intruder
 * makes (executing, tracing, writing other processes' memory, loading BPF, another architecture's
 * calls) kill the process, and the front end says so.
 */
#pragma once

#include "lib/compiler.h"

enum sandbox_kind {
	SANDBOX_READER,   /* may open files for reading and list directories */
	SANDBOX_WRITER    /* opens nothing; may truncate the files that it inherited */
};

/*
 * Enter it, for good: no_new_privs, not dumpable (nobody of the same user can trace the process),
 * and the filter.  Only in a process of one thread, after the messages were loaded.  Under valgrind
 * (where its header was there at build time) it does nothing.  Returns 0 or a negative errno.
 */
int sandbox_enter(enum sandbox_kind kind) MUST_CHECK;
