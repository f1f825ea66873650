/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an output format gets and gives: one operations structure per format, one file each. */
#pragma once

#include <stdbool.h>

#include "lib/trie.h"
#include "diff.h"
#include "facts.h"
#include "options-picture.h"
#include "samples.h"
#include "writer.h"

/* A finished profile, as every format sees it. */
struct view {
	const struct trie *trie;          /* trie_finish() has been called */
	const struct facts *facts;
	const char *title;                /* UTF-8 hoped for, not promised */
	const char *incomplete;           /* why the input is not whole, or NULL */
	bool hits;                        /* hits of probes are counted, not samples of time */
	const char *const *modules;       /* by frame: file or "[kernel]", NULL where not known */
	const struct samples *samples;    /* NULL unless the format asks for them */
	const struct diff *diff;          /* from an earlier profile, or NULL */
	unsigned top;                     /* functions in text; 0: as many as is usual */
	const struct picture *picture;    /* how a flame graph is to look */
};

struct render_format {
	const char *name;                 /* as in --output=NAME:FD */
	/* Write the whole output.  0 or a negative errno; the writer keeps its own errors. */
	int (*write)(const struct view *view, struct writer *out);
	bool needs_samples;               /* with addresses and labels, which cost memory */
	bool needs_labels;                /* the same, but only where the input has labels */
	bool shows_difference;            /* view->diff may be there */
};

extern const struct render_format format_collapsed;
extern const struct render_format format_d3;
extern const struct render_format format_firefox;
extern const struct render_format format_html;
extern const struct render_format format_messages;       /* of a stream main.c copies them */
extern const struct render_format format_pprof;
extern const struct render_format format_report;
extern const struct render_format format_speedscope;
extern const struct render_format format_svg;
extern const struct render_format format_table;
