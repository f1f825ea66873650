/* SPDX-License-Identifier: GPL-2.0-or-later */
/* USDT probes of an ELF file. */
#include "config.h"

#include "usdt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "functions.h"
#include "glob.h"
#include "lib/vec.h"

#define SECTION ".note.stapsdt"
#define BASE_SECTION ".stapsdt.base"
#define OWNER "stapsdt"
#define NOTE_TYPE 3
#define FULL_NAME_MAX (2 * USDT_NAME_MAX + 2)

static uint64_t padded(uint32_t n)
{
	return ((uint64_t)n + 3) & ~UINT64_C(3);
}

/* A string of at most USDT_NAME_MAX bytes that ends before `end`; *at goes behind it. */
static const char *take_string(const char **at, const char *end)
{
	const char *s = *at;
	size_t left = (size_t)(end - s), len = strnlen(s, left);

	if (len == left || len > USDT_NAME_MAX)
		return NULL;
	*at = s + len + 1;
	return s;
}

static bool parse_note(const uint8_t *desc, size_t size, struct usdt_note *note)
{
	const char *at, *end = (const char *)desc + size;
	uint64_t words[3];

	if (size < sizeof(words))
		return false;
	memcpy(words, desc, sizeof(words));
	at = (const char *)desc + sizeof(words);
	note->pc = words[0];
	note->base = words[1];
	note->semaphore = words[2];
	note->provider = take_string(&at, end);
	note->name = note->provider ? take_string(&at, end) : NULL;
	return note->name && note->name[0];
}

bool usdt_next_note(const uint8_t *bytes, size_t size, size_t *at, struct usdt_note *note)
{
	while (*at <= size && size - *at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr h;
		uint64_t desc, next;

		memcpy(&h, bytes + *at, sizeof(h));
		desc = *at + sizeof(h) + padded(h.n_namesz);
		next = desc + padded(h.n_descsz);
		if (desc > size || h.n_descsz > size - desc) {
			*at = size;
			return false;
		}
		const uint8_t *owner = bytes + *at + sizeof(h);

		*at = next;
		if (h.n_type == NOTE_TYPE && h.n_namesz == sizeof(OWNER) &&
		    !memcmp(owner, OWNER, sizeof(OWNER)) &&
		    parse_note(bytes + desc, h.n_descsz, note))
			return true;
	}
	return false;
}

static bool is_wanted(const struct usdt_note *note, const char *provider, const char *name)
{
	char full[FULL_NAME_MAX];

	if (provider)
		return glob_match(provider, note->provider) && glob_match(name, note->name);
	snprintf(full, sizeof(full), "%s:%s", note->provider, note->name);
	return glob_match(name, note->name) || glob_match(name, note->provider) ||
	       glob_match(name, full);
}

/* How far a file was moved since the notes were written, as prelink does. */
static uint64_t moved_by(const struct elf_file *f, uint64_t base)
{
	GElf_Shdr shdr;

	return base && elf_file_section(f, BASE_SECTION, &shdr) && shdr.sh_addr ?
		shdr.sh_addr - base : 0;
}

static int add(struct usdt_sites *out, const struct elf_file *f, const struct usdt_note *note)
{
	uint64_t moved = moved_by(f, note->base), left;
	struct usdt_site new = { 0 };
	int r;

	new.is_broken = !function_offset(f, note->pc + moved, &new.offset) ||
		(note->semaphore && !elf_file_offset(f, note->semaphore + moved, &new.semaphore,
						     &left));
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].offset == new.offset && !strcmp(out->v[i].name, note->name) &&
		    !strcmp(out->v[i].provider, note->provider))
			return 0;
	new.provider = strdup(note->provider);
	new.name = strdup(note->name);
	r = !new.provider || !new.name ? -ENOMEM : out->n >= USDT_SITES_MAX ? -EOVERFLOW :
		VEC_PUSH(out->v, out->n, out->cap, new);
	if (r) {
		free(new.provider);
		free(new.name);
	}
	return r;
}

static const uint8_t *read_notes(const struct elf_file *f, size_t *size)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(f, SECTION, &shdr);

	return scn ? elf_file_bytes(f, scn, size) : NULL;
}

int usdt_find(struct usdt_sites *out, const struct elf_file *f, const char *provider,
	      const char *name)
{
	size_t size = 0, at = 0;
	const uint8_t *bytes = read_notes(f, &size);
	struct usdt_note note;
	int r = 0;

	while (bytes && !r && usdt_next_note(bytes, size, &at, &note))
		if (is_wanted(&note, provider, name))
			r = add(out, f, &note);
	return r;
}

void usdt_release(struct usdt_sites *out)
{
	for (size_t i = 0; i < out->n; i++) {
		free(out->v[i].provider);
		free(out->v[i].name);
	}
	free(out->v);
	*out = (struct usdt_sites){ 0 };
}

void usdt_names(const struct elf_file *f, void (*see)(void *opaque, const char *name),
		void *opaque)
{
	size_t size = 0, at = 0;
	const uint8_t *bytes = read_notes(f, &size);
	struct usdt_note note;
	char full[FULL_NAME_MAX];

	while (bytes && usdt_next_note(bytes, size, &at, &note)) {
		snprintf(full, sizeof(full), "%s:%s", note.provider, note.name);
		see(opaque, full);
	}
}
