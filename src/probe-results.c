/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What profile tells of each probe. */
#include "config.h"

#include "probe-results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/number.h"

#define RUNGS_MAX 256

int probe_results_init(struct probe_results *r, size_t n)
{
	*r = (struct probe_results){ .n = n, .rungs = BUF_INIT(RUNGS_MAX) };
	r->v = n ? calloc(n, sizeof(*r->v)) : NULL;
	return n && !r->v ? -ENOMEM : 0;
}

/* The probe that "KEY.N" is about, when the key is this one. */
static struct probe_result *result_of(struct probe_results *r, const char *key, const char *name)
{
	size_t len = strlen(name);
	uint64_t i;

	if (!r->n || strncmp(key, name, len) || number_parse(key + len, 0, r->n - 1, &i))
		return NULL;
	return &r->v[i];
}

static int take_rung(struct probe_results *r, const char *value)
{
	if (r->rungs.len)
		buf_put_str(&r->rungs, ", ");
	/* What is beyond the limit is not needed. */
	buf_put_str(&r->rungs, value);
	return 1;
}

int probe_results_take(struct probe_results *r, const char *key, const char *value)
{
	struct probe_result *result;

	if (!strcmp(key, "probe_rung"))
		return take_rung(r, value);
	result = result_of(r, key, "hits.");
	if (result)
		return number_parse(value, 0, UINT64_MAX, &result->hits) ? 0 : 1;
	result = result_of(r, key, "missed.");
	if (result)
		return number_parse(value, 0, UINT64_MAX, &result->missed) ? 0 : 1;
	result = result_of(r, key, "refused.");
	if (!result)
		return 0;
	free(result->refused);
	result->refused = strdup(value);
	return result->refused ? 1 : -ENOMEM;
}

void probe_results_release(struct probe_results *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->v[i].refused);
	free(r->v);
	buf_release(&r->rungs);
	*r = (struct probe_results){ .n = 0 };
}
