/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of bpf/oracle.bpf.c for test programs, with mappings and unwind tables as profile keeps
 * them.  What fails ends the program with status 99 after a message.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "bpf/oracle.bpf.skel.h"

#include "../libexec/profile/unwinder.h"

/* Zero-initialise. */
struct oracle {
	struct oracle_bpf *bpf;
	struct scan scan;
	struct rescans rescans;  /* asked for nothing */
	struct sideband sideband;
	struct unwinder unwinder;
	struct options options;
	bool crowded;            /* the pool's first chunk is to be full before the first table */
};

/* What a program with a name that could not be done, and the error (-errno, or errno with 0). */
void oracle_die(const char *what, int r) __attribute__((noreturn));

/* Start the builder that makes the tables, and load the programs. */
void oracle_open(struct oracle *o, const char *builder, bool read_words);

/* Take in what a process has mapped now; when this returns the walk knows it. */
void oracle_learn(struct oracle *o, pid_t pid);

void oracle_close(struct oracle *o);
