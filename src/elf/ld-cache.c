/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dynamic linker's cache of shared libraries. */
#include "config.h"

#include "elf/ld-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/io.h"

#define OLD_MAGIC "ld.so-1.7.0"
#define NEW_MAGIC "glibc-ld.so.cache1.1"
/* Type libc6 and machine x86-64. */
#define FLAGS_X86_64 0x0303

struct old_header {
	char magic[sizeof(OLD_MAGIC)];
	uint32_t n;              /* entries of 12 bytes follow */
};

struct new_header {
	char magic[sizeof(NEW_MAGIC) - 1];
	uint32_t n, len_strings;
	uint8_t flags, pad[3];
	uint32_t extension_offset, unused[3];
};

struct new_entry {
	int32_t flags;
	uint32_t name, path;     /* from the header's start */
	uint32_t os_version;
	uint64_t hwcap;
};

/* Where the new format begins: after the old one, at the next multiple of 8. */
static size_t find_start(const struct buf *b)
{
	struct old_header old;

	if (b->len < sizeof(old))
		return 0;
	memcpy(&old, b->data, sizeof(old));
	if (memcmp(old.magic, OLD_MAGIC, sizeof(old.magic)))
		return 0;
	return (sizeof(old) + (size_t)old.n * 12 + 7) & ~(size_t)7;
}

static int parse(struct ld_cache *c)
{
	struct new_header h;
	size_t start = find_start(&c->bytes);

	if (start > c->bytes.len || c->bytes.len - start < sizeof(h))
		return -EBADMSG;
	memcpy(&h, c->bytes.data + start, sizeof(h));
	if (memcmp(h.magic, NEW_MAGIC, sizeof(h.magic)) ||
	    h.n > (c->bytes.len - start - sizeof(h)) / sizeof(struct new_entry))
		return -EBADMSG;
	c->start = start;
	c->n = h.n;
	return 0;
}

int ld_cache_read(struct ld_cache *c, const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int r;

	*c = (struct ld_cache){ .bytes = BUF_INIT(LD_CACHE_BYTES_MAX) };
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EBADMSG;
	r = read_all(fd, &c->bytes);
	if (!r)
		r = parse(c);
	if (r)
		ld_cache_release(c);
	return r;
}

static struct new_entry entry_at(const struct ld_cache *c, uint32_t i)
{
	struct new_entry e;

	memcpy(&e, c->bytes.data + c->start + sizeof(struct new_header) + i * sizeof(e), sizeof(e));
	return e;
}

static const char *string_at(const struct ld_cache *c, uint32_t offset)
{
	size_t room = c->bytes.len - c->start;
	const char *s = (const char *)c->bytes.data + c->start + offset;

	return offset < room && memchr(s, 0, room - offset) ? s : NULL;
}

const char *ld_cache_entry(const struct ld_cache *c, uint32_t i, const char **name)
{
	struct new_entry e = entry_at(c, i);
	const char *path;

	if (e.flags != FLAGS_X86_64)
		return NULL;
	*name = string_at(c, e.name);
	path = string_at(c, e.path);
	return *name && path && path[0] == '/' ? path : NULL;
}

/* The level of the x86-64 ABI that this CPU has, told by some of its features. */
static int cpu_level(void)
{
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt"))
		return 1;
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2") ||
	    !__builtin_cpu_supports("fma"))
		return 2;
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") ? 4 : 3;
}

/* What a library in glibc-hwcaps needs: 1 for others, a number that no CPU has when not known. */
static int level_of(const char *path)
{
	static const char folder[] = "/glibc-hwcaps/x86-64-v";
	const char *at = strstr(path, "/glibc-hwcaps/");

	if (!at)
		return 1;
	return strncmp(at, folder, strlen(folder)) ? 99 : at[strlen(folder)] - '0';
}

const char *ld_cache_find(const struct ld_cache *c, const char *name)
{
	const char *best = NULL, *entry_name;
	int best_level = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		const char *path = ld_cache_entry(c, i, &entry_name);

		if (!path || strcmp(entry_name, name))
			continue;
		int level = level_of(path);

		if (level > best_level && level <= cpu_level()) {
			best = path;
			best_level = level;
		}
	}
	return best;
}

void ld_cache_release(struct ld_cache *c)
{
	buf_release(&c->bytes);
	c->n = 0;
}
