/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data island: the whole profile inside our SVG and HTML, for the viewers and for --input.
 *
 * It is text: lines of base64 (RFC 4648) of a raw deflate stream (RFC 1951) of sections.  Each
 * section is a varint length and so many bytes; they come in the order of enum island_section.
 * Those from ISLAND_MODULES on may be empty, and may be missing at the end.  Varints are LEB128,
 * the low seven bits first, of at most 64 bits.  island.js reads it in the browser.
 */
#pragma once

#include "lib/compiler.h"
#include "format.h"
#include "svg.h"

enum island_section {
	/*
	 * Lines "key value"; title, subtitle, unit ("samples", "hits" or a user's word) and, where
	 * there is such, notes and incomplete come first.  Of equal keys the first counts.
	 */
	ISLAND_FACTS,
	/*
	 * The names of frames, a line each, ordered by bytes, then kind.  Bytes as they were given,
	 * not always UTF-8; newline, tab and backslash are \n, \t and \\ (two characters each).
	 */
	ISLAND_NAMES,
	/* A byte for each name: enum frame_kind | shade << 3. */
	ISLAND_KINDS,
	/*
	 * For each node but the root, in pre-order: varint levels to go up from the node before to
	 * the new node's parent (0: child of the node before).
	 */
	ISLAND_UP,
	/*
	 * For each node but the root: varint 1 + n: the n-th different callee that the caller's
	 * name has had so far; or 0 and a varint index into names: a new one, which is appended.
	 */
	ISLAND_CALLEE,
	/* For each node, the root first: varint samples that end in it. */
	ISLAND_SELF,
	/* The files the code is in, a line each, as names are; "[kernel]" is one. */
	ISLAND_MODULES,
	/* For each name: varint 0, not known; or 1 + its index into modules.  Empty: none known. */
	ISLAND_MODULE,
	/* For each node, the root first: varint samples of BEFORE.  Only in a difference. */
	ISLAND_BEFORE,
	/*
	 * A line for each who had samples: pid, tid, CPU, name of the process and of the thread,
	 * as names are, with tabs between; what is not known is empty.  Only where the output
	 * keeps them.
	 */
	ISLAND_LABELS,
	/*
	 * Whose samples end in a node, ordered by node: varint nodes (in pre-order) since the one
	 * before, index into labels, samples.  The sum of a node's is its own samples, or less.
	 */
	ISLAND_SAMPLES,
	/* For each node, the root first, a byte: DIFF_SELF, DIFF_TOTAL of diff.h.  Likewise. */
	ISLAND_CHANGED,
	ISLAND_SECTIONS
};

/* Write it.  0 or a negative errno; the writer keeps its own errors. */
int island_put(struct writer *w, const struct view *view, const struct svg_names *names) MUST_CHECK;
