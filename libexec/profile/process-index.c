// SPDX-License-Identifier: GPL-2.0-or-later
/* Which process is where in an array. */
#include "config.h"

#include "process-index.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/vec.h"

uint32_t process_index_find(const struct process_index *index, uint32_t tgid)
{
	return u64_map_get(&index->map, tgid);
}

int process_index_add(struct process_index *index, uint32_t tgid, uint32_t *at)
{
	uint32_t *value;

	/* Room to note that every place is free again, so that removing cannot fail. */
	if (VEC_RESERVE(index->unused, index->cap_unused, index->n + 1))
		return -ENOMEM;
	value = u64_map_put(&index->map, tgid);
	if (!value)
		return -ENOMEM;
	*at = index->n_unused ? index->unused[--index->n_unused] : (uint32_t)index->n++;
	*value = *at;
	return 0;
}

void process_index_remove(struct process_index *index, uint32_t tgid)
{
	index->unused[index->n_unused++] = u64_map_get(&index->map, tgid);
	u64_map_remove(&index->map, tgid);
}

void process_index_release(struct process_index *index)
{
	u64_map_release(&index->map);
	free(index->unused);
	*index = (struct process_index){ 0 };
}
