/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pprof codec: a sequence of length-delimited perftools.profiles.Profile messages.
 *
 * The stream between symbolize and its readers is: varint length, that many bytes of one Profile
 * message, and so on until end of file.  Every message stands alone (its own string, mapping,
 * location and function tables, string 0 is "") and is a delta: readers add up.  The public
 * schema's field numbers are those of src/lib/profile.proto.
 *
 * Both directions work on flat arrays of plain structs and offsets, never on one heap object per
 * message: profiles of a million nodes pass in a fraction of a second.
 *
 * Conventions of our streams on top of the schema:
 *  - sample types are (samples,count) and (cpu,nanoseconds), in this order; or, for hits of probes,
 *    (hits,count) alone;
 *  - a sample's locations are leaf first; a location's lines are innermost inline first;
 *  - labels: "comm" (thread name, str), "process" (process name, str), "pid" (num), "tid" (num),
 *    "cpu" (num), "probe" (what was hit, str); absent where not known or not asked for;
 *  - kernel code, modules and BPF programs included, has the mapping PPROF_KERNEL_MAPPING; code of
 *    a run-time compiler has the mapping PPROF_JIT_MAPPING; a frame of our own making such as
 *    "[cut: depth]" has a location without mapping and address 0;
 *  - frames that came without addresses (from collapsed stacks, say) have locations of address 0,
 *    without mapping or with one of the mappings above or below that tells what they are:
 *    PPROF_LABEL_MAPPING no code but a thread's name or the like, PPROF_INLINED_MAPPING an inlined
 *    function whose caller is not known, PPROF_USER_MAPPING code whose name begins with "[";
 *  - comments are "key value" facts about the run, in UTF-8: "frequency 99", "lost_ring 0", …
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

#define PPROF_KERNEL_MAPPING "[kernel.kallsyms]"
#define PPROF_JIT_MAPPING "[jit]"
#define PPROF_LABEL_MAPPING "[label]"
#define PPROF_INLINED_MAPPING "[inlined]"
#define PPROF_USER_MAPPING "[user]"

/* A message above this many bytes is refused by the reader (-EFBIG). */
#define PPROF_MESSAGE_MAX ((size_t)1 << 30)

/* ---- writing ---- */

/*
 * Builds one message.  Interning (strings, mappings, functions, locations) is done here, so callers
 * pass the same thing as often as they like and get the same id.
 */
struct pprof_writer;

/* A new, empty message with (samples,count),(cpu,nanoseconds).  NULL when memory is out. */
struct pprof_writer *pprof_writer_new(void) MUST_CHECK;
void pprof_writer_free(struct pprof_writer *w);

struct pprof_mapping_desc {
	uint64_t start, limit, file_offset;
	const char *filename;
	const char *build_id;    /* lower-case hex, or NULL */
};

struct pprof_line_desc {
	const char *name;        /* as shown (demangled); not empty */
	size_t name_len;         /* its bytes, which may be NUL; 0: up to the first NUL */
	const char *system_name; /* as in the symbol table, or NULL when the same */
	const char *filename;    /* source file (or kernel module "[name]"), or NULL */
	int64_t line;            /* 0 when not known */
};

struct pprof_label_desc {
	const char *key;
	const char *str;         /* NULL for a number */
	size_t str_len;          /* as name_len above */
	int64_t num;
};

/* Ids start at 1; 0 is returned when memory is out (then pprof_writer_finish() fails too). */
uint64_t pprof_add_mapping(struct pprof_writer *w, const struct pprof_mapping_desc *m);
/* lines are innermost inline first; a location is interned by (mapping, address, first line's
 * name). */
uint64_t pprof_add_location(struct pprof_writer *w, uint64_t mapping_id, uint64_t address,
			    const struct pprof_line_desc *lines, size_t n_lines);
/* The same, but never interned: each call makes a location of its own. */
uint64_t pprof_new_location(struct pprof_writer *w, uint64_t mapping_id, uint64_t address,
			    const struct pprof_line_desc *lines, size_t n_lines);
/*
 * What this and all later messages count is hits of probes: their only type is (hits,count), the
 * period is one (probe,count), and the ns of samples are left out.  Before the first sample.
 */
void pprof_count_hits(struct pprof_writer *w);
/*
 * This and all later messages have the one type (samples,count), and neither period nor the ns of
 * samples: nobody knows how long a sample is.  Before the first sample.
 */
void pprof_without_time(struct pprof_writer *w);
/* locations are leaf first; count and ns are the two values.  Equal samples are not merged. */
void pprof_add_sample(struct pprof_writer *w, const uint64_t *location_ids, size_t n_locations,
		      int64_t count, int64_t ns, const struct pprof_label_desc *labels,
		      size_t n_labels);
void pprof_add_comment(struct pprof_writer *w, const char *text);
void pprof_set_time(struct pprof_writer *w, int64_t time_nanos, int64_t duration_nanos);
void pprof_set_period(struct pprof_writer *w, int64_t period_nanos);

/* Number of samples added so far. */
size_t pprof_sample_count(const struct pprof_writer *w);

/*
 * Append the message to out, with its varint length before it when `delimited`; then empty the
 * writer for the next message, also on failure.  Text that is not UTF-8 gets U+FFFD for each bad
 * byte.  Returns 0 or a negative errno (-EINVAL: an id that was not given out, -EFBIG: above
 * PPROF_MESSAGE_MAX); out's contents are unchanged on failure.
 */
int pprof_writer_finish(struct pprof_writer *w, bool delimited, struct buf *out) MUST_CHECK;

/* ---- reading ---- */

struct pprof_str {            /* not NUL-terminated, points into the message */
	const char *s;
	size_t len;
};

struct pprof_value_type { uint32_t type, unit; };               /* string indices */
struct pprof_mapping { uint64_t id, start, limit, file_offset; uint32_t filename, build_id; };
struct pprof_function { uint64_t id; uint32_t name, system_name, filename; int64_t start_line; };
struct pprof_line { uint32_t function; int64_t line; };         /* function: index into functions */
struct pprof_location {
	uint64_t id, address;
	uint32_t mapping;                /* index into mappings, or PPROF_NONE */
	uint32_t first_line, n_lines;    /* into lines */
};
struct pprof_label { uint32_t key, str; int64_t num; };   /* string indices; str 0: a number */
struct pprof_sample {
	uint32_t first_location, n_locations;                   /* into location_refs */
	uint32_t first_value, n_values;                         /* into values */
	uint32_t first_label, n_labels;                         /* into labels */
};

#define PPROF_NONE UINT32_MAX

/*
 * One decoded message: flat arrays, ids resolved to array indices, every index checked.
 * Reused from message to message.  Strings point into the bytes given to pprof_parse() and are
 * as they were written: foreign ones need not be UTF-8.  There is always a string 0, "".  Every
 * sample has one value for each type (n_values == n_types).  Lines without a function are left out.
 */
struct pprof_profile {
	struct pprof_str *strings;        size_t n_strings;
	struct pprof_value_type *types;   size_t n_types;
	struct pprof_mapping *mappings;   size_t n_mappings;
	struct pprof_function *functions; size_t n_functions;
	struct pprof_line *lines;         size_t n_lines;
	struct pprof_location *locations; size_t n_locations;
	struct pprof_sample *samples;     size_t n_samples;
	uint32_t *location_refs;          size_t n_location_refs; /* indices into locations */
	int64_t *values;                  size_t n_values;
	struct pprof_label *labels;       size_t n_labels;
	uint32_t *comments;               size_t n_comments;      /* string indices */
	int64_t time_nanos, duration_nanos, period;
	struct pprof_value_type period_type;
	void *priv;                       /* capacities; owned */
};

/*
 * Decode one undelimited message.  p must be zeroed before the first use and is emptied first.
 * Returns 0, -EBADMSG (malformed: a bad varint, an index out of range, a missing id …; p is then
 * empty) or -ENOMEM.  Unknown fields are skipped.  The arrays take at most some eight times n.
 */
int pprof_parse(struct pprof_profile *p, const void *bytes, size_t n) MUST_CHECK;
void pprof_profile_release(struct pprof_profile *p);

/*
 * Read the next delimited message from fd into b (cleared first).  Returns 1, 0 at a clean end of
 * file, -EBADMSG (a bad length), -EFBIG, -ENODATA (cut in the middle), or another negative errno.
 */
int pprof_read_message(int fd, struct buf *b) MUST_CHECK;
