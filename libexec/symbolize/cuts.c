/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the user stacks of a recording ended. */
#include "config.h"

#include "cuts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "lib/vec.h"

static const char *const keys[CUTS_VERDICTS] = {
	[VERDICT_ROOT] = "root", [VERDICT_NO_USER] = "no_user", [VERDICT_DEPTH] = "depth",
	[VERDICT_FAULT] = "fault", [VERDICT_BAD_FRAME] = "bad_frame",
	[VERDICT_FOREIGN] = "foreign", [VERDICT_NO_INFO] = "no_info",
	[VERDICT_PENDING] = "pending", [VERDICT_UNMAPPED] = "unmapped",
	[VERDICT_BUDGET] = "budget", [VERDICT_UNSUPPORTED] = "unsupported",
	[VERDICT_BAD_CFA] = "bad_cfa", [VERDICT_GENERATED] = "generated",
	[VERDICT_COPY_ENDS] = "copy_ends",
};

const char *cuts_key(uint32_t verdict)
{
	return verdict < CUTS_VERDICTS ? keys[verdict] : NULL;
}

static int count_file(struct cuts *c, const struct stack_end *end, uint64_t count)
{
	struct cut_file new = { .end = *end };
	uint32_t *id = u64_map_put(&c->ids, (uint64_t)end->verdict << 32 | end->object);

	if (!id)
		return -ENOMEM;
	if (*id == MAP_NONE) {
		*id = (uint32_t)c->n;
		if (VEC_PUSH(c->files, c->n, c->cap, new)) {
			*id = MAP_NONE;
			return -ENOMEM;
		}
	}
	c->files[*id].count += count;
	return 0;
}

int cuts_add(struct cuts *c, const struct stack_end *end, bool from_copy, uint64_t count)
{
	/* What a newer profile says, or a damaged recording, is no statement. */
	uint32_t verdict = cuts_key(end->verdict) ? end->verdict : VERDICT_FOREIGN;

	c->counts[verdict] += count;
	if (from_copy && verdict == VERDICT_ROOT)
		c->copies_complete += count;
	else if (from_copy)
		c->copies_cut += count;
	return end->object == MAP_NONE ? 0 : count_file(c, end, count);
}

static int compare_files(const void *pa, const void *pb)
{
	const struct cut_file *a = pa, *b = pb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->end.verdict != b->end.verdict)
		return a->end.verdict < b->end.verdict ? -1 : 1;
	return (a->end.object > b->end.object) - (a->end.object < b->end.object);
}

static int report_file(const struct cut_file *file, size_t rank, const struct objects *o,
		       struct facts *facts)
{
	char key[32], base[256], value[320];

	object_base_name(&o->v[file->end.object], base, sizeof(base));
	snprintf(key, sizeof(key), "cut_file.%zu", rank);
	snprintf(value, sizeof(value), "%" PRIu64 " %s %s", file->count, keys[file->end.verdict],
		 base);
	return facts_set(facts, key, value);
}

static int report_copies(const struct cuts *c, struct facts *facts)
{
	int r = 0;

	if (c->copies_complete + c->copies_cut)
		r = facts_set_number(facts, "copies_complete", c->copies_complete);
	if (!r && c->copies_cut)
		r = facts_set_number(facts, "copies_cut", c->copies_cut);
	return r;
}

int cuts_report(struct cuts *c, const struct objects *o, struct facts *facts)
{
	char key[32];
	int r = 0;

	for (uint32_t i = 0; i < CUTS_VERDICTS && !r; i++) {
		if (!keys[i])
			continue;
		snprintf(key, sizeof(key), "verdict.%s", keys[i]);
		if (c->counts[i] || facts_get(facts, key))
			r = facts_set_number(facts, key, c->counts[i]);
	}
	if (c->n)
		qsort(c->files, c->n, sizeof(*c->files), compare_files);
	u64_map_clear(&c->ids);
	for (size_t i = 0; i < c->n && i < CUTS_FILES_REPORTED && !r; i++)
		r = report_file(&c->files[i], i + 1, o, facts);
	return r ? r : report_copies(c, facts);
}

void cuts_release(struct cuts *c)
{
	u64_map_release(&c->ids);
	free(c->files);
}
