/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an ELF file tells the dynamic linker. */
#include "config.h"

#include "elf/dynamic.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

#define ENTRIES_MAX 65536
#define DF_1_NODEFLIB_FLAG 0x800

/* A string of at most `left` bytes at a file offset. */
static int read_string(const struct elf_file *f, uint64_t offset, uint64_t left, char **out)
{
	char text[DYNAMIC_STRING_MAX];
	size_t n = left < sizeof(text) ? left : sizeof(text);
	int r;

	if (offset >= f->size)
		return -ENOEXEC;
	if (n > f->size - offset)
		n = f->size - offset;
	r = elf_file_read(f, offset, text, n);
	if (r)
		return r;
	if (!memchr(text, 0, n))
		return -ENOEXEC;
	free(*out);
	*out = strdup(text);
	return *out ? 0 : -ENOMEM;
}

static uint64_t value_of(const Elf64_Dyn *v, size_t n, int64_t tag)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].d_tag == tag)
			return v[i].d_un.d_val;
	return 0;
}

struct strings {
	uint64_t offset, size;
};

static int read_entry(struct elf_dynamic *d, const struct elf_file *f, const struct strings *s,
		      const Elf64_Dyn *e)
{
	char **to = e->d_tag == DT_RPATH ? &d->rpath : e->d_tag == DT_RUNPATH ? &d->runpath :
		e->d_tag == DT_SONAME ? &d->soname : NULL;

	if (e->d_tag == DT_FLAGS_1)
		d->has_no_default = e->d_un.d_val & DF_1_NODEFLIB_FLAG;
	if (e->d_tag == DT_NEEDED && d->n_needed < DYNAMIC_NEEDED_MAX) {
		if (VEC_PUSH(d->needed, d->n_needed, d->cap_needed, NULL))
			return -ENOMEM;
		to = &d->needed[d->n_needed - 1];
	}
	if (!to)
		return 0;
	if (e->d_un.d_val >= s->size)
		return -ENOEXEC;
	return read_string(f, s->offset + e->d_un.d_val, s->size - e->d_un.d_val, to);
}

static int read_entries(struct elf_dynamic *d, const struct elf_file *f, const Elf64_Dyn *v,
			size_t n)
{
	struct strings strings = { 0 };
	uint64_t left, size = value_of(v, n, DT_STRSZ);
	int r = 0;

	if (!elf_file_offset(f, value_of(v, n, DT_STRTAB), &strings.offset, &left))
		return 0;
	strings.size = size < left ? size : left;
	for (size_t i = 0; i < n && !r; i++)
		r = read_entry(d, f, &strings, &v[i]);
	return r;
}

static int read_dynamic(struct elf_dynamic *d, const struct elf_file *f, const GElf_Phdr *ph)
{
	CLEANUP_FREE Elf64_Dyn *v = NULL;
	size_t n = ph->p_filesz / sizeof(*v), used = 0;
	int r;

	if (!n)
		return 0;
	if (n > ENTRIES_MAX)
		return -ENOEXEC;
	v = malloc(n * sizeof(*v));
	if (!v)
		return -ENOMEM;
	r = elf_file_read(f, ph->p_offset, v, n * sizeof(*v));
	if (r)
		return r;
	while (used < n && v[used].d_tag != DT_NULL)
		used++;
	return read_entries(d, f, v, used);
}

int elf_dynamic_read(struct elf_dynamic *d, const struct elf_file *f)
{
	GElf_Phdr ph;
	int r = 0;

	*d = (struct elf_dynamic){ 0 };
	if (f->layout.machine != EM_X86_64 || gelf_getclass(f->elf) != ELFCLASS64)
		return -ENOEXEC;
	if (elf_file_segment(f, PT_INTERP, &ph))
		r = read_string(f, ph.p_offset, ph.p_filesz, &d->interpreter);
	if (!r && elf_file_segment(f, PT_DYNAMIC, &ph))
		r = read_dynamic(d, f, &ph);
	if (r) {
		elf_dynamic_release(d);
	} else if (d->runpath) {
		free(d->rpath);
		d->rpath = NULL;
	}
	return r;
}

void elf_dynamic_release(struct elf_dynamic *d)
{
	free(d->interpreter);
	for (size_t i = 0; i < d->n_needed; i++)
		free(d->needed[i]);
	free(d->needed);
	free(d->rpath);
	free(d->runpath);
	free(d->soname);
	*d = (struct elf_dynamic){ 0 };
}
