/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares unwind tables with what libdw says of the same files.
 *
 *	row-oracle [--verbose] FILE...
 *
 * Table and libdw each cut a file's addresses into ranges of one rule.  At the start of every range
 * of either, both rules are evaluated as numbers, with random registers and a memory whose contents
 * are a hash of their address: the CFA, the return address, rbp and (where a table has it) rbx must
 * be the same numbers, whatever form the rules have.  Besides, the row must be found through the
 * indexes at the start, in the middle and at the end of its range.  A line for each file tells what
 * was compared; the exit status is 0 when there was no mismatch.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <elfutils/libdw.h>

#include "elf/mapped-file.h"
#include "libexec/unwind-table-builder/build.h"
#include "libexec/unwind-table-builder/lookup.h"
#include "libexec/unwind-table-builder/print.h"
#include "tests/lib/row-rules.h"

#define ROUNDS 3
#define MISMATCHES_SHOWN 10

struct file {
	const char *name;
	struct elf_file elf;
	Dwarf *dwarf;
	Dwarf_CFI *eh, *debug;
	uint64_t compared, mismatches, unsupported, lost, synthetic, refused, padding;
	uint32_t ends[INPUT_SECTIONS];   /* of what libdw reads of a section */
};

static struct builder builder;
static bool is_verbose;

/* ---- comparison ---- */

static void show(const struct file *f, uint64_t pc, const struct lookup_row *row, const char *what,
		 const struct caller *ours, const struct caller *theirs)
{
	struct buf text = BUF_INIT(4096);

	print_rule(&text, row);
	buf_put_byte(&text, 0);
	printf("%s: %" PRIx64 ": %s: row %" PRIx64 "-%" PRIx64 " %s\n", f->name, pc, what,
	       row->start, row->end, (const char *)text.data);
	if (ours)
		printf("    table: cfa %d %" PRIx64 " ra %d %" PRIx64 " rbp %d %" PRIx64
		       " rbx %d %" PRIx64 "\n    libdw: cfa %d %" PRIx64 " ra %d %" PRIx64
		       " rbp %d %" PRIx64 " rbx %d %" PRIx64 "\n",
		       ours->cfa_known, ours->cfa, ours->ra_known, ours->ra, ours->rbp_known,
		       ours->rbp, ours->rbx_known, ours->rbx, theirs->cfa_known, theirs->cfa,
		       theirs->ra_known, theirs->ra, theirs->rbp_known, theirs->rbp,
		       theirs->rbx_known, theirs->rbx);
	buf_release(&text);
}

static void mismatch(struct file *f, uint64_t pc, const struct lookup_row *row, const char *what,
		     const struct caller *ours, const struct caller *theirs)
{
	if (f->mismatches++ < MISMATCHES_SHOWN)
		show(f, pc, row, what, ours, theirs);
}

/* Where the table says less than libdw, on purpose. */
static void tolerate(const struct file *f, uint64_t *count, uint64_t pc,
		     const struct lookup_row *row, const char *what)
{
	if (is_verbose && (*count)++ < MISMATCHES_SHOWN)
		show(f, pc, row, what, NULL, NULL);
	else if (!is_verbose)
		++*count;
}

static bool same(enum known a, uint64_t va, enum known b, uint64_t vb)
{
	return a == b && (a != VALUE || va == vb);
}

/*
 * Where nothing is said of rbx it has the same value (System V ABI: the callee saves it).  libdw
 * calls it undefined there: the defaults of elfutils' x86_64_cfi.c have rax in its place.
 */
static bool is_same_rbx(const struct lookup_row *row, const struct caller *ours,
			const struct caller *theirs)
{
	if (!ours->rbx_known || (row->rbx == UNWIND_RBX_SAME && theirs->rbx_known == END))
		return true;
	return same(ours->rbx_known, ours->rbx, theirs->rbx_known, theirs->rbx);
}

/* False when that was a mismatch. */
static bool compare_round(struct file *f, uint64_t pc, const struct lookup_row *row,
			  const struct caller *ours, const struct caller *theirs)
{
	if (ours->ra_known == END || theirs->ra_known == END) {
		if (ours->ra_known != theirs->ra_known)
			mismatch(f, pc, row, "end of stack", ours, theirs);
		return ours->ra_known == theirs->ra_known;
	}
	if (!same(ours->cfa_known, ours->cfa, theirs->cfa_known, theirs->cfa) ||
	    !same(ours->ra_known, ours->ra, theirs->ra_known, theirs->ra) ||
	    (ours->rbp_known && !same(VALUE, ours->rbp, theirs->rbp_known, theirs->rbp)) ||
	    !is_same_rbx(row, ours, theirs)) {
		mismatch(f, pc, row, "rule", ours, theirs);
		return false;
	}
	return true;
}

static void compare_rules(struct file *f, uint64_t pc, const struct lookup_row *row,
			  Dwarf_Frame *frame)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct registers r = random_registers(round + 1, pc);
		struct caller theirs = libdw_caller(frame, &r), ours = table_caller(row, &r);

		if (UNWIND_KIND(row->row) == UNWIND_UNSUPPORTED) {
			tolerate(f, &f->unsupported, pc, row, "unsupported");
			return;
		}
		if (ours.cfa_known && !theirs.cfa_known) {
			tolerate(f, &f->refused, pc, row, "libdw has no CFA");
			return;
		}
		if (!compare_round(f, pc, row, &ours, &theirs))
			return;
		/* A value that libdw knows and the row cannot express. */
		if (ours.ra_known == VALUE && !ours.rbp_known && theirs.rbp_known == VALUE) {
			tolerate(f, &f->lost, pc, row, "rbp lost");
			return;
		}
	}
}

static bool is_known_code(uint64_t pc)
{
	for (size_t i = 0; i < builder.known.n; i++)
		if (pc >= builder.known.v[i].start && pc < builder.known.v[i].end)
			return true;
	return false;
}

/*
 * Where libdw stops to read a section without a search table: at the first terminator, though the
 * linker has put others behind it (static Go programs with C code).
 */
static uint32_t end_for_libdw(const struct cfi_section *s)
{
	uint32_t at = 0;

	while (s->size >= 4 && at <= s->size - 4) {
		uint32_t length;

		memcpy(&length, s->bytes + at, sizeof(length));
		if (!length || length > s->size - at - 4)
			break;
		at += length + 4;
	}
	return at;
}

/* The last entry that begins at or before pc. */
static bool entry_before(uint64_t pc, struct input_entry *e)
{
	const struct input *in = &builder.input;
	size_t low = 0, high = in->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (input_entry(in, middle, e) && e->start <= pc)
			low = middle;
		else
			high = middle;
	}
	return low < in->n && input_entry(in, low, e);
}

static bool is_after_libdw_end(const struct file *f, uint64_t pc)
{
	struct input_entry e;

	return entry_before(pc, &e) && e.offset > f->ends[e.section];
}

/*
 * libdw found an entry and did not like it: DW_CFA_restore in a CIE (NVIDIA's compiler).  Likewise
 * it has no CFA after DW_CFA_def_cfa_register where there was an expression (libgcrypt).  libgcc
 * takes both.
 */
static bool is_refused(void)
{
	const char *why = dwarf_errmsg(-1);

	return why && !strcmp(why, "invalid CFI section");
}

static Dwarf_Frame *frame_at(const struct file *f, uint64_t pc)
{
	Dwarf_Frame *frame = NULL;

	if (f->eh && !dwarf_cfi_addrframe(f->eh, pc, &frame))
		return frame;
	if (f->debug && !dwarf_cfi_addrframe(f->debug, pc, &frame))
		return frame;
	return NULL;
}

/* The rule before goes on in less than 16 bytes before an aligned function. */
static bool is_padding(const struct file *f, uint64_t pc)
{
	Dwarf_Frame *frame = frame_at(f, (pc | 15) + 1);

	free(frame);
	return frame;
}

/* A signal frame's row begins a byte before its entry, where there is no other. */
static bool is_before_signal_frame(const struct file *f, uint64_t pc)
{
	Dwarf_Frame *frame = frame_at(f, pc + 1);
	bool is_signal = false;

	if (frame)
		dwarf_frame_info(frame, NULL, NULL, &is_signal);
	free(frame);
	return is_signal;
}

/* Returns the address after it. */
static uint64_t add_padding(struct file *f, uint64_t pc)
{
	f->padding++;
	return (pc | 15) + 1;
}

/* Compares at pc; returns how far libdw's rule reaches. */
static uint64_t compare_at(struct file *f, uint64_t pc, const struct lookup_row *row)
{
	Dwarf_Frame *frame = frame_at(f, pc);
	bool is_none = UNWIND_KIND(row->row) == UNWIND_NONE;
	Dwarf_Addr start = pc, end = row->end;
	bool is_signal = false;

	f->compared++;
	if (!frame) {
		bool refused = is_refused();

		if (!is_none && (is_known_code(pc) || is_before_signal_frame(f, pc)))
			f->synthetic++;
		else if (!is_none && (refused || is_after_libdw_end(f, pc)))
			tolerate(f, &f->refused, pc, row, "libdw refuses");
		else if (!is_none && is_padding(f, pc))
			return add_padding(f, pc);
		else if (!is_none)
			mismatch(f, pc, row, "libdw has nothing", NULL, NULL);
		return !is_none && is_before_signal_frame(f, pc) ? pc + 1 : row->end;
	}
	dwarf_frame_info(frame, &start, &end, &is_signal);
	if (is_none)
		mismatch(f, pc, row, "the table has nothing", NULL, NULL);
	else if (UNWIND_KIND(row->row) == UNWIND_SIGNAL && !is_signal)
		mismatch(f, pc, row, "no signal frame", NULL, NULL);
	else
		compare_rules(f, pc, row, frame);
	free(frame);
	return end > pc ? end : pc + 1;
}

static void compare_row(struct file *f, const void *part, const struct lookup_row *row)
{
	uint64_t at[] = { row->start, row->start + (row->end - row->start) / 2, row->end - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		struct lookup_row found;

		if (!lookup_address(part, at[i], &found) || found.start != row->start ||
		    found.row != row->row)
			mismatch(f, at[i], row, "not found through the index", NULL, NULL);
	}
	/* In a gap, libdw could have something in between. */
	if (UNWIND_KIND(row->row) == UNWIND_NONE)
		for (size_t i = 0; i < ARRAY_SIZE(at); i++)
			compare_at(f, at[i], row);
	else
		for (uint64_t pc = row->start; pc < row->end;)
			pc = compare_at(f, pc, row);
}

static void compare_table(struct file *f)
{
	const struct buf *parts = &builder.table.parts;
	size_t at = 0;

	while (at < parts->len) {
		const struct unwind_part *part = (const void *)(parts->data + at);
		long size = lookup_check_part(part, parts->len - at);
		struct lookup_row row;

		if (size < 0) {
			printf("%s: the part at %zu is malformed\n", f->name, at);
			f->mismatches++;
			return;
		}
		for (uint32_t i = 0; i < part->n_rows; i++) {
			lookup_row(part, i, &row);
			compare_row(f, part, &row);
		}
		at += (size_t)size;
	}
}

static void open_libdw(struct file *f)
{
	f->eh = dwarf_getcfi_elf(f->elf.elf);
	f->dwarf = dwarf_begin_elf(f->elf.elf, DWARF_C_READ, NULL);
	f->debug = f->dwarf ? dwarf_getcfi(f->dwarf) : NULL;
	for (size_t i = 0; i < INPUT_SECTIONS; i++)
		f->ends[i] = end_for_libdw(&builder.input.sections[i]);
}

static int open_file(const char *name, struct elf_file *elf)
{
	struct stat st;
	int fd;

	if (!strcmp(name, "[vdso]"))
		return vdso_open(elf);
	fd = elf_path_open(name, &st);
	return fd < 0 ? fd : elf_file_open(elf, fd);
}

static void print_counts(const struct file *f, enum unwind_status status)
{
	const struct {
		const char *name;
		uint64_t n;
	} counts[] = {
		{ "rows", status == UNWIND_OK ? builder.table.n_rows : 0 },
		{ "compared", f->compared }, { "mismatches", f->mismatches },
		{ "damaged", builder.n_damaged }, { "unsupported", f->unsupported },
		{ "lost", f->lost }, { "synthetic", f->synthetic }, { "refused", f->refused },
		{ "padding", f->padding }
	};

	printf("%s %s", f->name, print_status(status));
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		printf(" %s %" PRIu64, counts[i].name, counts[i].n);
	putchar('\n');
}

/* 0: no mismatch. */
static int compare_file(const char *name)
{
	struct file f = { .name = name };
	enum unwind_status status;
	uint32_t error = 0;
	int r = open_file(name, &f.elf);

	if (r) {
		printf("%s: %s\n", name, strerror(-r));
		return 1;
	}
	status = build_table(&builder, &f.elf, &error);
	if (status == UNWIND_OK) {
		open_libdw(&f);
		compare_table(&f);
	}
	print_counts(&f, status);
	if (f.eh)
		dwarf_cfi_end(f.eh);
	dwarf_end(f.dwarf);
	elf_file_close(&f.elf);
	return f.mismatches != 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--verbose"))
			is_verbose = true;
		else
			bad |= compare_file(argv[i]);
	}
	builder_release(&builder);
	return bad;
}
