/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a difference: functions, those that changed most first. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "lib/i18n.h"
#include "significance.h"
#include "table.h"

#define NUMBER_COLUMNS 36    /* " 12.34%  +1.23~  12.34%  +1.23~  " */

/* A function's shares in hundredths of all samples, after, and what was added since. */
struct change {
	const struct function *function;
	double self, total, self_change, total_change;
	bool is_real_self, is_real_total;       /* more than chance */
};

struct changes {
	struct change *list;
	size_t n;
	size_t n_real;           /* with a change that is */
};

static double percent(uint64_t part, uint64_t all)
{
	return 100 * diff_share(part, all);
}

static struct change change_of(const struct functions *f, const struct function *function)
{
	struct change c = {
		.function = function,
		.self = percent(function->self, f->all),
		.total = percent(function->total, f->all)
	};

	c.self_change = c.self - percent(function->before_self, f->before_all);
	c.total_change = c.total - percent(function->before_total, f->before_all);
	return c;
}

/* p of each function; 2, which is more than any limit, where there are too few samples to tell. */
static void compare_all(const struct functions *f, bool total, double *p)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct function *g = &f->list[i];
		uint64_t after = total ? g->total : g->self;
		uint64_t before = total ? g->before_total : g->before_self;

		p[i] = 2;
		if (before + after >= DIFF_LEAST_SAMPLES)
			p[i] = significance_p(before, f->before_all, after, f->all);
	}
}

static double limit_of(const double *p, size_t n, double *sorted)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i] <= 1)
			sorted[kept++] = p[i];
	return significance_limit(sorted, kept);
}

static int judge(const struct functions *f, struct changes *c)
{
	CLEANUP_FREE double *self = calloc(f->n + 1, sizeof(*self));
	CLEANUP_FREE double *total = calloc(f->n + 1, sizeof(*total));
	CLEANUP_FREE double *sorted = calloc(f->n + 1, sizeof(*sorted));
	double self_limit, total_limit;

	if (!self || !total || !sorted)
		return -ENOMEM;
	compare_all(f, false, self);
	compare_all(f, true, total);
	self_limit = limit_of(self, f->n, sorted);
	total_limit = limit_of(total, f->n, sorted);
	for (size_t i = 0; i < f->n; i++) {
		c->list[i].is_real_self = self[i] <= self_limit;
		c->list[i].is_real_total = total[i] <= total_limit;
		c->n_real += c->list[i].is_real_self || c->list[i].is_real_total;
	}
	return 0;
}

static int changes_init(struct changes *c, const struct functions *f)
{
	*c = (struct changes){ .list = calloc(f->n + 1, sizeof(*c->list)), .n = f->n };
	if (!c->list)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++)
		c->list[i] = change_of(f, &f->list[i]);
	return judge(f, c);
}

/* What changed by more than chance comes first, in itself before in what it called. */
static int rank(const struct change *c)
{
	return c->is_real_self ? 0 : c->is_real_total ? 1 : 2;
}

/* As shown: in steps of 0.01. */
static int compare_sizes(double a, double b)
{
	double x = fabs(round(a * 100)), y = fabs(round(b * 100));

	return (x < y) - (x > y);
}

static int compare(const void *left, const void *right)
{
	const struct change *a = left, *b = right;
	int order = rank(a) - rank(b);

	if (!order && rank(a) != 1)
		order = compare_sizes(a->self_change, b->self_change);
	if (!order)
		order = compare_sizes(a->total_change, b->total_change);
	if (!order)
		order = compare_sizes(a->self, b->self);
	return order ? order : functions_compare_names(a->function, b->function);
}

/* ---- drawing ---- */

/* In steps of 0.01, without a sign before 0.00. */
static void put_change(struct writer *w, double change, bool is_real)
{
	double rounded = round(change * 100) / 100;

	if (rounded == 0)
		writer_puts(w, "    0.00");
	else
		writer_printf(w, " %+7.2f", rounded);
	writer_puts(w, is_real || rounded == 0 ? "  " : "~ ");
}

static int put_row(struct writer *w, const struct change *c, unsigned columns)
{
	writer_printf(w, "%7.2f%%", c->self);
	put_change(w, c->self_change, c->is_real_self);
	writer_printf(w, "%6.2f%%", c->total);
	put_change(w, c->total_change, c->is_real_total);
	writer_puts(w, " ");
	if (columns == TABLE_WHOLE)
		return table_put_whole(w, c->function);
	table_put_function(w, c->function, columns - NUMBER_COLUMNS);
	return 0;
}

static void put_rest(struct writer *w, const struct changes *c, size_t top,
		     const struct functions *f, bool is_hits)
{
	if (c->n > top)
		writer_printf(w, ngettext("%zu more function\n", "%zu more functions\n",
					  c->n - top), c->n - top);
	writer_printf(w, ngettext("%zu function of %zu has changed by more than chance; ~ is what "
				  "chance explains\n",
				  "%zu functions of %zu have changed by more than chance; ~ is "
				  "what chance explains\n", c->n_real), c->n_real, c->n);
	writer_printf(w, is_hits ? _("%llu hits, before %llu\n") : _("%llu samples, before %llu\n"),
		      (unsigned long long)f->all, (unsigned long long)f->before_all);
}

static int put_changes(struct writer *w, struct changes *c, const struct functions *f,
		       const struct view *view, unsigned columns)
{
	size_t top = columns == TABLE_WHOLE && !view->top ? c->n : table_rows(view, c->n);
	int err = 0;

	qsort(c->list, c->n, sizeof(*c->list), compare);
	writer_puts(w, _("    SELF  CHANGE   TOTAL  CHANGE   FUNCTION\n"));
	for (size_t i = 0; !err && i < top; i++)
		err = put_row(w, &c->list[i], columns);
	put_rest(w, c, top, f, view->hits);
	return err;
}

int table_write_difference(const struct view *view, struct writer *w, unsigned columns)
{
	struct functions functions;
	struct changes changes = { 0 };
	int err = functions_init(&functions, view);

	if (!err)
		err = changes_init(&changes, &functions);
	if (!err && view->incomplete)
		writer_printf(w, _("Incomplete: %s\n"), view->incomplete);
	if (!err && !functions.all && !functions.before_all)
		writer_puts(w, view->hits ? _("No hits.\n") : _("No samples.\n"));
	else if (!err)
		err = put_changes(w, &changes, &functions, view, columns);
	free(changes.list);
	functions_release(&functions);
	return err;
}
