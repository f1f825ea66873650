/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of the running kernel. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "lib/vec.h"

#define LINE_BYTES_MAX 1024

/* Where the kernel refuses probes: from a symbol to another. */
struct forbidden { const char *start, *end; uint64_t from, to; };

struct scan {
	struct kernel_functions *out;
	struct matcher *m;
	const char *module;
	void (*see)(void *opaque, const char *name);
	void *opaque;
	size_t open_from;        /* functions from here on have no size yet */
	struct forbidden forbidden[3];
};

static bool parse(char *line, uint64_t *address, char *type, char **name, char **module)
{
	int at = 0;

	if (sscanf(line, "%" SCNx64 " %c %n", address, type, &at) < 2 || !at)
		return false;
	*name = line + at;
	(*name)[strcspn(*name, "\n")] = 0;
	*module = strchr(*name, '\t');
	if (!*module) {
		*module = (char *)"";
		return true;
	}
	*(*module)++ = 0;
	*module += **module == '[';
	(*module)[strcspn(*module, "]")] = 0;
	return true;
}

/* Marks that are no functions of anybody, and code that belongs to a checker of calls. */
static bool is_mark(const char *name)
{
	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6) || name[0] == '.';
}

static void see_limits(struct scan *s, const char *name, uint64_t address)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->forbidden); i++) {
		if (!strcmp(name, s->forbidden[i].start))
			s->forbidden[i].from = address;
		if (!strcmp(name, s->forbidden[i].end))
			s->forbidden[i].to = address;
	}
}

/* The symbols are sorted by address within the kernel and within each module. */
static void close_sizes(struct scan *s, uint64_t address, const char *module)
{
	while (s->open_from < s->out->n) {
		struct kernel_function *f = &s->out->v[s->open_from];

		if (f->address == address && address)
			return;
		if (f->address < address && !strcmp(f->module, module))
			f->size = address - f->address;
		s->open_from++;
	}
}

static int add(struct scan *s, const char *name, const char *module, uint64_t address)
{
	struct kernel_function new = {
		.name = strdup(name), .module = strdup(module), .address = address, .n_same = 1
	};
	int r = !new.name || !new.module ? -ENOMEM :
		s->out->n >= KERNEL_FUNCTIONS_MAX ? -EOVERFLOW :
		VEC_PUSH(s->out->v, s->out->n, s->out->cap, new);

	if (r) {
		free(new.name);
		free(new.module);
	}
	return r;
}

static int see_symbol(struct scan *s, char *line)
{
	uint64_t address;
	char type, *name, *module;

	if (!parse(line, &address, &type, &name, &module))
		return 0;
	close_sizes(s, address, module);
	if (!*module)
		see_limits(s, name, address);
	if (!strchr("tTwW", type) || is_mark(name) || !strcmp(module, "bpf") ||
	    (s->module && strcmp(module, s->module)))
		return 0;
	if (matcher_test(s->m, name))
		return add(s, name, module, address);
	if (s->see)
		s->see(s->opaque, name);
	return 0;
}

static bool is_forbidden(const struct scan *s, uint64_t address)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->forbidden); i++)
		if (address >= s->forbidden[i].from && address < s->forbidden[i].to)
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct kernel_function *x = a, *y = b;
	int r = strcmp(x->module, y->module);

	return r ? r : strcmp(x->name, y->name);
}

/* Functions of one name become one, which counts them. */
static void finish(struct scan *s)
{
	struct kernel_functions *out = s->out;
	size_t n = 0;

	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	for (size_t i = 0; i < out->n; i++) {
		out->v[i].is_forbidden = is_forbidden(s, out->v[i].address);
		if (n && !compare(&out->v[n - 1], &out->v[i])) {
			out->v[n - 1].n_same++;
			free(out->v[i].name);
			free(out->v[i].module);
			continue;
		}
		out->v[n++] = out->v[i];
	}
	out->n = n;
}

int kernel_functions_find(struct kernel_functions *out, struct matcher *m, const char *module,
			  void (*see)(void *opaque, const char *name), void *opaque)
{
	struct scan s = {
		.out = out, .m = m, .module = module, .see = see, .opaque = opaque,
		.forbidden = {
			{ "__noinstr_text_start", "__noinstr_text_end", 0, 0 },
			{ "__entry_text_start", "__entry_text_end", 0, 0 },
			{ "__kprobes_text_start", "__kprobes_text_end", 0, 0 }
		}
	};
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[LINE_BYTES_MAX];
	int r = 0;

	if (!f)
		return -errno;
	while (!r && fgets(line, sizeof(line), f))
		r = see_symbol(&s, line);
	fclose(f);
	finish(&s);
	return r;
}

void kernel_functions_release(struct kernel_functions *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].name);
		free(k->v[i].module);
	}
	free(k->v);
	*k = (struct kernel_functions){ 0 };
}
