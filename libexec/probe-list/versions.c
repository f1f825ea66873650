/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions of dynamic symbols. */
#include "config.h"

#include "versions.h"

#include <elf.h>
#include <string.h>

#define HIDDEN 0x8000
#define DEFINITIONS_MAX 4096

static const char *find_strings(const struct elf_file *f, const GElf_Shdr *shdr, size_t *size)
{
	Elf_Scn *scn = elf_getscn(f->elf, shdr->sh_link);

	return scn ? elf_file_bytes(f, scn, size) : NULL;
}

void versions_read(struct versions *v, const struct elf_file *f)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;
	size_t size;

	*v = (struct versions){ 0 };
	while ((scn = elf_nextscn(f->elf, scn))) {
		if (!gelf_getshdr(scn, &shdr))
			continue;
		if (shdr.sh_type == SHT_GNU_versym && !v->symbols) {
			v->symbols = elf_file_bytes(f, scn, &size);
			v->n_symbols = v->symbols ? size / sizeof(Elf64_Versym) : 0;
		} else if (shdr.sh_type == SHT_GNU_verdef && !v->defined) {
			v->defined = elf_file_bytes(f, scn, &v->defined_size);
			v->strings = find_strings(f, &shdr, &v->strings_size);
		}
	}
}

static const char *string_at(const struct versions *v, uint32_t at)
{
	if (!v->strings || at >= v->strings_size ||
	    !memchr(v->strings + at, 0, v->strings_size - at))
		return NULL;
	return v->strings + at;
}

static bool read_at(const struct versions *v, uint64_t at, void *to, size_t size)
{
	if (at > v->defined_size || size > v->defined_size - at)
		return false;
	memcpy(to, v->defined + at, size);
	return true;
}

static const char *name_of(const struct versions *v, uint16_t index)
{
	uint64_t at = 0;

	for (int i = 0; v->defined && i < DEFINITIONS_MAX; i++) {
		Elf64_Verdef def;
		Elf64_Verdaux aux;

		if (!read_at(v, at, &def, sizeof(def)))
			return NULL;
		if (def.vd_ndx == index && !(def.vd_flags & VER_FLG_BASE))
			return read_at(v, at + def.vd_aux, &aux, sizeof(aux)) ?
				string_at(v, aux.vda_name) : NULL;
		if (!def.vd_next)
			return NULL;
		at += def.vd_next;
	}
	return NULL;
}

const char *version_of(const struct versions *v, size_t i, bool *is_default)
{
	Elf64_Versym symbol;

	*is_default = true;
	if (i >= v->n_symbols)
		return NULL;
	memcpy(&symbol, v->symbols + i * sizeof(symbol), sizeof(symbol));
	*is_default = !(symbol & HIDDEN);
	return name_of(v, symbol & ~HIDDEN & 0xffff);
}
