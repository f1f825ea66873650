/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --list-probes. */
#include "config.h"

#include "probe-listing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acquire.h"
#include "lib/buf.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "probe-finder.h"

#define LISTING_MAX ((size_t)1 << 30)
#define NAME_COLUMNS 40

static int compare_targets(const void *pa, const void *pb)
{
	const struct probe_target *a = pa, *b = pb;
	int order = (int)a->kind - (int)b->kind;

	if (!order)
		order = strcmp(a->file, b->file);
	if (!order && a->kind != PROBE_TRACEPOINT && a->offset != b->offset)
		order = a->offset < b->offset ? -1 : 1;
	return order ? order : strcmp(a->shown, b->shown);
}

static bool is_user(const struct probe_target *t)
{
	return t->kind == PROBE_UPROBE || t->kind == PROBE_USDT;
}

/* Probes of one file, module or category stand together under its name. */
static bool same_group(const struct probe_target *a, const struct probe_target *b)
{
	return is_user(a) == is_user(b) && (is_user(a) || a->kind == b->kind) &&
	       !strcmp(a->file, b->file);
}

static void put_heading(struct buf *b, const struct probe_target *t)
{
	if (b->len)
		buf_put_byte(b, '\n');
	if (is_user(t))
		buf_put_str(b, t->file);
	else if (t->kind == PROBE_KPROBE)
		buf_put_str(b, *t->file ? t->file : _("kernel"));
	else
		buf_put_str(b, *t->file ? t->file : _("tracepoints"));
	buf_put_str(b, ":\n");
}

/* What would be attached, or why nothing can be. */
static void put_means(struct buf *b, const struct probe_target *t)
{
	buf_put_str(b, "  ");
	if (*t->why)
		buf_printf(b, _("not possible: %s"), t->why);
	else if (t->is_return)
		buf_put_str(b, _("at its return"));
	else
		buf_put_str(b, probe_kind_name(t->kind));
}

static void put_target(struct buf *b, const struct probe_target *t)
{
	size_t start = b->len;

	buf_printf(b, "  %s", t->shown);
	if (strcmp(t->name, t->shown))
		buf_printf(b, " (%s)", t->name);
	while (b->len - start < NAME_COLUMNS)
		if (buf_put_byte(b, ' '))
			return;
	if (is_user(t))
		buf_printf(b, "  0x%08" PRIx64, t->offset);
	if (t->size)
		buf_printf(b, ngettext("  (%" PRIu64 " byte)", "  (%" PRIu64 " bytes)", t->size),
			   t->size);
	put_means(b, t);
	buf_put_byte(b, '\n');
}

static void put_total(struct buf *b, size_t n, size_t n_files, size_t n_others)
{
	buf_printf(b, ngettext("\nTotal: %zu match", "\nTotal: %zu matches", n), n);
	if (n_files || !n_others)
		buf_printf(b, ngettext(" across %zu library", " across %zu libraries", n_files),
			   n_files);
	buf_put_byte(b, '\n');
}

static void put_listing(struct buf *b, const struct probes *p)
{
	size_t n_files = 0, n_others = 0;

	if (p->n)
		qsort(p->v, p->n, sizeof(*p->v), compare_targets);
	for (size_t i = 0; i < p->n; i++) {
		const struct probe_target *t = &p->v[i];

		if (!i || !same_group(t, t - 1)) {
			put_heading(b, t);
			n_files += is_user(t);
			n_others += !is_user(t);
		}
		put_target(b, t);
	}
	if (p->n)
		put_total(b, p->n, n_files, n_others);
}

static int write_out(const struct buf *b)
{
	int err = buf_failed(b) ? buf_failed(b) : write_all(STDOUT_FILENO, b->data, b->len);

	if (!err || err == -EPIPE)
		return EXIT_OK;
	diag_error(_("cannot write %s: %s"), _("standard output"), strerror(-err));
	return EXIT_FAILED;
}

static int print(const struct probes *p, bool porcelain)
{
	struct buf b = BUF_INIT(LISTING_MAX);
	int status = EXIT_OK;

	if (!porcelain)
		put_listing(&b, p);
	else if (probes_put_lines(p, &b))
		status = EXIT_FAILED;
	if (b.len)
		status = write_out(&b);
	buf_release(&b);
	return status;
}

int probe_listing_run(const struct options *o)
{
	static struct acquired a;
	int status = acquire_for_listing(&a, o), printed;

	if (status == EXIT_USAGE || (status && !a.probes.n && !a.probes.n_messages)) {
		acquired_release(&a, true);
		return status;
	}
	/* What was found is worth having, whatever else was not. */
	printed = print(&a.probes, o->porcelain);
	probes_report(&a.probes, o->quiet || o->porcelain);
	acquired_release(&a, true);
	return printed ? printed : status;
}
