/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The probes of a run: what the helper probe-list has found for the command line's words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/probe-target.h"

/* All lines of the helper together. */
#define PROBES_TEXT_MAX ((size_t)512 << 20)

struct probe_message {
	bool is_error;           /* else a note */
	uint32_t spec;
	const char *text, *hint;
};

/* Zero-initialise, and set text.max. */
struct probes {
	struct probe_target *v; size_t n, cap;
	struct probe_message *messages; size_t n_messages, cap_messages;
	struct buf text;         /* the helper's answer; what the strings are in */
};

/*
 * Take the lines in p->text in.  fds are the descriptors that probe-list was given.  0, -ENOMEM, or
 * -EBADMSG: they are not what probe-list writes, or not all of it.
 */
int probes_parse(struct probes *p, const int *fds, size_t n_fds) MUST_CHECK;

/* Whether the file of a probe is to be reached by this descriptor. */
bool probes_use_file(const struct probes *p, int fd);

/* Forget those that cannot be attached. */
void probes_keep_attachable(struct probes *p);

/* The lines that profile reads; target i is line i.  0 or a negative errno. */
int probes_put_lines(const struct probes *p, struct buf *b) MUST_CHECK;

/* Print the messages: errors as such, notes too unless quiet. */
void probes_report(const struct probes *p, bool quiet);

void probes_release(struct probes *p);
