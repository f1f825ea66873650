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

/* The one in which numbers are read that are compared with limits. */
static bool has_known_byte_order(const struct elf_file *f)
{
	const char *ident = elf_getident(f->elf, NULL);

	return ident && ident[EI_DATA] == ELFDATA2LSB;
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
	if (!begins_with(name, ".debug_") && !begins_with(name, ".zdebug_") &&
	    !begins_with(name, ".gnu.debug") && !begins_with(name, ".gnu_debug"))
		return 0;
	if (shdr.sh_size > f->size)
		return UINT64_MAX;
	if (shdr.sh_flags & SHF_COMPRESSED)
		return gelf_getchdr(scn, &chdr) ? chdr.ch_size : UINT64_MAX;
	if (begins_with(name, ".zdebug_"))
		return old_compressed_size(scn);
	*is_packed = false;
	return shdr.sh_size;
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

static bool is_named(const char *s, const char *name)
{
	return s && (begins_with(s, ".debug_") || begins_with(s, ".zdebug_")) &&
	       !strcmp(strchr(s, '_') + 1, name);
}

/*
 * The bytes of .debug_NAME, or .zdebug_NAME, as libdw has them.  Where there are two, it could take
 * another one than the one that is looked at here.  0 or -EBADMSG.
 */
static int find_section(const struct elf_file *f, const char *name, struct dwarf_section *out)
{
	Elf_Scn *scn = NULL, *found = NULL;
	Elf_Data *data;
	GElf_Shdr shdr;
	size_t names;

	*out = (struct dwarf_section){ NULL, 0 };
	if (elf_getshdrstrndx(f->elf, &names) < 0)
		return -EBADMSG;
	while ((scn = elf_nextscn(f->elf, scn))) {
		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type == SHT_NOBITS ||
		    !is_named(elf_strptr(f->elf, names, shdr.sh_name), name))
			continue;
		if (found)
			return -EBADMSG;
		found = scn;
	}
	data = found ? elf_rawdata(found, NULL) : NULL;
	if (data && data->d_buf)
		*out = (struct dwarf_section){ data->d_buf, data->d_size };
	return 0;
}

/* libdw reads strings up to their zero byte, wherever that is. */
static bool is_ended(const struct dwarf_section *s)
{
	return !s->size || !s->bytes[s->size - 1];
}

static int find_sections(struct dwarf_part *part, const struct elf_file *f)
{
	int r = find_section(f, "info", &part->info);

	r = r ? r : find_section(f, "abbrev", &part->abbrev);
	r = r ? r : find_section(f, "line", &part->line);
	r = r ? r : find_section(f, "aranges", &part->aranges);
	r = r ? r : find_section(f, "str", &part->str);
	r = r ? r : find_section(f, "line_str", &part->line_str);
	if (r || !part->info.bytes || !part->abbrev.bytes || !is_ended(&part->str) ||
	    !is_ended(&part->line_str))
		return -EBADMSG;
	return 0;
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
	int r = has_known_byte_order(file) ? measure(file, &sizes) : -EBADMSG;

	if (r)
		return r;
	f = map_file(part, file);
	*bytes += f == file ? sizes.all : sizes.unpacked;
	/* This decompresses the sections in place, too. */
	part->dwarf = dwarf_begin_elf(f->elf, DWARF_C_READ, NULL);
	return part->dwarf ? find_sections(part, f) : -EBADMSG;
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

static bool is_in_part(const struct dwarf_part *part, const char *at, size_t *left)
{
	return is_in(&part->info, at, left) || is_in(&part->str, at, left) ||
	       is_in(&part->line_str, at, left);
}

const char *dwarf_file_string(const struct dwarf_file *d, Dwarf_Attribute *attr, size_t max)
{
	const char *s = dwarf_formstring(attr);
	size_t left;

	/* libdw 0.188 takes an indexed string that begins where its section ends. */
	if (!s || (!is_in_part(&d->main, s, &left) && !is_in_part(&d->alt, s, &left)))
		return NULL;
	if (left > max + 1)
		left = max + 1;
	return strnlen(s, left) < left ? s : NULL;
}
