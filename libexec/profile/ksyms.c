// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel symbols: code of the kernel, its modules and BPF programs, from the ksym iterator. */
#include "config.h"

#include "ksyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/abi.h"

#include "lib/vec.h"

#define PAGE_SIZE 4096

static int compare_start(const void *a, const void *b)
{
	const struct ksym *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static void note_bounds(struct ksyms *k, const struct ksym *sym)
{
	const char *name = k->text + sym->name;

	if (k->text[sym->module] || name[0] != '_')
		return;
	if (!strcmp(name, "_text"))
		k->text_start = sym->start;
	else if (!strcmp(name, "_etext"))
		k->text_end = sym->start;
}

static size_t record_size(const struct abi_symbol *rec)
{
	return (sizeof(*rec) + rec->name_len + rec->module_len + 7) & ~(size_t)7;
}

/* The record at `at`.  Returns its size, or 0 when it is malformed. */
static size_t take_record(struct ksyms *k, size_t at, size_t len)
{
	const struct abi_symbol *rec = (const void *)(k->text + at);
	size_t names = at + sizeof(*rec), size;
	struct ksym sym;

	if (len - at < sizeof(*rec))
		return 0;
	size = record_size(rec);
	if (len - at < size || !rec->name_len || !rec->module_len ||
	    k->text[names + rec->name_len - 1] ||
	    k->text[names + rec->name_len + rec->module_len - 1])
		return 0;
	sym = (struct ksym){
		.start = rec->start,
		.name = (uint32_t)names,
		.module = (uint32_t)(names + rec->name_len),
		.type = rec->type,
	};
	note_bounds(k, &sym);
	return VEC_PUSH(k->syms, k->n, k->cap, sym) ? 0 : size;
}

/*
 * Of the names of one address the last in the kernel's table stays: perf's choice, so both agree.
 */
static void drop_aliases(struct ksyms *k)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->n; i++) {
		if (kept && k->syms[kept - 1].start == k->syms[i].start)
			kept--;
		k->syms[kept++] = k->syms[i];
	}
	k->n = kept;
}

static void keep_marks(struct ksyms *k, const struct ksyms *old)
{
	for (size_t i = 0; i < old->n; i++) {
		struct ksym *sym;

		if (!old->syms[i].sent)
			continue;
		sym = ksyms_find(k, old->syms[i].start);
		if (sym && sym->start == old->syms[i].start &&
		    !strcmp(k->text + sym->name, old->text + old->syms[i].name))
			sym->sent = true;
	}
}

int ksyms_take(struct ksyms *k, struct buf *records)
{
	struct ksyms fresh = { .text = (char *)records->data, .text_len = records->len };
	size_t at = 0, len = records->len, size;

	while (at < len) {
		size = take_record(&fresh, at, len);
		if (!size) {
			free(fresh.syms);
			return -EBADMSG;
		}
		at += size;
	}
	*records = BUF_INIT(records->max);
	if (fresh.n)
		qsort(fresh.syms, fresh.n, sizeof(*fresh.syms), compare_start);
	drop_aliases(&fresh);
	keep_marks(&fresh, k);
	ksyms_release(k);
	*k = fresh;
	return 0;
}

struct ksym *ksyms_find(const struct ksyms *k, uint64_t addr)
{
	size_t begun = VEC_PREFIX(k->n, i, k->syms[i].start <= addr);

	return begun && addr < ksyms_end(k, &k->syms[begun - 1]) ? &k->syms[begun - 1] : NULL;
}

uint64_t ksyms_address(const struct ksyms *k, const char *name)
{
	/* With its aliases: only one name of an address is in the table. */
	for (size_t at = 0; at < k->text_len;) {
		const struct abi_symbol *rec = (const void *)(k->text + at);

		if (!strcmp((const char *)(rec + 1), name) &&
		    !((const char *)(rec + 1))[rec->name_len])
			return rec->start;
		at += record_size(rec);
	}
	return 0;
}

uint64_t ksyms_end(const struct ksyms *k, const struct ksym *sym)
{
	const struct ksym *next = sym + 1;

	if (next == k->syms + k->n)
		return sym->start + PAGE_SIZE;
	/*
	 * The kernel's own code has no holes; a module's or program's last symbol ends with its
	 * page.
	 */
	if (!strcmp(k->text + sym->module, k->text + next->module) && !k->text[sym->module])
		return next->start;
	if (next->start - sym->start > (uint64_t)1 << 20)
		return (sym->start | (PAGE_SIZE - 1)) + 1;
	return next->start;
}

int ksyms_print(const struct ksyms *k, struct buf *out)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct ksym *sym = &k->syms[i];
		const char *module = k->text + sym->module;

		buf_printf(out, *module ? "%016llx %c %s\t[%s]\n" : "%016llx %c %s\n",
			   (unsigned long long)sym->start, sym->type, k->text + sym->name, module);
	}
	return out->failed;
}

void ksyms_release(struct ksyms *k)
{
	free(k->syms);
	free(k->text);
	*k = (struct ksyms){ 0 };
}
