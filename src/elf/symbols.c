/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of an ELF file: .symtab, .dynsym, separate debug files, PLT. */
#include "config.h"

#include "elf/symbols.h"

#include <errno.h>
#include <string.h>

#include "elf/debug-file.h"
#include "elf/plt-x86.h"

/* Where each section lies, when it is code. */
struct code_sections {
	struct { uint64_t start, end; } *ranges;
	size_t n;
};

static int code_sections_init(struct code_sections *c, const struct elf_file *f)
{
	Elf_Scn *scn = NULL;
	size_t n = 0;
	GElf_Shdr shdr;

	if (elf_getshdrnum(f->elf, &n) < 0)
		n = 0;
	c->n = n;
	c->ranges = calloc(n + 1, sizeof(*c->ranges));
	if (!c->ranges)
		return -ENOMEM;
	while ((scn = elf_nextscn(f->elf, scn))) {
		size_t i = elf_ndxscn(scn);

		if (i >= n || !gelf_getshdr(scn, &shdr) || !(shdr.sh_flags & SHF_EXECINSTR) ||
		    shdr.sh_addr + shdr.sh_size < shdr.sh_addr)
			continue;
		c->ranges[i].start = shdr.sh_addr;
		c->ranges[i].end = shdr.sh_addr + shdr.sh_size;
	}
	return 0;
}

static bool symbol_rank_of(const GElf_Sym *sym, const char *name, uint32_t *rank)
{
	int type = GELF_ST_TYPE(sym->st_info), binding = GELF_ST_BIND(sym->st_info);

	if (!name[0] || sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS)
		return false;
	if (type == STT_FUNC || type == STT_GNU_IFUNC)
		*rank = SYMBOL_FUNCTION;
	else if (type == STT_NOTYPE && name[0] != '$' && name[0] != '.')
		*rank = SYMBOL_NOTYPE;
	else
		return false;
	if (binding == STB_WEAK)
		*rank += SYMBOL_WEAK;
	else
		*rank += binding == STB_LOCAL ? SYMBOL_LOCAL : SYMBOL_GLOBAL;
	return true;
}

/* The range of a symbol within its section; false when it is not code. */
static bool symbol_range(const GElf_Sym *sym, const struct code_sections *c, struct symbol_draft *d)
{
	uint64_t end;

	if (sym->st_shndx >= c->n || sym->st_value < c->ranges[sym->st_shndx].start ||
	    sym->st_value >= c->ranges[sym->st_shndx].end)
		return false;
	d->start = sym->st_value;
	d->limit = c->ranges[sym->st_shndx].end;
	if (__builtin_add_overflow(sym->st_value, sym->st_size, &end) || end > d->limit)
		end = d->limit;
	d->end = end;
	return true;
}

static int add_symbols(struct symbol_set *s, const struct code_sections *c, Elf_Data *data,
		       size_t n, uint32_t names)
{
	size_t names_len = s->names.len - names;
	GElf_Sym sym;
	int r = 0;

	for (size_t i = 0; i < n && i < INT32_MAX && !r && gelf_getsym(data, (int)i, &sym); i++) {
		struct symbol_draft d = { 0 };
		char *name, *version;

		if (sym.st_name >= names_len)
			continue;
		name = (char *)s->names.data + names + sym.st_name;
		if (!symbol_rank_of(&sym, name, &d.rank) || !symbol_range(&sym, c, &d))
			continue;
		version = strchr(name + 1, '@');
		if (version)
			*version = 0;
		d.name = names + (uint32_t)sym.st_name;
		r = symbol_set_add(s, &d);
	}
	return r;
}

static Elf_Scn *section_of_type(const struct elf_file *f, uint32_t type, GElf_Shdr *shdr)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(f->elf, scn)))
		if (gelf_getshdr(scn, shdr) && shdr->sh_type == type)
			return scn;
	return NULL;
}

/* Returns 1 when the file has such a table, 0 when not; *names is where its strings begin. */
static int add_table(struct symbol_set *s, const struct elf_file *f, uint32_t type, uint32_t *names)
{
	struct code_sections c;
	GElf_Shdr shdr, strings;
	Elf_Scn *scn = section_of_type(f, type, &shdr);
	Elf_Data *data;
	int r;

	if (!scn || shdr.sh_size > ELF_SECTION_MAX || shdr.sh_size > f->size || !shdr.sh_entsize ||
	    !gelf_getshdr(elf_getscn(f->elf, shdr.sh_link), &strings))
		return 0;
	data = elf_getdata(scn, NULL);
	if (!data || !data->d_buf)
		return 0;
	*names = (uint32_t)s->names.len;
	r = elf_file_append(f, &strings, &s->names);
	if (r == -EOVERFLOW || r == -ENOMEM)
		return r;
	if (r)
		return 0;
	r = code_sections_init(&c, f);
	if (!r)
		r = add_symbols(s, &c, data, data->d_size / shdr.sh_entsize, *names);
	free(c.ranges);
	return r ? r : 1;
}

static int add_debug_file(struct symbol_set *s, const struct elf_file *f, const char *path)
{
	struct elf_file debug;
	uint32_t names;

	if (debug_file_open(&debug, f, path))
		return 0;
	int r = add_table(s, &debug, SHT_SYMTAB, &names);
	elf_file_close(&debug);
	return r;
}

int elf_symbols_load(struct symbol_set *s, const struct elf_file *f, const char *path)
{
	uint32_t names = 0;
	int r = add_table(s, f, SHT_SYMTAB, &names);

	if (!r)
		r = add_debug_file(s, f, path);
	if (r < 0)
		return r;
	r = add_table(s, f, SHT_DYNSYM, &names);
	if (r < 0)
		return r;
	r = plt_add_symbols(s, f, r ? (int64_t)names : -1);
	return r ? r : symbol_set_finish(s, SYMBOL_SET_NESTED);
}
