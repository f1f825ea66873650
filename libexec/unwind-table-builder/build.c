/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an ELF file to its unwind table: entries in order, gaps, and what overlaps. */
#include "config.h"

#include "build.h"

#include <errno.h>
#include <string.h>

#define ALIGNMENT 16
/* A browser's table with what it is made of is a third of that. */
#define KEPT_BYTES_MAX ((size_t)128 << 20)
#define RULE(kind) UNWIND_RULE(unwind_row(0, (kind), 0, 0))

/* An entry that describes something, and where it is from. */
struct function {
	struct cfi_fde fde;
	uint32_t section;
};

/* ---- reading entries ---- */

/* Code beyond the end of the file cannot run, and its index could be larger than the file. */
static uint64_t size_of_code(const struct builder *b, const struct elf_segment *s)
{
	uint64_t in_file = s->offset < b->file_size ? b->file_size - s->offset : 0;
	uint64_t size = s->filesz < s->memsz ? s->filesz : s->memsz;
	uint64_t room = s->vaddr < UNWIND_ADDRESS_MAX ? UNWIND_ADDRESS_MAX - s->vaddr : 0;

	size = size < in_file ? size : in_file;
	return size < room ? size : room;
}

/* Make the code at hand that of addr's segment; false: there is none, or addr is not in it. */
static bool find_code(struct builder *b, uint64_t addr)
{
	const struct elf_segment *s = elf_layout_segment(b->layout, addr);

	if (!s)
		return false;
	b->n_beyond += addr >= UNWIND_ADDRESS_MAX;
	b->code_start = s->vaddr;
	b->code_size = size_of_code(b, s);
	return addr - b->code_start < b->code_size;
}

/* Cuts the entry to code that can run; false: nothing remains. */
static bool clip(struct builder *b, struct cfi_fde *fde)
{
	if (fde->end <= fde->start || (fde->start - b->code_start >= b->code_size &&
				       !find_code(b, fde->start)))
		return false;
	if (fde->end - b->code_start > b->code_size)
		fde->end = b->code_start + b->code_size;
	return true;
}

/* 1: *fn is the next entry; 0: there is none; -EAGAIN: .eh_frame_hdr does not agree with them. */
static int read_next(struct builder *b, struct function *fn)
{
	struct input_entry e;

	while (b->next < b->input.n) {
		if (!input_entry(&b->input, b->next++, &e) || e.start < b->last_start)
			return -EAGAIN;
		int got = cfi_next(&b->readers[e.section], &e.offset, &fn->fde);

		b->last_start = e.start;
		if (got < 0) {
			b->n_damaged++;
			continue;
		}
		if (!got || fn->fde.start != e.start)
			return -EAGAIN;
		fn->section = e.section;
		if (clip(b, &fn->fde))
			return 1;
	}
	return 0;
}

/*
 * Of two entries of which the second begins within the first, which one counts for the whole: of
 * two sections .eh_frame's, of two with the same start the longer one.  NULL: the second from its
 * start on, as for those who search for the last entry that begins before an address.
 */
static const struct function *winner(const struct function *a, const struct function *b)
{
	if (b->fde.start >= a->fde.end)
		return NULL;
	if (a->section != b->section)
		return a->section == INPUT_EH_FRAME ? a : b;
	if (a->fde.start == b->fde.start)
		return a->fde.end >= b->fde.end ? a : b;
	return NULL;
}

/* ---- writing rows ---- */

static void put(struct builder *b, uint64_t addr, uint32_t rule)
{
	table_put(&b->table, NULL, addr, rule, UNWIND_RBX_SAME);
}

/*
 * Functions begin at multiples of 16 bytes, and what fills the space before them is never executed:
 * the rule before goes on there, which makes a tenth of all rows unnecessary.
 */
static bool is_padding(uint64_t from, uint64_t to)
{
	return from && to - from < ALIGNMENT && !(to & (ALIGNMENT - 1));
}

/* From b->covered to `to` there is no entry. */
static void fill_gap(struct builder *b, uint64_t to)
{
	if (is_padding(b->covered, to)) {
		b->covered = to;
		return;
	}
	for (; b->next_known < b->known.n && b->known.v[b->next_known].start < to;
	     b->next_known++) {
		const struct code_range *range = &b->known.v[b->next_known];
		uint64_t start = range->start > b->covered ? range->start : b->covered;
		uint64_t end = range->end < to ? range->end : to;

		/* What follows an entry point with an entry of its own is other functions. */
		if (start >= end ||
		    (range->rule == RULE(UNWIND_STOP) && range->start < b->covered))
			continue;
		if (start > b->covered)
			put(b, b->covered, RULE(UNWIND_NONE));
		put(b, start, range->rule);
		b->covered = end;
		if (range->end > to)
			break;
	}
	if (b->covered < to)
		put(b, b->covered, RULE(UNWIND_NONE));
	b->covered = to;
}

/*
 * A handler returns to the first instruction of the trampoline, and a return address is looked up
 * one byte before.
 */
static uint64_t first_address(const struct builder *b, const struct cfi_fde *fde)
{
	return fde->start - (fde->is_signal && fde->start > b->covered);
}

/* Rows from `end` on belong to another entry. */
static void drop_rows(struct cfi_rows *rows, uint64_t end)
{
	while (rows->n && CFI_ROW_ADDRESS(rows->v[rows->n - 1]) >= end)
		rows->n--;
}

/* Any entry, which counts up to `end`. */
static int put_rows(struct builder *b, const struct function *fn, uint64_t start, uint64_t end)
{
	struct rules *rules = &b->rules[fn->section];
	int r = cfi_run(&b->readers[fn->section], &fn->fde, &b->rows);

	if (r && r != -EBADMSG)
		return r;
	if (r) {
		b->n_damaged++;
		put(b, start, RULE(UNWIND_UNSUPPORTED));
		return 0;
	}
	drop_rows(&b->rows, end);
	if (start != fn->fde.start)
		b->rows.v[0] -= UINT64_C(1) << 24;
	table_put_rows(&b->table, rules->exotic, b->rows.v, rules->has_rbx ? b->rows.rbx : NULL,
		       b->rows.n);
	return b->table.error;
}

static int put_function(struct builder *b, const struct function *fn, uint64_t end)
{
	uint64_t start = first_address(b, &fn->fde);

	if (b->covered < start)
		fill_gap(b, start);
	b->covered = end;
	if (start == fn->fde.start && end == fn->fde.end && !b->table.error &&
	    cfi_put_usual(&b->readers[fn->section], &fn->fde, &b->table))
		return 0;
	return put_rows(b, fn, start, end);
}

static int put_functions(struct builder *b)
{
	struct function two[2], *now = &two[0], *next = &two[1];
	int got = read_next(b, now), more = 0, r = 0;

	for (; got > 0 && !r; got = more) {
		const struct function *keep = NULL;
		struct function *swap = now;

		while ((more = read_next(b, next)) > 0 && (keep = winner(now, next)) == now)
			continue;
		if (more < 0)
			return more;
		if (!more || keep != next)
			r = put_function(b, now, more && next->fde.start < now->fde.end ?
					 next->fde.start : now->fde.end);
		now = next;
		next = swap;
	}
	return r ? r : got;
}

/* ---- the whole ---- */

static int begin(struct builder *b, bool has_rbx)
{
	for (size_t i = 0; i < INPUT_SECTIONS; i++) {
		const struct cfi_section *s = &b->input.sections[i];
		struct rules *rules = &b->rules[i];

		rules->n = 0;
		rules->has_rbx = has_rbx;
		rules->needs_rbx = false;
		rules->section = s->bytes;
		rules->size = s->size;
		memset(&b->readers[i], 0, sizeof(b->readers[i]));
		b->readers[i].section = s;
		b->readers[i].rules = rules;
	}
	b->next = 0;
	b->last_start = 0;
	b->next_known = 0;
	b->covered = 0;
	b->n_damaged = (uint32_t)b->input.n_damaged;
	b->n_beyond = 0;
	b->code_start = b->code_size = 0;
	/* A row takes about as much as the information that it is made of. */
	return table_begin(&b->table, has_rbx, b->input.sections[INPUT_EH_FRAME].size);
}

static int pass(struct builder *b, bool has_rbx)
{
	int r = begin(b, has_rbx);

	if (!r)
		r = put_functions(b);
	if (r)
		return r;
	fill_gap(b, UNWIND_ADDRESS_MAX);
	return table_finish(&b->table);
}

static int list_and_pass(struct builder *b)
{
	int r = input_list_header(&b->input);

	if (!r)
		r = pass(b, false);
	if (r == -ENOTSUP || r == -EAGAIN) {
		r = input_list_walk(&b->input);
		if (!r)
			r = pass(b, false);
	}
	if (!r && (b->rules[INPUT_EH_FRAME].needs_rbx || b->rules[INPUT_DEBUG_FRAME].needs_rbx))
		r = pass(b, true);
	return r;
}

static enum unwind_status status_of(const struct builder *b, int r, uint32_t *error)
{
	switch (r) {
	case 0:
		if (b->table.n_rows)
			return UNWIND_OK;
		if (b->n_beyond)
			return UNWIND_TOO_LARGE;
		return b->n_damaged ? UNWIND_DAMAGED : UNWIND_NO_INFO;
	case -ENODATA:
		return UNWIND_NO_INFO;
	case -EBADMSG:
	case -E2BIG:
	case -EAGAIN:
	case -ENOEXEC:
		return UNWIND_DAMAGED;
	case -EFBIG:
		return UNWIND_TOO_LARGE;
	default:
		*error = (uint32_t)-r;
		return UNWIND_UNREADABLE;
	}
}

enum unwind_status build_table(struct builder *b, const struct elf_file *f, uint32_t *error)
{
	int r;

	if (f->layout.machine != EM_X86_64 || gelf_getclass(f->elf) != ELFCLASS64)
		return UNWIND_MACHINE;
	b->layout = &f->layout;
	b->file_size = f->size;
	r = input_read(&b->input, f);
	if (!r) {
		code_ranges_find(&b->known, f);
		r = list_and_pass(b);
	}
	return status_of(b, r, error);
}

void builder_trim(struct builder *b)
{
	size_t kept = b->table.parts.cap + b->input.header.cap;

	for (size_t i = 0; i < INPUT_SECTIONS; i++)
		kept += b->input.bytes[i].cap;
	if (kept > KEPT_BYTES_MAX)
		builder_release(b);
}

void builder_release(struct builder *b)
{
	input_release(&b->input);
	table_release(&b->table);
	cfi_rows_release(&b->rows);
	for (size_t i = 0; i < INPUT_SECTIONS; i++)
		rules_release(&b->rules[i]);
}
