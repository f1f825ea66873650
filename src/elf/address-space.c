/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was mapped where, in which process, at which time: generations and forks. */
#include "config.h"

#include "elf/address-space.h"

#include <errno.h>

#include "elf/mapping-history.h"
#include "lib/vec.h"

struct space_generation {
	uint64_t start;          /* of the generation */
	uint64_t ended;          /* when the process exited, UINT64_MAX: not known to have */
	uint64_t forked;         /* the parent's mappings count as of this time */
	uint32_t parent;         /* generation, or SPACE_NONE */
	uint32_t older, newer;   /* of the same pid */
	uint32_t children;       /* generations whose parent this is */
	uint32_t pid;
	bool used;
	struct mapping_history maps;
};

static uint32_t id_of(const struct address_spaces *s, const struct space_generation *g)
{
	return (uint32_t)(g - s->generations);
}

static int take_slot(struct address_spaces *s, uint32_t *id)
{
	struct space_generation empty = { .parent = SPACE_NONE };

	if (s->n_free) {
		*id = s->first_free;
		s->first_free = s->generations[*id].older;
		s->n_free--;
		return 0;
	}
	if (s->n >= SPACE_GENERATIONS_MAX)
		return -EOVERFLOW;
	*id = (uint32_t)s->n;
	return VEC_PUSH(s->generations, s->n, s->cap, empty);
}

static void put_slot(struct address_spaces *s, uint32_t id)
{
	s->generations[id].used = false;
	s->generations[id].older = s->first_free;
	s->first_free = id;
	s->n_free++;
}

/* The generation after which one of time `start` belongs: the newest that is not younger. */
static uint32_t place_of(const struct address_spaces *s, uint32_t pid, uint64_t start,
			 uint32_t *after)
{
	uint32_t id = u64_map_get(&s->pids, pid);

	*after = SPACE_NONE;
	while (id != MAP_NONE && s->generations[id].start > start) {
		*after = id;
		id = s->generations[id].older;
	}
	return id;
}

static int link_generation(struct address_spaces *s, uint32_t id, uint32_t older, uint32_t newer)
{
	struct space_generation *g = &s->generations[id];

	g->older = older;
	g->newer = newer;
	if (newer == SPACE_NONE) {
		uint32_t *slot = u64_map_put(&s->pids, g->pid);

		if (!slot)
			return -ENOMEM;
		*slot = id;
	} else {
		s->generations[newer].older = id;
	}
	if (older != SPACE_NONE)
		s->generations[older].newer = id;
	return 0;
}

/* Begin a generation; what came too early for it moves over from the one before. */
static int begin(struct address_spaces *s, uint32_t pid, uint64_t start, uint32_t *id)
{
	uint32_t newer, older = place_of(s, pid, start, &newer);
	int r = take_slot(s, id);

	if (r)
		return r;
	s->generations[*id] = (struct space_generation){
		.start = start, .ended = UINT64_MAX, .parent = SPACE_NONE, .pid = pid, .used = true
	};
	r = link_generation(s, *id, older, newer);
	if (r) {
		put_slot(s, *id);
		return r;
	}
	if (older == SPACE_NONE)
		return 0;
	return mapping_history_split(&s->generations[older].maps, start, &s->generations[*id].maps);
}

/* The generation of pid at `time`, begun at time 0 when there is none so early. */
static int at_or_begin(struct address_spaces *s, uint32_t pid, uint64_t time, uint32_t *id)
{
	uint32_t after;

	*id = place_of(s, pid, time, &after);
	return *id == SPACE_NONE ? begin(s, pid, 0, id) : 0;
}

int space_fork(struct address_spaces *s, uint32_t pid, uint32_t parent, uint64_t time)
{
	uint32_t id, parent_id = SPACE_NONE;
	int r;

	if (pid == parent)
		return 0;
	if (!time)
		return at_or_begin(s, pid, 0, &id);
	r = at_or_begin(s, parent, time, &parent_id);
	if (!r)
		r = begin(s, pid, time, &id);
	if (r)
		return r;
	s->generations[id].parent = parent_id;
	s->generations[id].forked = time;
	s->generations[parent_id].children++;
	return 0;
}

int space_exec(struct address_spaces *s, uint32_t pid, uint64_t time)
{
	uint32_t id;

	return time ? begin(s, pid, time, &id) : at_or_begin(s, pid, 0, &id);
}

void space_exit(struct address_spaces *s, uint32_t pid, uint64_t time)
{
	uint32_t id = space_at(s, pid, time);

	if (id != SPACE_NONE)
		s->generations[id].ended = time;
}

/* The parent as of the fork, even if the event that began it came later than the fork's. */
static uint32_t parent_of(const struct address_spaces *s, uint32_t id)
{
	const struct space_generation *g = &s->generations[id];
	uint32_t parent = g->parent;

	while (parent != SPACE_NONE && s->generations[parent].newer != SPACE_NONE &&
	       s->generations[s->generations[parent].newer].start < g->forked)
		parent = s->generations[parent].newer;
	return parent;
}

/* Go on to the parent: a generation that is no older than its child would be a loop. */
static uint32_t climb(const struct address_spaces *s, uint32_t id, uint64_t *time)
{
	uint32_t parent = parent_of(s, id);

	if (parent == SPACE_NONE || s->generations[parent].start >= s->generations[id].start)
		return SPACE_NONE;
	if (s->generations[id].forked < *time)
		*time = s->generations[id].forked;
	return parent;
}

int space_map(struct address_spaces *s, uint32_t pid, const struct space_mapping *m)
{
	struct space_mapping new = *m;
	uint32_t id;
	int r;

	if (m->end <= m->start)
		return -EINVAL;
	if (s->n_mappings >= SPACE_MAPPINGS_MAX)
		return -EOVERFLOW;
	r = at_or_begin(s, pid, m->time, &id);
	if (r)
		return r;
	new.order = ++s->order;

	uint64_t time = m->time;
	bool over = false;
	for (uint32_t up = climb(s, id, &time); up != SPACE_NONE && !over; up = climb(s, up, &time))
		over = mapping_history_differs(&s->generations[up].maps, &new, time);
	r = mapping_history_add(&s->generations[id].maps, &new, over);
	if (r == 1)
		s->n_mappings++;
	return r < 0 ? r : 0;
}

uint32_t space_at(const struct address_spaces *s, uint32_t pid, uint64_t time)
{
	uint32_t after, id = place_of(s, pid, time, &after);

	return id == SPACE_NONE ? after : id;
}

uint32_t space_epoch(const struct address_spaces *s, uint32_t generation, uint64_t time)
{
	return mapping_history_epoch(&s->generations[generation].maps, time);
}

const struct space_mapping *space_find(struct address_spaces *s, uint32_t generation, uint64_t time,
				       uint64_t addr)
{
	const struct space_mapping *m;

	for (uint32_t id = generation; id != SPACE_NONE; id = climb(s, id, &time)) {
		m = mapping_history_find(&s->generations[id].maps, time, addr);
		if (m)
			return m;
	}
	return mapping_history_find_first(&s->generations[generation].maps, addr);
}

bool space_has_mappings(const struct address_spaces *s, uint32_t generation)
{
	uint64_t time = UINT64_MAX;

	for (uint32_t id = generation; id != SPACE_NONE; id = climb(s, id, &time))
		if (s->generations[id].maps.n)
			return true;
	return false;
}

static bool is_over(const struct address_spaces *s, const struct space_generation *g, uint64_t time)
{
	uint64_t ended = g->newer == SPACE_NONE ? g->ended : s->generations[g->newer].start;

	return !g->children && ended < time;
}

static void unlink_generation(struct address_spaces *s, struct space_generation *g)
{
	if (g->older != SPACE_NONE)
		s->generations[g->older].newer = g->newer;
	if (g->newer != SPACE_NONE) {
		s->generations[g->newer].older = g->older;
	} else {
		uint32_t *slot = u64_map_put(&s->pids, g->pid);

		if (slot)
			*slot = g->older;
	}
	if (g->parent != SPACE_NONE)
		s->generations[g->parent].children--;
}

size_t space_forget(struct address_spaces *s, uint64_t time)
{
	size_t freed = 0;

	/* Children mostly have greater numbers than their parents, so one pass frees both. */
	for (size_t i = s->n; i-- > 0;) {
		struct space_generation *g = &s->generations[i];

		if (!g->used || !is_over(s, g, time))
			continue;
		unlink_generation(s, g);
		s->n_mappings -= g->maps.n;
		mapping_history_release(&g->maps);
		put_slot(s, id_of(s, g));
		freed++;
	}
	return freed;
}

size_t space_count(const struct address_spaces *s)
{
	return s->n - s->n_free;
}

void spaces_release(struct address_spaces *s)
{
	for (size_t i = 0; i < s->n; i++)
		mapping_history_release(&s->generations[i].maps);
	free(s->generations);
	u64_map_release(&s->pids);
	*s = (struct address_spaces){ 0 };
}
