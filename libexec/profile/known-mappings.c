// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of the executable mappings of processes. */
#include "config.h"

#include "known-mappings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vec.h"

struct known_process *known_find(const struct known_mappings *k, uint32_t tgid)
{
	uint32_t at = process_index_find(&k->index, tgid);

	return at == MAP_NONE ? NULL : &k->processes[at];
}

struct known_process *known_get(struct known_mappings *k, uint32_t tgid)
{
	struct known_process *p = known_find(k, tgid);
	uint32_t at;

	if (p)
		return p;
	if (VEC_RESERVE(k->processes, k->cap, k->index.n + 1) ||
	    process_index_add(&k->index, tgid, &at))
		return NULL;
	k->processes[at] = (struct known_process){ .tgid = tgid };
	return &k->processes[at];
}

int known_fork(struct known_mappings *k, uint32_t tgid, uint32_t parent, uint64_t time_ns)
{
	struct known_process *p, *from;

	if (!known_find(k, parent))
		return 0;
	known_forget(k, tgid);
	p = known_get(k, tgid);
	from = known_find(k, parent);
	if (!p || VEC_RESERVE(p->maps, p->cap, from->n))
		return -ENOMEM;
	if (from->n)
		memcpy(p->maps, from->maps, from->n * sizeof(*p->maps));
	p->n = from->n;
	p->exec_id = from->exec_id;
	p->looked_ns = time_ns;
	return 0;
}

void known_exec(struct known_process *p, uint32_t exec_id, uint64_t time_ns)
{
	p->n = 0;
	p->exec_id = exec_id;
	p->looked_ns = time_ns;
	p->told_ns = 0;
}

void known_forget(struct known_mappings *k, uint32_t tgid)
{
	struct known_process *p = known_find(k, tgid);

	if (!p)
		return;
	free(p->maps);
	*p = (struct known_process){ 0 };
	process_index_remove(&k->index, tgid);
}

/* The first mapping that ends above the address; p->n if none does. */
static size_t first_above(const struct known_process *p, uint64_t address)
{
	return VEC_PREFIX(p->n, i, p->maps[i].end <= address);
}

static bool is_same(const struct known_mapping *a, const struct known_mapping *b)
{
	return a->start == b->start && a->end == b->end && a->pgoff == b->pgoff &&
	       a->ino == b->ino && a->maj == b->maj && a->min == b->min &&
	       a->generation == b->generation;
}

/*
 * Since when: something was told to be mapped, or it was somewhen since the last listing; where
 * something else was, not before now.
 */
static uint64_t time_of(const struct known_process *p, const struct abi_mapping *m, bool replaces)
{
	if (p->told_ns)
		return p->told_ns;
	return replaces || p->exec_id != m->exec_id ? m->time_ns : p->looked_ns + 1;
}

/* Put it in the place of what it covers, at `at` and before `last`. */
static int insert(struct known_process *p, size_t at, size_t last, const struct known_mapping *new)
{
	if (VEC_RESERVE(p->maps, p->cap, p->n + 1))
		return -ENOMEM;
	memmove(p->maps + at + 1, p->maps + last, (p->n - last) * sizeof(*new));
	p->maps[at] = *new;
	p->n = p->n - (last - at) + 1;
	return 1;
}

static int add(struct known_process *p, const struct abi_mapping *m, bool is_listed,
	       uint64_t *time_ns)
{
	struct known_mapping new = { m->start, m->end, m->pgoff, m->ino,
				     m->maj, m->min, m->generation, is_listed };
	size_t at = first_above(p, m->start), last = at;

	if (at < p->n && is_same(&p->maps[at], &new)) {
		p->maps[at].is_listed |= is_listed;
		return 0;
	}
	while (last < p->n && p->maps[last].start < m->end)
		last++;
	*time_ns = time_of(p, m, last > at);
	return insert(p, at, last, &new);
}

int known_map(struct known_process *p, const struct abi_mapping *m)
{
	uint64_t time_ns;

	return add(p, m, false, &time_ns);
}

int known_list(struct known_process *p, const struct abi_mapping *m, uint64_t *time_ns)
{
	return add(p, m, true, time_ns);
}

void known_end(struct known_process *p, uint64_t began_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (!p->maps[i].is_listed)
			continue;
		p->maps[kept] = p->maps[i];
		p->maps[kept++].is_listed = false;
	}
	p->n = kept;
	p->looked_ns = began_ns;
	p->told_ns = 0;
}

bool known_covers(const struct known_process *p, uint64_t address)
{
	size_t at = first_above(p, address);

	return at < p->n && p->maps[at].start <= address;
}

void known_release(struct known_mappings *k)
{
	for (size_t i = 0; i < k->index.n; i++)
		free(k->processes[i].maps);
	free(k->processes);
	process_index_release(&k->index);
	*k = (struct known_mappings){ 0 };
}
