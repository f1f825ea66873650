/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of addresses of a file, as addr2line -a -i -f writes it:
 *
 *	source-lines FILE <addresses
 *
 * Each address in hexadecimal on a line; then, innermost first, a function (SYMBOL for the concrete
 * one, whose name is the symbol's) and a line with its place, "??:0" where nothing is known.
 */
#include "config.h"

#include "elf/source-lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void print_lines(struct source_lines *s, uint64_t vaddr)
{
	struct source_line v[SOURCE_LINES_MAX];
	size_t n = source_lines_find(s, vaddr, v);

	printf("0x%016" PRIx64 "\n", vaddr);
	if (!n)
		puts("SYMBOL\n??:0");
	for (size_t i = 0; i < n; i++)
		printf("%s\n%s:%u\n", v[i].name ? v[i].name : "SYMBOL",
		       v[i].file ? v[i].file : "??", v[i].line);
}

int main(int argc, char **argv)
{
	struct elf_file f;
	struct source_lines s;
	struct stat st;
	uint64_t vaddr;
	int fd, r;

	if (argc != 2)
		return 2;
	fd = elf_path_open(argv[1], &st);
	r = fd < 0 ? fd : elf_file_open(&f, fd);
	if (r) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-r));
		return 1;
	}
	r = source_lines_open(&s, &f, argv[1]);
	if (r) {
		elf_file_close(&f);
		printf("none: %s\n", strerror(-r));
		return 0;
	}
	while (scanf("%" SCNx64, &vaddr) == 1)
		print_lines(&s, vaddr);
	if (s.error)
		printf("error: %s\n", strerror(-s.error));
	fprintf(stderr, "%" PRIu64 " steps, %zu units\n", s.limits.steps, s.n);
	source_lines_close(&s);
	return 0;
}
