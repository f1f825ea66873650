/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of profile's unwinding modules share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/unwind-table.h"

#include "../libexec/profile/mappings.h"
#include "../libexec/profile/pool.h"
#include "../libexec/profile/tables.h"

struct oracle_bpf;

/* The kernel's side: NULL when the tests run without one. */
extern struct oracle_bpf *kernel;

/* An assertion: a TAP line.  Returns whether it held. */
bool check(bool held, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Exits if something that is no subject of the test fails. */
void must(bool held, const char *what);

/* Numbers that are the same in each run. */
uint32_t draw(uint32_t below);

/* The pool and the table of processes: the kernel's, or memory. */
void open_pool(struct pool *p);
int processes_fd(void);
const struct bpf_object *kernel_object(void);

/* pidfd_open(2) finds processes with these ids, which no process has, unless they are `dead`. */
#define FAKE_IDS 5000000
extern uint32_t dead;

/* CLOCK_MONOTONIC is so much ahead. */
extern uint64_t clock_ahead_ns;

/* ---- the other end of a builder's pipes ---- */

struct fake {
	int requests, replies;
};

struct fake fake_open(struct builder_pipes *p);
void fake_say(const struct fake *f, const void *bytes, size_t n);
/* Read a request and its path (room for UNWIND_PATH_MAX + 1 bytes); false: there is none. */
bool fake_hear(const struct fake *f, struct unwind_request *r, char *path);
void fake_close(struct fake *f);

/* An answer with a table of so many parts of so many words each, one bucket after the other. */
#define ANSWER_STAMP 77
void put_answer(struct buf *b, uint32_t id, uint32_t n_parts, uint32_t words);
struct unwind_reply reply_head(uint32_t id, uint32_t kind);
struct unwind_part part_head(uint32_t words);

/* ---- a process that does what it is told ---- */

struct puppet {
	pid_t pid;
	int orders, answers;
};

struct puppet puppet_start(void);

/*
 * f: fork a child, k: kill the last one, t: have a thread come and go, m: map code, p: map data and
 * protect it as code, x: execute cat.  Returns the last child.
 */
uint32_t order(const struct puppet *p, char what);

void puppet_end(struct puppet *p);

/* ---- groups ---- */

void test_pool(void);
void test_mappings(void);
void test_inheritance(void);
void test_builders(void);
void test_tables(void);
void test_sideband(void);
void test_unwinder(void);
