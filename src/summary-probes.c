/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the summary about probes. */
#include "config.h"

#include "summary-probes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/i18n.h"

/* So many probes are told of by name. */
#define SHOWN 10
#define REFUSED_SHOWN 3
#define LINE_BYTES ((size_t)4096)

static const struct probe_results *results(const struct summary *sum)
{
	return &sum->session->probes;
}

void probes_put_name(const struct summary *sum, size_t i, struct buf *b)
{
	probe_put_name(b, &sum->session->acquired->probes.v[i]);
}

void probes_print_hits(const struct summary *sum, struct buf *b)
{
	const char *unit = summary_fact(sum, "unit");
	size_t n = results(sum)->n;

	/* A recording of probes has hits, too. */
	if (!n && (!unit || strcmp(unit, "hits") != 0))
		return;
	buf_printf(b, ngettext("%" PRIu64 " hit", "%" PRIu64 " hits", sum->samples), sum->samples);
	if (n)
		buf_printf(b, ngettext(" of %zu probe", " of %zu probes", n), n);
}

static int compare_hits(const void *pa, const void *pb)
{
	const struct probe_result *a = *(const struct probe_result *const *)pa;
	const struct probe_result *b = *(const struct probe_result *const *)pb;

	if (a->hits != b->hits)
		return a->hits > b->hits ? -1 : 1;
	return (a > b) - (a < b);
}

static void print_probe(const struct summary *sum, const struct probe_result *r)
{
	struct buf b = BUF_INIT(LINE_BYTES);

	buf_printf(&b, "%8" PRIu64 "  ", r->hits);
	probes_put_name(sum, (size_t)(r - results(sum)->v), &b);
	if (r->missed)
		buf_printf(&b, _(" (%" PRIu64 " more missed by the kernel)"), r->missed);
	diag_hint("%.*s", (int)b.len, (const char *)b.data);
	buf_release(&b);
}

void probes_print_each(const struct summary *sum)
{
	const struct probe_results *r = results(sum);
	const struct probe_result **order = calloc(r->n + 1, sizeof(*order));
	size_t n = 0;

	for (size_t i = 0; i < r->n && order; i++)
		if (r->v[i].hits)
			order[n++] = &r->v[i];
	if (order && n)
		qsort(order, n, sizeof(const struct probe_result *), compare_hits);
	for (size_t i = 0; i < n && i < SHOWN && r->n > 1; i++)
		print_probe(sum, order[i]);
	if (n > SHOWN)
		diag_hint(ngettext("and %zu more probe with hits", "and %zu more probes with hits",
				   n - SHOWN), n - SHOWN);
	free(order);
}

static void warn_refused(const struct summary *sum, size_t i)
{
	struct buf b = BUF_INIT(LINE_BYTES);

	probes_put_name(sum, i, &b);
	diag_warn(_("%.*s was not attached: %s"), (int)b.len, (const char *)b.data,
		  results(sum)->v[i].refused);
	buf_release(&b);
}

void probes_warn(const struct summary *sum)
{
	const struct probe_results *r = results(sum);
	uint64_t missed = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		missed += r->v[i].missed;
		if (r->v[i].refused && n++ < REFUSED_SHOWN)
			warn_refused(sum, i);
	}
	if (n > REFUSED_SHOWN)
		diag_warn(ngettext("%zu more probe was not attached",
				   "%zu more probes were not attached", n - REFUSED_SHOWN),
			  n - REFUSED_SHOWN);
	if (missed)
		diag_warn(ngettext("the kernel missed %" PRIu64 " hit",
				   "the kernel missed %" PRIu64 " hits", missed), missed);
}
