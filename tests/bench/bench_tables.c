/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Milliseconds to make the unwind table of each FILE, beside asking libdw for the same rules, and
 * beside reading the bytes of .eh_frame: medians, all in one process, files in the page cache.
 * "first" is with new memory, as in a process that was just started.
 */
#include "config.h"

#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libexec/unwind-table-builder/build.h"

#define ROUNDS 11
#define LIBDW_ROUNDS 3

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static double median(double *ms, size_t n)
{
	qsort(ms, n, sizeof(*ms), compare);
	return ms[n / 2];
}

/* From opening the file to the finished parts. */
static double make_table(struct builder *b, const char *path)
{
	double start = now_ms();
	struct elf_file f;
	uint32_t error;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || elf_file_open(&f, fd))
		return -1;
	if (build_table(b, &f, &error) != UNWIND_OK)
		return -1;
	elf_file_close(&f);
	return now_ms() - start;
}

static double make_first_table(const char *path)
{
	struct builder b = { 0 };
	double ms = make_table(&b, path);

	builder_release(&b);
	return ms;
}

static double read_section(const struct builder *b, const char *path, uint8_t *to)
{
	const struct cfi_section *s = &b->input.sections[INPUT_EH_FRAME];
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	double start = now_ms();

	if (pread(fd, to, s->size, 0) != (ssize_t)s->size)
		return -1;
	return now_ms() - start;
}

/* What a row needs to know: the CFA, the return address, rbp. */
static void read_rules(Dwarf_Frame *frame)
{
	Dwarf_Op mem[3], *ops;
	size_t n;

	if (dwarf_frame_cfa(frame, &ops, &n) || dwarf_frame_register(frame, 16, mem, &ops, &n) ||
	    dwarf_frame_register(frame, 6, mem, &ops, &n))
		n = 0;
}

/* Every rule of every function, in order, as libdw finds them. */
static double enumerate(const struct builder *b, const char *path, size_t *n)
{
	double start = now_ms();
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	Dwarf_CFI *cfi = dwarf_getcfi_elf(elf);
	uint64_t pc = 0;

	*n = 0;
	for (size_t i = 0; i < b->input.n && cfi; i++) {
		struct input_entry e;
		Dwarf_Frame *frame;

		if (!input_entry(&b->input, i, &e))
			break;
		pc = e.start;
		while ((i + 1 == b->input.n || !input_entry(&b->input, i + 1, &e) ||
			pc < e.start) && !dwarf_cfi_addrframe(cfi, pc, &frame)) {
			Dwarf_Addr from, to;

			dwarf_frame_info(frame, &from, &to, NULL);
			read_rules(frame);
			free(frame);
			pc = to > pc ? to : pc + 1;
			++*n;
		}
	}
	dwarf_cfi_end(cfi);
	elf_end(elf);
	return now_ms() - start;
}

static void bench(struct builder *b, const char *path)
{
	double ms[ROUNDS], first[ROUNDS], read[ROUNDS], libdw[LIBDW_ROUNDS];
	CLEANUP_FREE uint8_t *bytes = NULL;
	size_t n = 0;

	if (make_table(b, path) < 0) {
		printf("tables: %s: no table\n", path);
		return;
	}
	bytes = malloc(b->input.sections[INPUT_EH_FRAME].size + 1);
	if (!bytes)
		return;
	memset(bytes, 0, b->input.sections[INPUT_EH_FRAME].size + 1);
	for (size_t i = 0; i < ROUNDS; i++) {
		ms[i] = make_table(b, path);
		first[i] = make_first_table(path);
		read[i] = read_section(b, path, bytes);
	}
	for (size_t i = 0; i < LIBDW_ROUNDS; i++)
		libdw[i] = enumerate(b, path, &n);
	double ours = median(ms, ROUNDS), theirs = median(libdw, LIBDW_ROUNDS);
	double rows = (double)b->table.n_rows, plain = median(read, ROUNDS);
	const char *slash = strrchr(path, '/');

	printf("%-22.22s %8.0f %5.2f %8.2f %8.2f %6.1f %9.1f %7.1f %7.2f %6.1f\n",
	       slash ? slash + 1 : path, rows, (double)b->table.parts.len / rows, ours,
	       median(first, ROUNDS), ours * 1e6 / rows, theirs, theirs / ours, plain,
	       ours / plain);
}

int main(int argc, char **argv)
{
	struct builder b = { 0 };

	elf_version(EV_CURRENT);
	printf("%-22s %8s %5s %8s %8s %6s %9s %7s %7s %6s\n", "tables:", "rows", "B/row", "ms",
	       "first ms", "ns/row", "libdw ms", "x ours", "read ms", "x read");
	for (int i = 1; i < argc; i++)
		bench(&b, argv[i]);
	builder_release(&b);
	return 0;
}
