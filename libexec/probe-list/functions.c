/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of an ELF file by their names. */
#include "config.h"

#include "functions.h"

#include <errno.h>
#include <string.h>

#include "elf/debug-file.h"
#include "lib/vec.h"
#include "versions.h"

/* A symbol table, and what is done with its functions. */
struct table {
	const struct elf_file *file;     /* that has the table */
	const struct elf_file *code;     /* that has the code */
	Elf_Scn *section;                /* read only when the strings are worth it */
	const uint8_t *symbols; size_t n;
	const char *strings; size_t strings_size;
	bool is_dynamic;
	struct versions versions;
	bool has_versions;
};

bool function_offset(const struct elf_file *f, uint64_t vaddr, uint64_t *offset)
{
	const struct elf_segment *s = elf_layout_segment(&f->layout, vaddr);
	uint64_t at;

	if (!s || vaddr - s->vaddr >= s->filesz ||
	    __builtin_add_overflow(s->offset, vaddr - s->vaddr, &at) || at >= f->size)
		return false;
	*offset = at;
	return true;
}

/* ---- tables ---- */

static bool open_table(struct table *t, const struct elf_file *f, uint32_t type)
{
	Elf_Scn *scn = NULL, *strings;
	GElf_Shdr shdr;

	*t = (struct table){ .file = f, .is_dynamic = type == SHT_DYNSYM };
	while ((scn = elf_nextscn(f->elf, scn)))
		if (gelf_getshdr(scn, &shdr) && shdr.sh_type == type)
			break;
	if (!scn || shdr.sh_entsize != sizeof(Elf64_Sym))
		return false;
	strings = elf_getscn(f->elf, shdr.sh_link);
	t->strings = strings ? elf_file_bytes(f, strings, &t->strings_size) : NULL;
	if (!t->strings)
		return false;
	/* What has no end is cut off the table. */
	while (t->strings_size && t->strings[t->strings_size - 1])
		t->strings_size--;
	t->section = scn;
	return t->strings_size;
}

static bool read_symbols(struct table *t)
{
	size_t size;

	t->symbols = elf_file_bytes(t->file, t->section, &size);
	t->n = t->symbols ? size / sizeof(Elf64_Sym) : 0;
	return t->n;
}

/* Symbol i, if it is a function that is defined here and has a name; else NULL. */
static const char *function_at(const struct table *t, size_t i, Elf64_Sym *sym)
{
	int type;

	memcpy(sym, t->symbols + i * sizeof(*sym), sizeof(*sym));
	type = ELF64_ST_TYPE(sym->st_info);
	if ((type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE) ||
	    sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS ||
	    sym->st_name >= t->strings_size || !t->strings[sym->st_name])
		return NULL;
	return t->strings + sym->st_name;
}

/* Labels of assembler code count when they are global and in a section of code. */
static bool is_code(const struct table *t, const Elf64_Sym *sym)
{
	GElf_Shdr shdr;
	Elf_Scn *scn;

	if (ELF64_ST_TYPE(sym->st_info) != STT_NOTYPE)
		return true;
	if (ELF64_ST_BIND(sym->st_info) == STB_LOCAL)
		return false;
	scn = elf_getscn(t->file->elf, sym->st_shndx);
	return scn && gelf_getshdr(scn, &shdr) && shdr.sh_flags & SHF_EXECINSTR;
}

/* ---- what matches ---- */

static uint32_t rank_of(const Elf64_Sym *sym, const char *name, bool is_default)
{
	uint32_t rank = ELF64_ST_BIND(sym->st_info) == STB_GLOBAL ? 8 :
		ELF64_ST_BIND(sym->st_info) == STB_WEAK ? 6 : 4;

	rank += name[0] != '_';
	return rank + 2 * is_default;
}

static void name_version(struct table *t, size_t i, const char *name, const char **version,
			 bool *is_default)
{
	const char *at = strchr(name + 1, '@');

	*version = NULL;
	*is_default = true;
	if (at) {
		*is_default = at[1] == '@';
		*version = at + 1 + *is_default;
	} else if (t->is_dynamic) {
		if (!t->has_versions)
			versions_read(&t->versions, t->file);
		t->has_versions = true;
		*version = version_of(&t->versions, i, is_default);
	}
}

static int push(struct functions *out, struct function *new, const char *name, const char *version)
{
	size_t base;
	int r;

	new->clone = clone_of(name, &base);
	if (new->clone == CLONE_COLD)
		new->obstacle = FUNCTION_COLD;
	new->name = strndup(name, 1 + strcspn(name + 1, "@"));
	new->version = version ? strdup(version) : NULL;
	r = !new->name || (version && !new->version) ? -ENOMEM :
		out->n >= FUNCTIONS_MAX ? -EOVERFLOW : 0;
	if (!r)
		r = VEC_PUSH(out->v, out->n, out->cap, *new);
	if (r) {
		free(new->name);
		free(new->version);
	}
	return r;
}

static int add(struct functions *out, struct table *t, size_t i, const Elf64_Sym *sym,
	       const char *name, const char *wanted_version)
{
	struct function new = { .vaddr = sym->st_value, .size = sym->st_size };
	const char *version;

	if (strnlen(name, FUNCTION_NAME_MAX + 1) > FUNCTION_NAME_MAX || !is_code(t, sym) ||
	    !function_offset(t->code, new.vaddr, &new.offset))
		return 0;
	name_version(t, i, name, &version, &new.is_default);
	if (wanted_version && (!version || strcmp(version, wanted_version)))
		return 0;
	if (ELF64_ST_TYPE(sym->st_info) == STT_GNU_IFUNC)
		new.obstacle = FUNCTION_INDIRECT;
	new.rank = rank_of(sym, name, new.is_default);
	return push(out, &new, name, version);
}

static int find_in_table(struct functions *out, struct table *t, struct matcher *m,
			 const char *version)
{
	Elf64_Sym sym;
	int r = 0;

	if (!matcher_may_match(m, t->strings, t->strings_size) || !read_symbols(t))
		return 0;
	for (size_t i = 0; i < t->n && !r; i++) {
		const char *name = function_at(t, i, &sym);

		if (name && matcher_test(m, name))
			r = add(out, t, i, &sym, name, version);
	}
	return r;
}

/* By address; of one address what can be attached and has the best name first. */
static int compare(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	if (x->vaddr != y->vaddr)
		return x->vaddr < y->vaddr ? -1 : 1;
	if (x->obstacle != y->obstacle)
		return x->obstacle > y->obstacle ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void keep_one_of_each_address(struct functions *out)
{
	size_t n = 0;

	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	for (size_t i = 0; i < out->n; i++) {
		struct function *last = n ? &out->v[n - 1] : NULL;

		if (!last || last->vaddr != out->v[i].vaddr) {
			out->v[n++] = out->v[i];
			continue;
		}
		/* .symtab has no versions, and a debug file's sizes are as good. */
		if (!last->version && !strcmp(last->name, out->v[i].name)) {
			last->version = out->v[i].version;
			last->is_default = out->v[i].is_default;
			out->v[i].version = NULL;
		}
		if (!last->size)
			last->size = out->v[i].size;
		free(out->v[i].name);
		free(out->v[i].version);
	}
	out->n = n;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A part is hit beside the function that calls it, which counts one call twice. */
static int mark_parts(struct functions *out)
{
	char **names = calloc(out->n + 1, sizeof(*names));
	size_t n = 0;

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].clone < CLONE_PART && out->v[i].obstacle == FUNCTION_OK)
			names[n++] = out->v[i].name;
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < out->n; i++) {
		size_t base;
		CLEANUP_FREE char *whole = NULL;

		if (clone_of(out->v[i].name, &base) != CLONE_PART)
			continue;
		whole = strndup(out->v[i].name, base);
		if (whole && bsearch(&whole, names, n, sizeof(*names), compare_names))
			out->v[i].obstacle = FUNCTION_PART;
	}
	free(names);
	return 0;
}

int functions_find(struct functions *out, const struct elf_file *f, const char *path,
		   struct matcher *m, const char *version)
{
	struct elf_file debug;
	struct table t;
	int r = 0;

	if (open_table(&t, f, SHT_SYMTAB)) {
		t.code = f;
		r = find_in_table(out, &t, m, version);
	} else if (!debug_file_open(&debug, f, path)) {
		if (open_table(&t, &debug, SHT_SYMTAB)) {
			t.code = f;
			r = find_in_table(out, &t, m, version);
		}
		elf_file_close(&debug);
	}
	if (!r && open_table(&t, f, SHT_DYNSYM)) {
		t.code = f;
		r = find_in_table(out, &t, m, version);
	}
	keep_one_of_each_address(out);
	return r ? r : mark_parts(out);
}

void functions_release(struct functions *out)
{
	for (size_t i = 0; i < out->n; i++) {
		free(out->v[i].name);
		free(out->v[i].version);
	}
	free(out->v);
	*out = (struct functions){ 0 };
}

/* ---- all names ---- */

static void see_table(struct table *t, void (*see)(void *opaque, const char *name), void *opaque)
{
	Elf64_Sym sym;

	if (!read_symbols(t))
		return;
	for (size_t i = 0; i < t->n; i++) {
		const char *name = function_at(t, i, &sym);

		if (name)
			see(opaque, name);
	}
}

void functions_names(const struct elf_file *f, const char *path,
		     void (*see)(void *opaque, const char *name), void *opaque)
{
	struct elf_file debug;
	struct table t;

	if (open_table(&t, f, SHT_SYMTAB)) {
		see_table(&t, see, opaque);
	} else if (!debug_file_open(&debug, f, path)) {
		if (open_table(&t, &debug, SHT_SYMTAB))
			see_table(&t, see, opaque);
		elf_file_close(&debug);
	}
	if (open_table(&t, f, SHT_DYNSYM))
		see_table(&t, see, opaque);
}
