/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile by function: what lists of functions show. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "format.h"

/* All frames of one name, in the kernel or not; inlined or not is no difference. */
struct function {
	const char *name;        /* the trie's */
	const char *module;      /* of view.modules; NULL: not known */
	uint32_t len;
	bool is_kernel;
	/* Samples that end in it; those that have it anywhere, recursion counted once. */
	uint64_t self, total;
	uint64_t before_self, before_total;     /* the same of a difference's earlier profile */
	uint32_t active;         /* 0; how often it is on the path while it is counted */
};

struct functions {
	struct function *list;
	size_t n, cap;
	uint32_t *of_frame;      /* index into list by frame; TRIE_NONE for labels */
	uint64_t all, before_all;        /* samples of the profile */
};

/* 0 or -ENOMEM; release it in either case. */
int functions_init(struct functions *f, const struct view *view) MUST_CHECK;
void functions_release(struct functions *f);

/* For sorting by name: less than, equal to or greater than 0. */
int functions_compare_names(const struct function *a, const struct function *b);
