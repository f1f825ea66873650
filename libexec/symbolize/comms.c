/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Thread names over time. */
#include "config.h"

#include "comms.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

#define COMM_MAX 15
#define CHANGES_MAX ((size_t)1 << 26)

uint32_t comms_name(struct comms *c, const char *name, size_t len)
{
	return map_intern(&c->names, name, strnlen(name, len < COMM_MAX ? len : COMM_MAX), NULL);
}

int comms_set(struct comms *c, uint32_t tid, uint64_t time, uint32_t name)
{
	struct comm_change change = { time, name, MAP_NONE };
	int r = VEC_RESERVE(c->changes, c->cap, c->n + 1);
	uint32_t *link = r ? NULL : u64_map_put(&c->tids, tid);
	uint32_t id = (uint32_t)c->n;

	if (!link || name == MAP_NONE)
		return -ENOMEM;
	while (*link != MAP_NONE && c->changes[*link].time > time)
		link = &c->changes[*link].older;
	if (*link != MAP_NONE && c->changes[*link].name == name)
		return 0;
	if (c->n >= CHANGES_MAX)
		return -EOVERFLOW;
	change.older = *link;
	*link = id;
	c->changes[c->n++] = change;
	return 0;
}

uint32_t comms_at(const struct comms *c, uint32_t tid, uint64_t time)
{
	uint32_t id = u64_map_get(&c->tids, tid), name = MAP_NONE;

	for (; id != MAP_NONE; id = c->changes[id].older) {
		name = c->changes[id].name;
		if (c->changes[id].time <= time)
			break;
	}
	return name;
}

void comms_release(struct comms *c)
{
	map_release(&c->names);
	u64_map_release(&c->tids);
	free(c->changes);
}
