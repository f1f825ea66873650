/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole reads and writes, pipes, and the status lines that helpers send to the front end. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/buf.h"
#include "lib/compiler.h"

/* Write all n bytes, through EINTR and short writes.  0 or a negative errno (-EPIPE included). */
int write_all(int fd, const void *bytes, size_t n) MUST_CHECK;

/* Read until n bytes or end of file.  Returns the bytes read (less than n only at the end) or a
 * negative errno. */
ssize_t read_full(int fd, void *bytes, size_t n) MUST_CHECK;

/* Read to the end of file, appending to b.  0 or a negative errno (-EOVERFLOW: beyond b->max). */
int read_all(int fd, struct buf *b) MUST_CHECK;

/*
 * The first line of a file, as those of /proc and /sys have, without its newline and cut to
 * size - 1 bytes.  0 or a negative errno.
 */
int read_first_line(const char *path, char *text, size_t size) MUST_CHECK;

/*
 * Before the first write to an output: what an older and longer file has beyond the descriptor's
 * place goes.  What somebody wrote before us through the same descriptor stays, as in
 * "{ date; profile-bee; } >f", and so do files that are appended to.  0 or a negative errno.
 */
int cut_old_contents(int fd) MUST_CHECK;

/* A pipe with both ends close-on-exec.  0 or a negative errno. */
int pipe_cloexec(int fds[2]) MUST_CHECK;

/*
 * Status lines: "KEY VALUE\n", KEY of [a-z0-9_.], VALUE to the end of the line.  A helper that was
 * given --status-fd=N writes them there; without it they go nowhere (fd -1).  Keys:
 *   live 1        sampling has begun (profile)
 *   progress N    samples so far (profile)
 *   hits.N, missed.N, refused.N, probe_rung
 *                 about the probe on line N of its list, and how they were attached (profile)
 *   done 1        the helper has finished its work; its absence means that it died
 *   anything else a fact for the summary, such as "lost_ring 12"
 */
void status_put(int fd, const char *key, const char *value);
void status_put_number(int fd, const char *key, uint64_t value);
