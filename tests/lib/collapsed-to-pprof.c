/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test program: collapsed stacks on stdin to length-delimited pprof messages on stdout.
 *
 * The first frame of a line is the thread's name; "-" stands for none.  Frames may end in _[k],
 * _[j] or _[i]; an inlined frame belongs to the location of the frame before it.  A frame that
 * begins with "[cut" has no mapping.  \xNN is a byte.  Lines that begin with "!" are directives:
 *   !comment TEXT    a comment of the message      !flush           end the message here
 *   !process PID NAME, !tid N, !cpu N, !probe NAME    labels of the samples that follow
 *   !none            no more labels               !hits            hits of probes are counted
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/io.h"
#include "lib/map.h"
#include "lib/pprof.h"

#define FRAMES_MAX 8192

struct state {
	struct pprof_writer *w;
	struct buf out;
	struct map addresses;
	uint64_t user, kernel, jit;
	struct pprof_label_desc labels[6];
	size_t n_labels;         /* without the thread's */
	char process[256], probe[256];
};

static void fail(const char *what)
{
	fprintf(stderr, "collapsed-to-pprof: %s\n", what);
	exit(1);
}

static void add_mappings(struct state *s)
{
	s->user = pprof_add_mapping(s->w, &(struct pprof_mapping_desc){
		.start = 0x400000, .limit = 0x40000000, .filename = "/usr/bin/example"
	});
	s->kernel = pprof_add_mapping(s->w, &(struct pprof_mapping_desc){
		.limit = UINT64_MAX, .filename = PPROF_KERNEL_MAPPING
	});
	s->jit = pprof_add_mapping(s->w, &(struct pprof_mapping_desc){
		.filename = PPROF_JIT_MAPPING
	});
}

static void flush(struct state *s)
{
	if (pprof_writer_finish(s->w, true, &s->out) ||
	    write_all(STDOUT_FILENO, s->out.data, s->out.len))
		fail("cannot write");
	buf_clear(&s->out);
	add_mappings(s);
}

static void add_label(struct state *s, const char *key, const char *str, long long num)
{
	if (s->n_labels + 1 == ARRAY_SIZE(s->labels))
		fail("too many labels");
	s->labels[s->n_labels++] = (struct pprof_label_desc){ .key = key, .str = str, .num = num };
}

/* \xNN, in place; the length, for a byte may be NUL. */
static size_t unescape(char *s)
{
	char *to = s, *start = s;
	unsigned byte;

	while (*s) {
		if (sscanf(s, "\\x%2x", &byte) == 1) {
			*to++ = (char)byte;
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
	return (size_t)(to - start);
}

static void directive(struct state *s, char *text)
{
	long long number;
	int n = 0;

	if (!strncmp(text, "!comment ", 9)) {
		pprof_add_comment(s->w, text + 9);
	} else if (!strcmp(text, "!flush")) {
		flush(s);
	} else if (!strcmp(text, "!none")) {
		s->n_labels = 0;
	} else if (!strcmp(text, "!hits")) {
		pprof_count_hits(s->w);
	} else if (!strncmp(text, "!probe ", 7)) {
		snprintf(s->probe, sizeof(s->probe), "%s", text + 7);
		unescape(s->probe);
		add_label(s, "probe", s->probe, 0);
	} else if (sscanf(text, "!tid %lld", &number) == 1) {
		add_label(s, "tid", NULL, number);
	} else if (sscanf(text, "!cpu %lld", &number) == 1) {
		add_label(s, "cpu", NULL, number);
	} else if (sscanf(text, "!process %lld %n", &number, &n) == 1 && n) {
		snprintf(s->process, sizeof(s->process), "%s", text + n);
		add_label(s, "pid", NULL, number);
		add_label(s, "process", s->process, 0);
	} else {
		fail(text);
	}
}

static char take_suffix(char *name)
{
	size_t len = strlen(name);
	char kind;

	if (len < 4 || strncmp(name + len - 4, "_[", 2) || name[len - 1] != ']')
		return 'u';
	kind = name[len - 2];
	name[len - 4] = '\0';
	return kind;
}

static uint64_t add_location(struct state *s, char **names, const size_t *lens, const char *kinds,
			     size_t n)
{
	static struct pprof_line_desc lines[FRAMES_MAX];
	uint64_t mapping = kinds[0] == 'k' ? s->kernel : kinds[0] == 'j' ? s->jit : s->user;
	struct pprof_line_desc cut = { .name = names[0] };
	struct buf key = BUF_INIT((size_t)1 << 24);
	uint64_t address;

	if (!strncmp(names[0], "[cut", 4))
		return pprof_add_location(s->w, 0, 0, &cut, 1);
	for (size_t i = 0; i < n; i++) {
		lines[n - 1 - i] = (struct pprof_line_desc){
			.name = names[i], .name_len = lens[i]
		};
		buf_put(&key, names[i], lens[i] + 1);
	}
	buf_put_byte(&key, (uint8_t)kinds[0]);
	address = 0x400000 + 16 * (uint64_t)map_intern(&s->addresses, key.data, key.len, NULL);
	buf_release(&key);
	return pprof_add_location(s->w, mapping, address, lines, n);
}

static void sample(struct state *s, char *line)
{
	static char *names[FRAMES_MAX];
	static char kinds[FRAMES_MAX];
	static size_t lens[FRAMES_MAX];
	static uint64_t ids[FRAMES_MAX];
	char *space = strrchr(line, ' '), *comm;
	size_t n = 0, n_ids = 0, n_labels = s->n_labels;
	long long count;

	if (!space || sscanf(space, "%lld", &count) != 1)
		fail(line);
	*space = '\0';
	comm = strsep(&line, ";");
	for (char *name; (name = strsep(&line, ";")) && n < FRAMES_MAX; n++) {
		kinds[n] = take_suffix(name);
		lens[n] = unescape(name);
		names[n] = name;
	}
	for (size_t i = n; i > 0; ) {
		size_t end = i;

		while (--i > 0 && kinds[i] == 'i')
			;
		ids[n_ids++] = add_location(s, names + i, lens + i, kinds + i, end - i);
	}
	unescape(comm);
	if (strcmp(comm, "-"))
		s->labels[n_labels++] = (struct pprof_label_desc){ .key = "comm", .str = comm };
	pprof_add_sample(s->w, ids, n_ids, count, count * 10000000, s->labels, n_labels);
}

int main(void)
{
	struct state s = { .w = pprof_writer_new(), .out = BUF_INIT(PPROF_MESSAGE_MAX) };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!s.w)
		fail("no memory");
	add_mappings(&s);
	while ((n = getline(&line, &cap, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (*line == '!')
			directive(&s, line);
		else if (*line)
			sample(&s, line);
	}
	flush(&s);
	free(line);
	pprof_writer_free(s.w);
	buf_release(&s.out);
	map_release(&s.addresses);
	return 0;
}
