/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF files: opening foreign paths safely, segments, build id, link to separate debug information.
 *
 * Files are hostile.  They are read, never mapped: a file that its owner truncates meanwhile gives
 * a short read, not a SIGBUS.
 */
#pragma once

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lib/buf.h"
#include "lib/compiler.h"

#define ELF_SEGMENTS_MAX 64
#define ELF_BUILD_ID_MAX 20
/* A section above this many bytes is treated as absent. */
#define ELF_SECTION_MAX ((uint64_t)1 << 30)

struct elf_build_id {
	uint8_t bytes[ELF_BUILD_ID_MAX];
	uint8_t len;             /* 0: none */
};

/* An executable PT_LOAD. */
struct elf_segment {
	uint64_t offset, vaddr, filesz, memsz;
};

/* What remains useful once the file is closed. */
struct elf_layout {
	struct elf_segment segments[ELF_SEGMENTS_MAX];
	size_t n_segments;
	struct elf_build_id build_id;
	uint16_t type, machine;
};

/* An open file.  elf is valid while fd is open. */
struct elf_file {
	int fd;                  /* owned */
	Elf *elf;
	uint64_t size;
	struct elf_layout layout;
};

/*
 * Open an absolute path read-only when it names a regular file of at least an ELF header's size: a
 * FIFO, a device or a file of procfs is recognised without opening it.  Returns a close-on-exec
 * descriptor and fills *st, or a negative errno (-ENOTSUP: not a regular file, -ENOEXEC: too
 * small).
 */
int elf_path_open(const char *path, struct stat *st) MUST_CHECK;

/* The same below another root directory, for a path as the kernel tells it: without symbolic links,
 * or it may lead elsewhere. */
int elf_path_open_in(int root, const char *path, struct stat *st) MUST_CHECK;

/*
 * Read the headers of fd, which f then owns; on failure fd is closed and f is untouched.  0 or a
 * negative errno: -ENOEXEC not ELF or damaged, -ENOMEM.
 */
int elf_file_open(struct elf_file *f, int fd) MUST_CHECK;
/* The same for an image in memory (the vdso), which must stay while f is open; f->fd is -1. */
int elf_file_open_memory(struct elf_file *f, const void *image, size_t size) MUST_CHECK;
void elf_file_close(struct elf_file *f);

/*
 * The virtual address, by the file's own numbering, of a file offset in an executable segment.
 * Returns the segment, or NULL when none holds the offset; *vaddr is set in the first case.
 */
const struct elf_segment *elf_layout_vaddr(const struct elf_layout *l, uint64_t offset,
					   uint64_t *vaddr);

/* The segment that holds a virtual address, or NULL. */
const struct elf_segment *elf_layout_segment(const struct elf_layout *l, uint64_t vaddr);

/* The first program header of a type into *ph; false: there is none. */
bool elf_file_segment(const struct elf_file *f, uint32_t type, GElf_Phdr *ph);

/*
 * Where the bytes of a virtual address are, in any segment: the file offset, and how many bytes the
 * segment has from there, cut where the file ends.  False: in no segment, or beyond the file's end.
 */
bool elf_file_offset(const struct elf_file *f, uint64_t vaddr, uint64_t *offset, uint64_t *left);

bool elf_build_id_equal(const struct elf_build_id *a, const struct elf_build_id *b);
/* Lower-case hex with NUL; out has 2 * ELF_BUILD_ID_MAX + 1 bytes. */
void elf_build_id_hex(const struct elf_build_id *id, char *out);

/* The first section of that name, or NULL; *shdr is filled. */
Elf_Scn *elf_file_section(const struct elf_file *f, const char *name, GElf_Shdr *shdr);

/* The bytes of a section, or NULL when it has none, lies outside the file, or is too large.  They
 * belong to f. */
const void *elf_file_bytes(const struct elf_file *f, Elf_Scn *scn, size_t *size);

/* Copy `size` bytes at a file offset.  0 or a negative errno: -ENOEXEC beyond the file's end. */
int elf_file_read(const struct elf_file *f, uint64_t offset, void *to, size_t size) MUST_CHECK;

/* Append the bytes of a section to b, and a NUL.  0 or a negative errno. */
int elf_file_append(const struct elf_file *f, const GElf_Shdr *shdr, struct buf *b) MUST_CHECK;
