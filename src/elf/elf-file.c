/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF files: opening foreign paths safely, segments, build id, sections. */
#include "config.h"

#include "elf/elf-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOTES_MAX ((uint64_t)1 << 20)
#define SECTIONS_MAX ((size_t)1 << 20)
#define SECTION_NAMES_MAX ((uint64_t)64 << 20)
#define PAGE_MASK UINT64_C(4095)

static int regular_file(int fd, struct stat *st)
{
	if (fstat(fd, st) < 0)
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -ENOTSUP;
	return st->st_size < (off_t)sizeof(Elf32_Ehdr) ? -ENOEXEC : 0;
}

/* path is relative to root unless it begins with a slash. */
static int open_regular(int root, const char *path, int flags, struct stat *st)
{
	struct stat opened;
	char link[40];

	CLEANUP_CLOSE int where = openat(root, path, flags | O_PATH | O_CLOEXEC);
	if (where < 0)
		return -errno;
	int r = regular_file(where, st);
	if (r)
		return r;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", where);
	int fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		fd = openat(root, path, flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &opened) < 0 || opened.st_ino != st->st_ino || opened.st_dev != st->st_dev) {
		close(fd);
		return -ESTALE;
	}
	return fd;
}

int elf_path_open(const char *path, struct stat *st)
{
	return path[0] == '/' ? open_regular(AT_FDCWD, path, 0, st) : -ENOENT;
}

int elf_path_open_in(int root, const char *path, struct stat *st)
{
	const char *relative = path + strspn(path, "/");

	return relative > path ? open_regular(root, relative, O_NOFOLLOW, st) : -ENOENT;
}

static void add_segment(struct elf_layout *l, const GElf_Phdr *ph)
{
	uint64_t end;

	if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X) || l->n_segments == ELF_SEGMENTS_MAX)
		return;
	if (__builtin_add_overflow(ph->p_offset, ph->p_filesz, &end) ||
	    __builtin_add_overflow(ph->p_vaddr, ph->p_memsz, &end))
		return;
	l->segments[l->n_segments++] = (struct elf_segment){
		ph->p_offset, ph->p_vaddr, ph->p_filesz, ph->p_memsz
	};
}

static bool read_note(Elf_Data *data, struct elf_build_id *id)
{
	size_t at = 0, next, name, desc;
	GElf_Nhdr note;

	while (at < data->d_size && (next = gelf_getnote(data, at, &note, &name, &desc)) > at) {
		const char *bytes = data->d_buf;

		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof("GNU") &&
		    !memcmp(bytes + name, "GNU", sizeof("GNU")) && note.n_descsz) {
			id->len = note.n_descsz < sizeof(id->bytes) ?
				(uint8_t)note.n_descsz : (uint8_t)sizeof(id->bytes);
			memcpy(id->bytes, bytes + desc, id->len);
			return true;
		}
		at = next;
	}
	return false;
}

static bool note_segment(struct elf_file *f, const GElf_Phdr *ph)
{
	Elf_Data *data;

	if (ph->p_type != PT_NOTE || !ph->p_filesz || ph->p_filesz > NOTES_MAX ||
	    ph->p_offset > f->size || ph->p_filesz > f->size - ph->p_offset)
		return false;
	data = elf_getdata_rawchunk(f->elf, (int64_t)ph->p_offset, ph->p_filesz,
				    ph->p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
	return data && read_note(data, &f->layout.build_id);
}

/* A separate debug file's segments have no bytes of their own: its notes are in a section only. */
static void note_sections(struct elf_file *f)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	while ((scn = elf_nextscn(f->elf, scn))) {
		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_NOTE ||
		    shdr.sh_size > NOTES_MAX)
			continue;
		Elf_Data *data = elf_getdata(scn, NULL);
		if (data && data->d_buf && read_note(data, &f->layout.build_id))
			return;
	}
}

/* A sparse file can claim tables of any size; libelf would read them whole. */
static bool has_sane_tables(Elf *elf)
{
	GElf_Shdr shdr;
	size_t n, names;

	if (elf_getshdrnum(elf, &n) < 0 || n > SECTIONS_MAX)
		return false;
	if (!n || elf_getshdrstrndx(elf, &names) < 0)
		return true;
	Elf_Scn *scn = elf_getscn(elf, names);
	return !scn || !gelf_getshdr(scn, &shdr) || shdr.sh_size <= SECTION_NAMES_MAX;
}

static int read_headers(struct elf_file *f)
{
	GElf_Ehdr ehdr;
	GElf_Phdr ph;
	size_t n = 0;
	bool found = false;

	if (elf_kind(f->elf) != ELF_K_ELF || !gelf_getehdr(f->elf, &ehdr) ||
	    !has_sane_tables(f->elf))
		return -ENOEXEC;
	f->layout.type = ehdr.e_type;
	f->layout.machine = ehdr.e_machine;
	if (elf_getphdrnum(f->elf, &n) < 0)
		n = 0;
	for (size_t i = 0; i < n && i < UINT16_MAX; i++) {
		if (!gelf_getphdr(f->elf, (int)i, &ph))
			break;
		add_segment(&f->layout, &ph);
		found = found || note_segment(f, &ph);
	}
	if (!found)
		note_sections(f);
	return 0;
}

static int open_handle(struct elf_file *f, struct elf_file *out)
{
	int r = f->elf ? read_headers(f) : -ENOEXEC;

	if (r)
		elf_file_close(f);
	else
		*out = *f;
	return r;
}

int elf_file_open(struct elf_file *f, int fd)
{
	struct elf_file new = { .fd = fd };
	struct stat st;
	int r = regular_file(fd, &st);

	if (r) {
		close(fd);
		return r;
	}
	new.size = (uint64_t)st.st_size;
	elf_version(EV_CURRENT);
	new.elf = elf_begin(fd, ELF_C_READ, NULL);
	return open_handle(&new, f);
}

int elf_file_open_memory(struct elf_file *f, const void *image, size_t size)
{
	struct elf_file new = { .fd = -1, .size = size };

	elf_version(EV_CURRENT);
	/* libelf does not write to an image that it was not asked to update. */
	new.elf = elf_memory((char *)(uintptr_t)image, size);
	return open_handle(&new, f);
}

void elf_file_close(struct elf_file *f)
{
	elf_end(f->elf);
	if (f->fd >= 0)
		close(f->fd);
	f->elf = NULL;
	f->fd = -1;
}

const struct elf_segment *elf_layout_vaddr(const struct elf_layout *l, uint64_t offset,
					   uint64_t *vaddr)
{
	const struct elf_segment *padded = NULL;

	for (size_t i = 0; i < l->n_segments; i++) {
		const struct elf_segment *s = &l->segments[i];

		if (offset >= s->offset && offset - s->offset < s->filesz) {
			*vaddr = s->vaddr + (offset - s->offset);
			return s;
		}
		if (offset >= (s->offset & ~PAGE_MASK) &&
		    offset < ((s->offset + s->filesz + PAGE_MASK) & ~PAGE_MASK) && !padded)
			padded = s;
	}
	if (padded)
		*vaddr = padded->vaddr + (offset - padded->offset);
	return padded;
}

const struct elf_segment *elf_layout_segment(const struct elf_layout *l, uint64_t vaddr)
{
	for (size_t i = 0; i < l->n_segments; i++)
		if (vaddr >= l->segments[i].vaddr &&
		    vaddr - l->segments[i].vaddr < l->segments[i].memsz)
			return &l->segments[i];
	return NULL;
}

static size_t segment_count(const struct elf_file *f)
{
	size_t n = 0;

	if (elf_getphdrnum(f->elf, &n) < 0)
		return 0;
	return n < UINT16_MAX ? n : UINT16_MAX;
}

bool elf_file_segment(const struct elf_file *f, uint32_t type, GElf_Phdr *ph)
{
	for (size_t i = 0; i < segment_count(f); i++)
		if (gelf_getphdr(f->elf, (int)i, ph) && ph->p_type == type)
			return true;
	return false;
}

bool elf_file_offset(const struct elf_file *f, uint64_t vaddr, uint64_t *offset, uint64_t *left)
{
	GElf_Phdr ph;

	for (size_t i = 0; i < segment_count(f); i++) {
		if (!gelf_getphdr(f->elf, (int)i, &ph) || ph.p_type != PT_LOAD ||
		    vaddr < ph.p_vaddr || vaddr - ph.p_vaddr >= ph.p_filesz)
			continue;
		uint64_t into = vaddr - ph.p_vaddr;

		if (ph.p_offset > f->size || into >= f->size - ph.p_offset)
			return false;
		*offset = ph.p_offset + into;
		*left = ph.p_filesz - into;
		if (*left > f->size - *offset)
			*left = f->size - *offset;
		return true;
	}
	return false;
}

bool elf_build_id_equal(const struct elf_build_id *a, const struct elf_build_id *b)
{
	return a->len && a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

void elf_build_id_hex(const struct elf_build_id *id, char *out)
{
	for (size_t i = 0; i < id->len; i++)
		sprintf(out + 2 * i, "%02x", id->bytes[i]);
	out[2 * id->len] = 0;
}

Elf_Scn *elf_file_section(const struct elf_file *f, const char *name, GElf_Shdr *shdr)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(f->elf, &names) < 0)
		return NULL;
	while ((scn = elf_nextscn(f->elf, scn))) {
		const char *s =
			gelf_getshdr(scn, shdr) ? elf_strptr(f->elf, names, shdr->sh_name) : NULL;

		if (s && !strcmp(s, name))
			return scn;
	}
	return NULL;
}

const void *elf_file_bytes(const struct elf_file *f, Elf_Scn *scn, size_t *size)
{
	GElf_Shdr shdr;
	Elf_Data *data;

	if (!gelf_getshdr(scn, &shdr) || shdr.sh_type == SHT_NOBITS || shdr.sh_size > f->size ||
	    shdr.sh_size > ELF_SECTION_MAX)
		return NULL;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf || !data->d_size)
		return NULL;
	*size = data->d_size;
	return data->d_buf;
}

static int read_at(int fd, void *bytes, size_t n, uint64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)bytes + done, n - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -ENOEXEC;
		done += (size_t)got;
	}
	return 0;
}

int elf_file_read(const struct elf_file *f, uint64_t offset, void *to, size_t size)
{
	const char *image;

	if (offset > f->size || size > f->size - offset)
		return -ENOEXEC;
	if (f->fd >= 0)
		return read_at(f->fd, to, size, offset);
	image = elf_rawfile(f->elf, NULL);
	if (!image)
		return -ENOEXEC;
	if (size)
		memcpy(to, image + offset, size);
	return 0;
}

int elf_file_append(const struct elf_file *f, const GElf_Shdr *shdr, struct buf *b)
{
	size_t before = b->len;
	uint8_t *to;
	int r;

	if (shdr->sh_type == SHT_NOBITS || shdr->sh_size > f->size ||
	    shdr->sh_size > ELF_SECTION_MAX)
		return -ENOEXEC;
	to = buf_extend(b, shdr->sh_size + 1);
	if (!to)
		return b->failed ? b->failed : -ENOMEM;
	r = elf_file_read(f, shdr->sh_offset, to, shdr->sh_size);
	to[shdr->sh_size] = 0;
	if (r)
		b->len = before;
	return r;
}
