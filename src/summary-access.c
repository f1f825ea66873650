// SPDX-License-Identifier: GPL-2.0-or-later
/* What the summary says about access: the rungs that were reached, and what they cost. */
#include "config.h"

#include "summary-access.h"

#include <string.h>

#include "lib/i18n.h"

void access_print(const struct summary *sum, struct buf *b)
{
	const char *sampler = summary_fact(sum, "sampler");
	const char *sideband = summary_fact(sum, "sideband");
	const char *symbols = summary_fact(sum, "kernel_symbols");

	if (!sideband || !symbols)
		return;
	buf_put_str(b, _("access: "));
	if (sampler)
		buf_printf(b, _("sampler %s, "), sampler);
	buf_printf(b, _("side band %s, kernel symbols %s"), sideband, symbols);
}

void access_print_tick(const struct summary *sum, struct buf *b)
{
	const char *hz = summary_fact(sum, "tick_hz"), *asked = summary_fact(sum, "frequency");
	uint64_t got, wanted;

	if (!hz || !asked || number_parse(hz, 1, UINT64_MAX, &got) ||
	    number_parse(asked, 1, UINT64_MAX, &wanted))
		return;
	if (wanted > got)
		buf_printf(b, _("--frequency %s: the kernel's tick gives %s; "), asked, hz);
	buf_put_str(b, _("work in step with the tick is under-represented"));
}

void access_print_stopped(const struct summary *sum, struct buf *b)
{
	const char *cpus = summary_fact(sum, "tick_stopped");

	if (cpus)
		buf_printf(b, _("seldom sampled, since their tick is stopped: CPUs %s"), cpus);
}
