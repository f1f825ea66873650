/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for the entries of x86-64 procedure linkage tables.
 *
 * The forms of entries, all position-independent:
 *   jmp *slot(%rip); push $n; jmp plt0            .plt, lazy
 *   endbr64; push $n; [bnd] jmp plt0              .plt with IBT: the real jump is in .plt.sec
 *   [endbr64;] [bnd] jmp *slot(%rip); nop         .plt.sec, .plt.got, .iplt, .plt with -z now
 */
#include "config.h"

#include "elf/plt-x86.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/vec.h"

#define RELOCATIONS_MAX ((size_t)1 << 22)

struct slot {
	uint64_t got;            /* address that a relocation fills */
	uint64_t resolver;       /* of an indirect function, else 0 */
	int64_t name;            /* offset into the set's names, -1: not known */
	uint32_t rank;           /* of the symbol that named a resolver */
};

struct slots {
	struct slot *v; size_t n, cap;
	size_t *lazy; size_t n_lazy, cap_lazy;   /* .rela.plt's slots in their order */
};

static int64_t dynamic_name(const struct symbol_set *s, Elf_Data *dynsym, size_t index,
			    int64_t names)
{
	GElf_Sym sym;

	if (names < 0 || !dynsym || !index || index > INT32_MAX ||
	    !gelf_getsym(dynsym, (int)index, &sym) || sym.st_name >= s->names.len - (size_t)names)
		return -1;
	return s->names.data[(size_t)names + sym.st_name] ? names + (int64_t)sym.st_name : -1;
}

static int add_slot(struct slots *slots, const GElf_Rela *rela, int64_t name, bool lazy)
{
	struct slot slot = { .got = rela->r_offset, .name = name };
	int r;

	if (GELF_R_TYPE(rela->r_info) == R_X86_64_IRELATIVE)
		slot.resolver = (uint64_t)rela->r_addend;
	r = lazy ? VEC_PUSH(slots->lazy, slots->n_lazy, slots->cap_lazy, slots->n) : 0;
	return r ? r : VEC_PUSH(slots->v, slots->n, slots->cap, slot);
}

static int read_relocations(struct slots *slots, const struct symbol_set *s,
			    const struct elf_file *f, const char *section, int64_t names)
{
	GElf_Shdr shdr, target;
	Elf_Scn *scn = elf_file_section(f, section, &shdr);
	Elf_Data *data, *dynsym = NULL;
	GElf_Rela rela;
	int r = 0;

	if (!scn || shdr.sh_type != SHT_RELA || shdr.sh_size > f->size ||
	    shdr.sh_size > ELF_SECTION_MAX || !(data = elf_getdata(scn, NULL)))
		return 0;
	scn = elf_getscn(f->elf, shdr.sh_link);
	if (scn && gelf_getshdr(scn, &target) && target.sh_type == SHT_DYNSYM &&
	    target.sh_size <= ELF_SECTION_MAX)
		dynsym = elf_getdata(scn, NULL);
	for (size_t i = 0; i < RELOCATIONS_MAX && !r && gelf_getrela(data, (int)i, &rela); i++) {
		uint64_t type = GELF_R_TYPE(rela.r_info);

		if (type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT ||
		    type == R_X86_64_IRELATIVE)
			r = add_slot(slots, &rela,
				     dynamic_name(s, dynsym, GELF_R_SYM(rela.r_info), names),
				     !strcmp(section, ".rela.plt"));
	}
	return r;
}

static int compare_got(const void *pa, const void *pb)
{
	const struct slot *a = pa, *b = pb;

	return (a->got > b->got) - (a->got < b->got);
}

static int compare_resolver(const void *pa, const void *pb)
{
	const struct slot *a = pa, *b = pb;

	return (a->resolver > b->resolver) - (a->resolver < b->resolver);
}

/* Of the resolver's names, the exported one is what callers write. */
static void name_resolver(struct slot *slot, const struct symbol_set *s,
			  const struct symbol_draft *d)
{
	bool public = s->names.data[d->name] != '_';

	if (slot->name >= 0 && d->rank < slot->rank)
		return;
	if (slot->name >= 0 && d->rank == slot->rank && !public)
		return;
	slot->name = d->name;
	slot->rank = d->rank;
}

/* Slots of indirect functions get the name of the symbol whose resolver they call. */
static void name_resolvers(struct slots *slots, const struct symbol_set *s)
{
	qsort(slots->v, slots->n, sizeof(*slots->v), compare_resolver);
	if (!slots->n || !slots->v[slots->n - 1].resolver)
		return;
	for (size_t i = 0; i < s->n_drafts; i++) {
		struct slot key = { .resolver = s->drafts[i].start };
		struct slot *slot = !key.resolver ? NULL :
			bsearch(&key, slots->v, slots->n, sizeof(key), compare_resolver);

		if (slot && (slot->name < 0 || slot->rank))
			name_resolver(slot, s, &s->drafts[i]);
	}
}

static int64_t name_of_got(const struct slots *slots, uint64_t got)
{
	struct slot key = { .got = got };
	const struct slot *slot = bsearch(&key, slots->v, slots->n, sizeof(key), compare_got);

	return slot ? slot->name : -1;
}

static uint32_t read_u32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The names of .rela.plt in its order, taken before the slots are sorted. */
struct lazy_names {
	int64_t *v;
	size_t n;
};

static int64_t entry_name(const uint8_t *code, size_t n, uint64_t addr, const struct slots *slots,
			  const struct lazy_names *lazy)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	size_t at = n >= 4 && !memcmp(code, endbr64, 4) ? 4 : 0;

	if (at + 5 <= n && code[at] == 0x68) {
		uint32_t index = read_u32(code + at + 1);

		return index < lazy->n ? lazy->v[index] : -1;
	}
	if (at < n && code[at] == 0xf2)
		at++;
	if (at + 6 > n || code[at] != 0xff || code[at + 1] != 0x25)
		return -1;
	return name_of_got(slots,
			   addr + at + 6 + (uint64_t)(int64_t)(int32_t)read_u32(code + at + 2));
}

static int add_entry(struct symbol_set *s, int64_t name, uint64_t start, size_t size)
{
	struct symbol_draft d = {
		.start = start, .end = start + size, .limit = start + size,
		.rank = SYMBOL_FUNCTION + SYMBOL_GLOBAL
	};
	char text[4096];
	int len;

	if (name < 0)
		return 0;
	len = snprintf(text, sizeof(text), "%s@plt", (const char *)s->names.data + name);
	if (len >= (int)sizeof(text))
		return 0;
	return symbol_set_add_named(s, d, text, (size_t)len);
}

static int add_section(struct symbol_set *s, const struct elf_file *f, const char *section,
		       const struct slots *slots, const struct lazy_names *lazy)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(f, section, &shdr);
	size_t size = 0;
	const uint8_t *code = scn ? elf_file_bytes(f, scn, &size) : NULL;
	size_t entry = scn && shdr.sh_entsize == 8 ? 8 : 16;
	int r = 0;

	if (!code || shdr.sh_addr + size < shdr.sh_addr)
		return 0;
	for (size_t at = 0; at < size && !r; at += entry) {
		size_t n = size - at < entry ? size - at : entry;

		r = add_entry(s, entry_name(code + at, n, shdr.sh_addr + at, slots, lazy),
			      shdr.sh_addr + at, n);
	}
	return r;
}

static int sort_slots(struct slots *slots, const struct symbol_set *s, struct lazy_names *lazy)
{
	lazy->v = malloc((slots->n_lazy + 1) * sizeof(*lazy->v));
	if (!lazy->v)
		return -ENOMEM;
	lazy->n = slots->n_lazy;
	for (size_t i = 0; i < slots->n_lazy; i++)
		lazy->v[i] = slots->v[slots->lazy[i]].name;
	name_resolvers(slots, s);
	qsort(slots->v, slots->n, sizeof(*slots->v), compare_got);
	return 0;
}

int plt_add_symbols(struct symbol_set *s, const struct elf_file *f, int64_t dynsym_names)
{
	static const char *const sections[] = { ".plt", ".plt.sec", ".plt.got", ".iplt" };
	struct slots slots = { 0 };
	struct lazy_names lazy = { 0 };
	int r;

	if (f->layout.machine != EM_X86_64)
		return 0;
	r = read_relocations(&slots, s, f, ".rela.plt", dynsym_names);
	if (!r)
		r = read_relocations(&slots, s, f, ".rela.dyn", dynsym_names);
	if (!r && slots.n)
		r = sort_slots(&slots, s, &lazy);
	for (size_t i = 0; i < ARRAY_SIZE(sections) && !r && slots.n; i++)
		r = add_section(s, f, sections[i], &slots, &lazy);
	free(slots.v);
	free(slots.lazy);
	free(lazy.v);
	return r;
}
