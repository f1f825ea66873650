/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary as JSON: valid whatever the names in it are. */
#include "config.h"

#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "summary-probes.h"
#include "summary-unwind.h"

/* Facts that are numbers; any other fact is a string. */
static const char *const numbers[] = {
	"frequency",
	"period_ns",
	"cpus",
	"duration_ns",
	"start_time",
	"samples_due",
	"filtered",
	"left_out",
	"before_samples",
	"fail_if_held",
	"idle_skipped",
	"idle_unsampled",
	"lost_ring",
	"lost_map",
	"lost_busy",
	"lost_nested",
	"lost_events",
	"distinct_stacks",
	"stacks",
	"achieved_hz",
	"unsymbolized_frames",
	"files",
	"debug_files",
	"debug_files_failed",
	"events",
	"samples_read",
	"tick_hz",
};

static const char *const strings[] = { "hostname", "release", "cmdline", "group",
					"sampler",  "sideband", "kernel_symbols", "tick_stopped",
					"filter" };

/* Length of the valid UTF-8 sequence at s (no surrogates, not above U+10FFFF), or 0. */
static size_t sequence_length(const unsigned char *s)
{
	static const struct {
		unsigned char low, high, second_low, second_high;
		size_t n;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (s[0] < forms[i].low || s[0] > forms[i].high)
			continue;
		if (s[1] < forms[i].second_low || s[1] > forms[i].second_high)
			return 0;
		for (size_t k = 2; k < forms[i].n; k++)
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].n;
	}
	return 0;
}

/* Bytes that are not UTF-8 become U+FFFD: a JSON text has to be UTF-8. */
static void put_string(struct buf *out, const char *text)
{
	buf_put_byte(out, '"');
	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		size_t n = *s < 0x80 ? 1 : sequence_length(s);

		if (n == 0) {
			buf_put_str(out, "\\ufffd");
		} else if (*s < 0x20 || *s == 0x7f) {
			buf_printf(out, "\\u%04x", *s);
		} else {
			if (*s == '"' || *s == '\\')
				buf_put_byte(out, '\\');
			buf_put(out, s, n);
			s += n - 1;
		}
	}
	buf_put_byte(out, '"');
}

static void put_key(struct buf *out, const char *key)
{
	buf_put_str(out, out->len > 1 ? ",\n  " : "\n  ");
	put_string(out, key);
	buf_put_str(out, ": ");
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* JSON's own grammar, without sign and exponent. */
static int is_number(const char *s)
{
	size_t n = digits(s);

	if (n == 0 || (n > 1 && s[0] == '0'))
		return 0;
	if (s[n] == '\0')
		return 1;
	return s[n] == '.' && digits(s + n + 1) > 0 && s[n + 1 + digits(s + n + 1)] == '\0';
}

static void put_fact(const struct summary *sum, struct buf *out, const char *key, int number)
{
	const char *value = summary_fact(sum, key);

	if (!value || (number && !is_number(value)))
		return;
	put_key(out, key);
	if (number)
		buf_put_str(out, value);
	else
		put_string(out, value);
}

static void put_outputs(const struct summary *sum, struct buf *out)
{
	const struct options *o = sum->session->options;
	const char *before = "";

	put_key(out, "outputs");
	buf_put_byte(out, '[');
	for (size_t i = 0; i < o->n_outputs; i++) {
		if (o->outputs[i].format == FORMAT_SUMMARY ||
		    o->outputs[i].format == FORMAT_MESSAGES ||
		    !session_has_written(sum->session, o->outputs[i].format))
			continue;
		buf_put_str(out, before);
		put_string(out, o->outputs[i].path);
		before = ", ";
	}
	buf_put_byte(out, ']');
}

/* ---- user stacks ---- */

/* Facts that belong to "unwind", with the names that they have there. */
static const struct { const char *key, *name; } unwind_numbers[] = {
	{ "copies", "copies" },
	{ "copies_complete", "copies_complete" },
	{ "copies_cut", "copies_cut" },
	{ "copies_skipped", "copies_skipped" },
	{ "lost_copies", "copies_lost" },
	{ "unwind_tables", "tables" },
	{ "unwind_rows", "rows" },
	{ "unwind_memory", "memory_bytes" },
	{ "unwind_processes", "processes" },
	{ "unwind_mappings", "mappings" },
	{ "unwind_failed_files", "failed_files" },
	{ "unwind_refused_files", "refused_files" },
	{ "unwind_table_bytes", "table_bytes" },
	{ "lost_processes", "lost_processes" },
	{ "builders_died", "builders_died" },
};

static void put_member(struct buf *out, const char *key)
{
	buf_printf(out, ",\n    \"%s\": ", key);
}

static void put_cut_files(const struct summary *sum, struct buf *out)
{
	const char *before = "";
	struct cut_file file;

	put_member(out, "cut_files");
	buf_put_byte(out, '[');
	for (size_t rank = 1; unwind_cut_file(sum, rank, &file); rank++) {
		buf_printf(out, "%s{\"reason\": \"%s\", \"samples\": %" PRIu64 ", \"file\": ",
			   before, file.reason->key, file.count);
		put_string(out, file.name);
		buf_put_byte(out, '}');
		before = ", ";
	}
	buf_put_byte(out, ']');
}

static void put_unwind(const struct summary *sum, struct buf *out)
{
	const char *walk = summary_fact(sum, "unwind");

	put_key(out, "unwind");
	buf_printf(out, "{\n    \"user_stacks\": %" PRIu64, unwind_stacks(sum));
	put_member(out, "complete");
	buf_printf(out, "%" PRIu64, unwind_count(sum, "root"));
	if (walk) {
		put_member(out, "walk");
		put_string(out, walk);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unwind_numbers); i++) {
		const char *value = summary_fact(sum, unwind_numbers[i].key);

		if (!value || !is_number(value))
			continue;
		put_member(out, unwind_numbers[i].name);
		buf_put_str(out, value);
	}
	put_cut_files(sum, out);
	buf_put_str(out, "\n  }");
}

/* ---- probes ---- */

static void put_probe(const struct summary *sum, struct buf *out, size_t i)
{
	const struct probe_result *r = &sum->session->probes.v[i];
	struct buf name = BUF_INIT(PROBE_LINE_MAX);

	probes_put_name(sum, i, &name);
	buf_put_byte(&name, '\0');
	buf_put_str(out, i ? ",\n    {\"name\": " : "\n    {\"name\": ");
	put_string(out, name.failed ? "" : (const char *)name.data);
	buf_printf(out, ", \"hits\": %" PRIu64 ", \"missed\": %" PRIu64, r->hits, r->missed);
	if (r->refused) {
		buf_put_str(out, ", \"refused\": ");
		put_string(out, r->refused);
	}
	buf_put_byte(out, '}');
	buf_release(&name);
}

static void put_probes(const struct summary *sum, struct buf *out)
{
	const struct probe_results *r = &sum->session->probes;

	if (!r->n)
		return;
	put_key(out, "probe_rungs");
	buf_printf(out, "\"%.*s\"", (int)r->rungs.len, (const char *)r->rungs.data);
	put_key(out, "probes");
	buf_put_byte(out, '[');
	for (size_t i = 0; i < r->n; i++)
		put_probe(sum, out, i);
	buf_put_str(out, "\n  ]");
}

static void put_verdict(const struct summary *sum, struct buf *out, const char *verdict)
{
	uint64_t n = unwind_count(sum, verdict);
	char key[64];

	if (!n)
		return;
	snprintf(key, sizeof(key), "verdict.%s", verdict);
	put_key(out, key);
	buf_printf(out, "%" PRIu64, n);
}

static void put_verdicts(const struct summary *sum, struct buf *out)
{
	put_verdict(sum, out, "root");
	for (size_t i = 0; i < n_cut_reasons; i++)
		put_verdict(sum, out, cut_reasons[i].key);
	put_verdict(sum, out, "no_user");
	put_verdict(sum, out, "foreign");
}

static void put_words(struct buf *out, char **words)
{
	buf_put_byte(out, '[');
	for (size_t i = 0; words[i]; i++) {
		buf_put_str(out, i ? ", " : "");
		put_string(out, words[i]);
	}
	buf_put_byte(out, ']');
}

static void put_state(const struct summary *sum, struct buf *out)
{
	const struct session *s = sum->session;
	const struct command *c = &s->acquired->command;
	const char *incomplete = summary_incomplete(sum);

	put_key(out, "version");
	put_string(out, PACKAGE_VERSION);
	put_key(out, "exit_status");
	buf_printf(out, "%d", sum->exit_status);
	if (s->options->command) {
		put_key(out, "command");
		put_words(out, s->options->command);
	}
	if (c->released && c->ended) {
		put_key(out, "command_status");
		buf_printf(out, "%d", command_exit_status(c));
	}
	put_key(out, "incomplete");
	if (incomplete)
		put_string(out, incomplete);
	else
		buf_put_str(out, "null");
}

int summary_json(const struct summary *sum, struct buf *out)
{
	buf_put_byte(out, '{');
	put_state(sum, out);
	put_key(out, "samples");
	buf_printf(out, "%" PRIu64, sum->samples);
	put_key(out, "lost");
	buf_printf(out, "%" PRIu64, sum->lost);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		put_fact(sum, out, numbers[i], 1);
	put_verdicts(sum, out);
	put_unwind(sum, out);
	put_probes(sum, out);
	put_key(out, "profiler_cpu_seconds");
	buf_printf(out, "%.6f", sum->cpu_seconds);
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		put_fact(sum, out, strings[i], 0);
	put_outputs(sum, out);
	buf_put_str(out, "\n}\n");
	return out->failed;
}
