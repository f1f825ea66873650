/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the conditions of --fail-if. */
#include "config.h"

#include "fail-if.h"

#include <errno.h>

#include "lib/diag.h"
#include "lib/i18n.h"

static void report(const struct condition *c, const struct diff *d,
		   const struct condition_result *r)
{
	if (d)
		diag_error(_("--fail-if: %s: it is %.2f %% and was %.2f %%, %+.2f (by chance "
			     "alone: p = %.2g)"),
			   c->text, r->after, r->before, r->after - r->before, r->p);
	else
		diag_error(_("--fail-if: %s: it is %.2f %%"), c->text, r->after);
}

static bool has_samples(const struct view *view)
{
	return view->trie->nodes[TRIE_ROOT].total > 0 &&
	       (!view->diff || diff_before_all(view->diff) > 0);
}

int fail_if_judge(struct diff_options *o, const struct view *view)
{
	int held = 0;

	if (o->n_conditions && !has_samples(view)) {
		diag_error(_("--fail-if: nothing can be judged: there are no samples"));
		return -ENODATA;
	}
	for (size_t i = 0; i < o->n_conditions; i++) {
		struct condition *c = &o->conditions[i];
		struct condition_result r;
		int err = condition_judge(c, view->trie, view->diff, &r);

		if (err)
			return err;
		if (r.holds)
			report(c, view->diff, &r);
		held += r.holds;
	}
	return held;
}
