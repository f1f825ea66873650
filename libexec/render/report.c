/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report: a text with every function, its callers and its callees; of a difference, the table
 * of what changed.  Names are whole, so its width is that of the longest.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "lib/i18n.h"
#include "calls.h"
#include "format.h"
#include "svg.h"
#include "table.h"
#include "text.h"

#define TEXT_MAX ((size_t)64 << 20)

struct report {
	const struct view *view;
	struct writer *w;
	struct functions f;
	struct calls c;
	uint32_t *order;         /* functions, hottest first */
	size_t n;                /* of order, that are shown */
	int err;                 /* the first that is not the writer's */
};

static void put_clean(struct report *r, const char *text, size_t len)
{
	int err = text_put_clean(r->w, text, len);

	if (!r->err)
		r->err = err;
}

/* ---- heading ---- */

static void put_heading(struct report *r)
{
	struct buf facts = BUF_INIT(TEXT_MAX);

	put_clean(r, r->view->title, strlen(r->view->title));
	writer_puts(r->w, "\n");
	svg_put_subtitle(&facts, r->view);
	put_clean(r, facts.len ? (char *)facts.data : "", facts.len);
	writer_puts(r->w, "\n");
	buf_release(&facts);
	if (r->view->incomplete)
		writer_printf(r->w, _("Incomplete: %s\n"), r->view->incomplete);
}

static void put_title(struct report *r, const char *title)
{
	writer_printf(r->w, "\n\n%s\n\n", title);
}

/* ---- lines ---- */

static const char *unit(const struct report *r)
{
	return r->view->hits ? _("HITS") : _("SAMPLES");
}

/* Nine columns. */
static void put_share(struct report *r, uint64_t part)
{
	uint64_t share = table_share(part, r->f.all);

	writer_printf(r->w, "%5u.%02u%%", (unsigned)(share / 100), (unsigned)(share % 100));
}

static void put_name(struct report *r, const struct function *f)
{
	int err = table_put_whole(r->w, f);

	if (!r->err)
		r->err = err;
}

static void put_flat_line(struct report *r, const struct function *f)
{
	put_share(r, f->self);
	writer_printf(r->w, "%12llu", (unsigned long long)f->self);
	put_share(r, f->total);
	writer_printf(r->w, "%12llu  ", (unsigned long long)f->total);
	put_name(r, f);
}

/* What the lines above do not have. */
static void put_flat_rest(struct report *r)
{
	uint64_t in_functions = 0, shown = 0;

	for (size_t i = 0; i < r->f.n; i++)
		in_functions += r->f.list[i].self;
	for (size_t i = 0; i < r->n; i++)
		shown += r->f.list[r->order[i]].self;
	if (r->n < r->f.n) {
		put_share(r, in_functions - shown);
		writer_printf(r->w, _("%12llu  in %zu more functions\n"),
			      (unsigned long long)(in_functions - shown), r->f.n - r->n);
	}
	if (in_functions < r->f.all) {
		put_share(r, r->f.all - in_functions);
		writer_printf(r->w, _("%12llu  in no function (nothing or cut)\n"),
			      (unsigned long long)(r->f.all - in_functions));
	}
	put_share(r, r->f.all);
	writer_printf(r->w, r->view->hits ? _("%12llu  hits in all\n")
					  : _("%12llu  samples in all\n"),
		      (unsigned long long)r->f.all);
}

static void put_flat(struct report *r)
{
	put_title(r, _("Functions, by what they take themselves and with all that they call"));
	writer_printf(r->w, "%9s%12s%9s%12s  %s\n", _("SELF"), unit(r), _("TOTAL"), unit(r),
		      _("FUNCTION"));
	for (size_t i = 0; i < r->n; i++)
		put_flat_line(r, &r->f.list[r->order[i]]);
	put_flat_rest(r);
}

/* ---- callers and callees ---- */

static void put_call(struct report *r, uint64_t total, const char *how, uint32_t function)
{
	put_share(r, total);
	writer_printf(r->w, "%12llu  %s", (unsigned long long)total, how);
	put_name(r, &r->f.list[function]);
}

/* One function between those that call it and those that it calls. */
static void put_calls_of(struct report *r, uint32_t function)
{
	const struct calls *c = &r->c;

	writer_puts(r->w, "\n");
	for (size_t i = c->first_by_callee[function]; i < c->first_by_callee[function + 1]; i++)
		put_call(r, c->list[c->by_callee[i]].total, _("    called by "),
			 c->list[c->by_callee[i]].caller);
	put_call(r, r->f.list[function].total, "", function);
	for (size_t i = c->first_by_caller[function]; i < c->first_by_caller[function + 1]; i++)
		put_call(r, c->list[c->by_caller[i]].total, _("    calls "),
			 c->list[c->by_caller[i]].callee);
}

static void put_calls(struct report *r)
{
	put_title(r, _("Functions, with who calls them and what they call"));
	writer_printf(r->w, "%9s%12s  %s\n", _("TOTAL"), unit(r), _("FUNCTION"));
	for (size_t i = 0; i < r->n; i++)
		put_calls_of(r, r->order[i]);
}

/* ---- all of it ---- */

static int compare(const void *left, const void *right, void *arg)
{
	const struct function *list = arg;

	return table_compare(&list[*(const uint32_t *)left], &list[*(const uint32_t *)right]);
}

static int order_functions(struct report *r)
{
	r->order = calloc(r->f.n + 1, sizeof(*r->order));
	if (!r->order)
		return -ENOMEM;
	for (uint32_t i = 0; i < r->f.n; i++)
		r->order[i] = i;
	qsort_r(r->order, r->f.n, sizeof(*r->order), compare, r->f.list);
	r->n = r->view->top && r->view->top < r->f.n ? r->view->top : r->f.n;
	return 0;
}

static int put_functions(struct report *r)
{
	int err = functions_init(&r->f, r->view);

	if (!err)
		err = order_functions(r);
	if (!err)
		err = calls_init(&r->c, &r->f, r->view);
	if (!err && r->f.all) {
		put_flat(r);
		put_calls(r);
	} else if (!err) {
		writer_puts(r->w, r->view->hits ? _("\nNo hits.\n") : _("\nNo samples.\n"));
	}
	functions_release(&r->f);
	calls_release(&r->c);
	free(r->order);
	return err ? err : r->err;
}

static int write_report(const struct view *view, struct writer *w)
{
	struct report r = { .view = view, .w = w };

	put_heading(&r);
	if (!view->diff)
		return put_functions(&r);
	writer_puts(w, "\n");
	return table_write_difference(view, w, TABLE_WHOLE);
}

const struct render_format format_report = {
	.name = "report", .write = write_report, .shows_difference = true
};
