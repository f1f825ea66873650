/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Separate debug files, by build id and by debug link. */
#include "config.h"

#include "elf/debug-file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEBUG_ROOT "/usr/lib/debug"
#define CRC_SIZE_MAX ((uint64_t)4 << 30)

struct debug_link {
	const char *name;
	uint32_t crc;
};

/* CRC-32 as in zlib, which .gnu_debuglink holds. */
static uint32_t crc32_update(uint32_t crc, const uint8_t *bytes, size_t n)
{
	static uint32_t table[256];

	if (!table[1])
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t c = i;

			for (int bit = 0; bit < 8; bit++)
				c = c & 1 ? UINT32_C(0xedb88320) ^ (c >> 1) : c >> 1;
			table[i] = c;
		}
	crc = ~crc;
	for (size_t i = 0; i < n; i++)
		crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >> 8);
	return ~crc;
}

static bool has_crc(const struct elf_file *f, uint32_t crc)
{
	static uint8_t block[65536];
	uint32_t sum = 0;
	uint64_t at = 0;
	ssize_t n;

	if (f->size > CRC_SIZE_MAX)
		return false;
	while ((n = pread(f->fd, block, sizeof(block), (off_t)at)) > 0) {
		sum = crc32_update(sum, block, (size_t)n);
		at += (uint64_t)n;
	}
	return !n && sum == crc;
}

/* crc NULL: only the build id counts. */
static int open_candidate(struct elf_file *debug, const char *path, const struct elf_file *f,
			  const uint32_t *crc)
{
	struct stat st;
	int fd = elf_path_open(path, &st);
	int r = fd < 0 ? fd : elf_file_open(debug, fd);

	if (r)
		return r;
	if (f->layout.build_id.len) {
		if (elf_build_id_equal(&f->layout.build_id, &debug->layout.build_id))
			return 0;
	} else if (crc && has_crc(debug, *crc)) {
		return 0;
	}
	elf_file_close(debug);
	return -ENOENT;
}

static int open_by_build_id(struct elf_file *debug, const struct elf_file *f)
{
	char hex[2 * ELF_BUILD_ID_MAX + 1];
	char path[sizeof(DEBUG_ROOT) + sizeof(hex) + 32];

	if (f->layout.build_id.len < 2)
		return -ENOENT;
	elf_build_id_hex(&f->layout.build_id, hex);
	snprintf(path, sizeof(path), DEBUG_ROOT "/.build-id/%.2s/%s.debug", hex, hex + 2);
	return open_candidate(debug, path, f, NULL);
}

static bool read_debug_link(const struct elf_file *f, struct debug_link *link)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(f, ".gnu_debuglink", &shdr);
	size_t size, len;
	const char *bytes = scn ? elf_file_bytes(f, scn, &size) : NULL;

	if (!bytes)
		return false;
	len = strnlen(bytes, size);
	size_t crc_at = (len + 4) & ~(size_t)3;
	if (!len || len > NAME_MAX || memchr(bytes, '/', len) || crc_at + 4 > size)
		return false;
	link->name = bytes;
	memcpy(&link->crc, bytes + crc_at, 4);
	return true;
}

static int open_by_link(struct elf_file *debug, const struct elf_file *f, const char *path)
{
	static const char *const places[] = { "%.*s/%s", "%.*s/.debug/%s", DEBUG_ROOT "%.*s/%s" };
	const char *slash = strrchr(path, '/');
	struct debug_link link;
	int r = -ENOENT;

	if (!slash || slash - path > PATH_MAX || !read_debug_link(f, &link))
		return -ENOENT;
	for (size_t i = 0; i < ARRAY_SIZE(places) && r; i++) {
		char candidate[PATH_MAX + NAME_MAX + 32];

		snprintf(candidate, sizeof(candidate), places[i], (int)(slash - path), path,
			 link.name);
		r = open_candidate(debug, candidate, f, &link.crc);
	}
	return r;
}

int debug_file_open(struct elf_file *debug, const struct elf_file *f, const char *path)
{
	int r = open_by_build_id(debug, f);

	if (r && path)
		r = open_by_link(debug, f, path);
	return r;
}

/* The path of an open file, which is resolved; "": not known. */
static void path_of(const struct elf_file *f, char *path, size_t size)
{
	char link[40];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", f->fd);
	len = f->fd < 0 ? 0 : readlink(link, path, size - 1);
	path[len > 0 ? len : 0] = 0;
}

int debug_file_open_alt(struct elf_file *alt, const struct elf_file *f, const char *name,
			const struct elf_build_id *id)
{
	const struct elf_file wanted = { .layout.build_id = *id };
	char path[PATH_MAX + 2], *slash;
	int r = open_by_build_id(alt, &wanted), len;

	if (!r)
		return 0;
	if (name[0] == '/')
		return open_candidate(alt, name, &wanted, NULL);
	path_of(f, path, sizeof(path));
	slash = strrchr(path, '/');
	if (!slash)
		return r;
	slash[1] = 0;
	size_t room = sizeof(path) - strlen(path);
	len = snprintf(path + strlen(path), room, "%s", name);
	return (size_t)len < room ? open_candidate(alt, path, &wanted, NULL) : r;
}
