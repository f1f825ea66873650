/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of probes. */
#include "config.h"

#include "probes.h"

#include <errno.h>
#include <string.h>

#include "lib/number.h"
#include "lib/perf-data.h"
#include "lib/probe-target.h"

uint32_t probes_name(struct probes *p, const char *name)
{
	size_t len = strlen(name);
	uint32_t id = len ? map_find(&p->names, name, len) : MAP_NONE;

	if (id != MAP_NONE || !len || len > PROBES_NAMES_MAX - p->bytes)
		return id;
	p->bytes += len;
	return map_intern(&p->names, name, len, NULL);
}

int probes_take(struct probes *p, const char *key, const char *value)
{
	static const char prefix[] = "probe.";
	uint64_t number;
	uint32_t *place;

	if (strncmp(key, prefix, strlen(prefix)) ||
	    number_parse(key + strlen(prefix), 0, PROBE_TARGETS_MAX - 1, &number))
		return 0;
	place = u64_map_put(&p->numbers, number);
	if (!place)
		return -ENOMEM;
	if (*place == MAP_NONE)
		*place = probes_name(p, value);
	return 1;
}

uint32_t probes_of(const struct probes *p, uint32_t number)
{
	return number == PERF_DATA_NO_PROBE ? MAP_NONE : u64_map_get(&p->numbers, number);
}

void probes_release(struct probes *p)
{
	map_release(&p->names);
	u64_map_release(&p->numbers);
	*p = (struct probes){ 0 };
}
