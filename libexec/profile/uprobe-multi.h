/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One link from a BPF program to many places of a file (Linux 6.6).  libbpf has this since 1.3
 * only, so bpf(2) is called; source: union bpf_attr, link_create, in linux/bpf.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* The expected attach type of programs for such links, BPF_TRACE_UPROBE_MULTI. */
#define TRACE_UPROBE_MULTI 48

struct uprobe_multi {
	int program;
	const char *file;
	bool is_return;
	uint32_t pid;            /* fires in this process only; 0: in all */
	size_t n;                /* places; arrays of so many: */
	const uint64_t *offsets; /* in the file */
	const uint64_t *cookies, *semaphores;    /* or NULL */
};

/* A descriptor, the caller's, or a negative errno. */
int uprobe_multi_link(const struct uprobe_multi *u) MUST_CHECK;
