/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DWARF of an ELF file. */
#include "config.h"

#include "elf/dwarf-file.h"

#include <elfutils/libdwelf.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "elf/debug-file.h"

static bool begins_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool has_info(const struct elf_file *f)
{
	GElf_Shdr shdr;

	if (!elf_file_section(f, ".debug_info", &shdr) &&
	    !elf_file_section(f, ".zdebug_info", &shdr))
		return false;
	return shdr.sh_type != SHT_NOBITS && shdr.sh_size;
}

/* The bytes that a section of the old compressed kind, .zdebug_X, will have. */
static uint64_t old_compressed_size(Elf_Scn *scn)
{
	Elf_Data *data = elf_rawdata(scn, NULL);
	uint64_t size;

	if (!data || data->d_size < 12 || memcmp(data->d_buf, "ZLIB", 4))
		return 0;
	memcpy(&size, (const char *)data->d_buf + 4, sizeof(size));
	return be64toh(size);
}

/* The bytes of debug sections once they are read, and those that have to be unpacked. */
struct sizes { uint64_t all, unpacked; };

/*
 * The bytes that a section takes once it is read; 0 when libdw will not read it, UINT64_MAX when
 * that is more than the file can have.
 */
static uint64_t size_of(const struct elf_file *f, Elf_Scn *scn, size_t names, bool *is_packed)
{
	GElf_Shdr shdr;
	GElf_Chdr chdr;
	const char *name = gelf_getshdr(scn, &shdr) ? elf_strptr(f->elf, names, shdr.sh_name)
						    : NULL;

	*is_packed = true;
	if (!name || shdr.sh_type == SHT_NOBITS)
		return 0;
	if (begins_with(name, ".zdebug_"))
		return shdr.sh_size > f->size ? UINT64_MAX : old_compressed_size(scn);
	if (!begins_with(name, ".debug_") && !begins_with(name, ".gnu.debug"))
		return 0;
	if (shdr.sh_flags & SHF_COMPRESSED)
		return gelf_getchdr(scn, &chdr) ? chdr.ch_size : UINT64_MAX;
	*is_packed = false;
	return shdr.sh_size > f->size ? UINT64_MAX : shdr.sh_size;
}

static int measure(const struct elf_file *f, struct sizes *sizes)
{
	Elf_Scn *scn = NULL;
	size_t names;

	*sizes = (struct sizes){ 0 };
	if (elf_getshdrstrndx(f->elf, &names) < 0)
		return -EBADMSG;
	while ((scn = elf_nextscn(f->elf, scn))) {
		bool is_packed;
		uint64_t size = size_of(f, scn, names, &is_packed);

		if (size > DWARF_FILE_BYTES_MAX - sizes->all)
			return -EFBIG;
		sizes->all += size;
		sizes->unpacked += is_packed ? size : 0;
	}
	return 0;
}

static struct dwarf_section section(const struct elf_file *f, const char *name)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(f, name, &shdr);
	Elf_Data *data = scn ? elf_rawdata(scn, NULL) : NULL;

	if (!data || !data->d_buf)
		return (struct dwarf_section){ NULL, 0 };
	return (struct dwarf_section){ data->d_buf, data->d_size };
}

/* libdw reads strings up to their zero byte, wherever that is. */
static bool is_ended(const struct elf_file *f, const char *name)
{
	struct dwarf_section s = section(f, name);

	return !s.size || !s.bytes[s.size - 1];
}

/* The file as mapped, if it may be. */
static const struct elf_file *map_file(struct dwarf_part *part, const struct elf_file *f)
{
	if (f->fd < 0 || !file_map_open(&part->map, f->fd))
		return f;
	return elf_file_open_memory(&part->image, part->map.image, part->map.size) ? f :
										     &part->image;
}

/* `file` has it: part->elf or one of the caller's.  Adds to *bytes what it takes in memory. */
static int begin(struct dwarf_part *part, const struct elf_file *file, size_t *bytes)
{
	const struct elf_file *f;
	struct sizes sizes;
	int r = measure(file, &sizes);

	if (r)
		return r;
	f = map_file(part, file);
	*bytes += f == file ? sizes.all : sizes.unpacked;
	/* This decompresses the sections in place, too. */
	part->dwarf = dwarf_begin_elf(f->elf, DWARF_C_READ, NULL);
	if (!part->dwarf || !is_ended(f, ".debug_str") || !is_ended(f, ".debug_line_str"))
		return -EBADMSG;
	part->info = section(f, ".debug_info");
	part->abbrev = section(f, ".debug_abbrev");
	part->line = section(f, ".debug_line");
	return part->info.bytes && part->abbrev.bytes ? 0 : -EBADMSG;
}

static int begin_alt(struct dwarf_file *d, const struct elf_file *f)
{
	struct elf_build_id id = { .len = 0 };
	const char *name;
	const void *bytes;
	ssize_t len = dwelf_dwarf_gnu_debugaltlink(d->main.dwarf, &name, &bytes);
	int r;

	if (!len)
		return 0;
	if (len < 0 || len > ELF_BUILD_ID_MAX)
		return -EBADMSG;
	id.len = (uint8_t)len;
	memcpy(id.bytes, bytes, id.len);
	r = debug_file_open_alt(&d->alt.elf, f, name, &id);
	if (r)
		return r == -ENOMEM ? r : -ENOENT;
	r = begin(&d->alt, &d->alt.elf, &d->bytes);
	/* libdw would open any path that this names. */
	if (!r && dwelf_dwarf_gnu_debugaltlink(d->alt.dwarf, &name, &bytes))
		r = -EBADMSG;
	if (!r)
		dwarf_setalt(d->main.dwarf, d->alt.dwarf);
	return r;
}

static int begin_all(struct dwarf_file *d, const struct elf_file *f)
{
	int r = begin(&d->main, f, &d->bytes);

	return r ? r : begin_alt(d, f);
}

int dwarf_file_open(struct dwarf_file *d, const struct elf_file *f, const char *path)
{
	int r;

	*d = (struct dwarf_file){ 0 };
	if (has_info(f)) {
		r = begin_all(d, f);
	} else {
		r = debug_file_open(&d->main.elf, f, path);
		if (r)
			return r == -ENOMEM ? r : -ENODATA;
		r = has_info(&d->main.elf) ? begin_all(d, &d->main.elf) : -ENODATA;
	}
	if (r)
		dwarf_file_close(d);
	return r;
}

bool dwarf_file_is_there(const struct elf_file *f, const char *path)
{
	struct elf_file debug;
	bool is_there;

	if (has_info(f))
		return true;
	if (debug_file_open(&debug, f, path))
		return false;
	is_there = has_info(&debug);
	elf_file_close(&debug);
	return is_there;
}

static void close_part(struct dwarf_part *part)
{
	dwarf_end(part->dwarf);
	if (part->image.elf)
		elf_file_close(&part->image);
	file_map_close(&part->map);
	if (part->elf.elf)
		elf_file_close(&part->elf);
	*part = (struct dwarf_part){ 0 };
}

void dwarf_file_close(struct dwarf_file *d)
{
	close_part(&d->main);
	close_part(&d->alt);
}

const struct dwarf_part *dwarf_file_part(const struct dwarf_file *d, Dwarf_Die *die)
{
	return dwarf_cu_getdwarf(die->cu) == d->alt.dwarf ? &d->alt : &d->main;
}

static bool is_in(const struct dwarf_section *s, const char *at, size_t *left)
{
	uintptr_t start = (uintptr_t)s->bytes, where = (uintptr_t)at;

	if (where < start || where - start >= s->size)
		return false;
	*left = s->size - (where - start);
	return true;
}

const char *dwarf_file_string(const struct dwarf_file *d, Dwarf_Attribute *attr, size_t max)
{
	const char *s = dwarf_formstring(attr);
	size_t left;

	if (!s)
		return NULL;
	/* Elsewhere it ends with its section at the latest. */
	if (!is_in(&d->main.info, s, &left) && !is_in(&d->alt.info, s, &left))
		left = max + 1;
	if (left > max + 1)
		left = max + 1;
	return strnlen(s, left) < left ? s : NULL;
}
