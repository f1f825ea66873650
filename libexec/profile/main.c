// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * profile: samples CPUs with eBPF and writes perf.data.
 *
 * The one helper with capabilities (CAP_BPF and CAP_PERFMON).  It reads nothing foreign: no ELF
 * file, no DWARF, no configuration; only its options, the kernel's answers and its own BPF
 * objects.
 */
#include "config.h"

#include <string.h>

#include "lib/diag.h"
#include "lib/helper.h"
#include "lib/i18n.h"

#include "doctor.h"
#include "options.h"
#include "run.h"

int main(int argc, char **argv)
{
	struct helper_io io;
	struct options options;
	int r;

	i18n_init();
	options_parse(&options, argc, argv);
	r = helper_start("profile", &io);
	if (r) {
		diag_error(_("cannot start: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	if (options.try)
		return doctor_run(&options, io.out);
	return options.kernel_symbols ? run_kernel_symbols(io.out) :
					run(&options, io.in, io.out);
}
