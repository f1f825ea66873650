/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From all that was read to what is written. */
#include "config.h"

#include "finish.h"

#include <errno.h>
#include <inttypes.h>

#include "lib/buf.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "samples-trim.h"
#include "trim.h"

/* Text of all filters of a profile, earlier ones included. */
#define DESCRIPTION_MAX ((size_t)1 << 20)

static int take_fact(struct facts *facts, struct buf *b)
{
	int err = b->failed ? -ENOMEM : facts_take(facts, (char *)b->data, b->len);

	buf_clear(b);
	return err;
}

static int note_filter(struct facts *facts, const struct filter_options *o)
{
	const char *before = facts_get(facts, "filter");
	uint64_t left_out = facts_number(facts, "left_out");
	struct buf b = BUF_INIT(DESCRIPTION_MAX);
	int err;

	buf_printf(&b, "filter%s%s", before ? " " : "", before ? before : "");
	filter_describe(&o->filter, &b);
	if (o->min_percent > 0)
		buf_printf(&b, " --min-percent=%g", o->min_percent);
	err = take_fact(facts, &b);
	buf_printf(&b, "left_out %" PRIu64, left_out + o->filter.left_out);
	if (!err)
		err = take_fact(facts, &b);
	buf_release(&b);
	return err;
}

static int finish_filter(struct facts *facts, const struct filter_options *o)
{
	if (!filter_is_active(&o->filter) && !(o->min_percent > 0))
		return 0;
	return note_filter(facts, o);
}

static void warn_given_up(const struct filter *f)
{
	uint64_t n = filter_given_up(f);

	if (n)
		diag_warn(_("%" PRIu64 " comparisons of names with regular expressions were given "
			    "up: they take too long"), n);
}

int finish_before(struct model *m, struct diff *d, struct filter_options *o)
{
	int err = finish_filter(&m->facts, o);

	if (err)
		return err;
	o->filter.left_out = 0;
	d->facts = m->facts;
	m->facts = (struct facts){ 0 };
	free(m->title);
	m->title = NULL;
	return diff_take(d, &m->trie);
}

int finish_model(struct model *m, struct diff *d, const struct filter_options *o,
		 const char ***modules)
{
	uint32_t small = TRIE_NONE;
	int err = finish_filter(&m->facts, o);

	*modules = NULL;
	warn_given_up(&o->filter);
	if (!err && o->min_percent > 0) {
		small = trim_frame(&m->trie, o->min_percent);
		err = small == TRIE_NONE ? -ENOMEM : 0;
	}
	if (!err)
		err = trie_finish(&m->trie);
	if (!err && d)
		err = diff_sum(d, &m->trie);
	if (!err && small != TRIE_NONE)
		err = trim(&m->trie, d, o->min_percent, small);
	if (!err && small != TRIE_NONE && m->samples)
		err = samples_trim(m->samples, &m->trie, small);
	if (!err && d)
		err = diff_judge(d, &m->trie);
	if (err)
		return err;
	*modules = model_modules(m);
	return *modules ? 0 : -ENOMEM;
}
