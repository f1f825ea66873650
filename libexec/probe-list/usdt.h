/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * USDT probes of an ELF file: notes "stapsdt" of type 3 in .note.stapsdt.  Source of the format:
 * SystemTap's wiki, UserSpaceProbeImplementation: address of the probe, of .stapsdt.base when the
 * file was linked, of the semaphore, then provider, name and arguments with a zero byte each.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"

#define USDT_SITES_MAX ((size_t)1 << 20)
#define USDT_NAME_MAX 1024

/* A place of a probe, as its note has it. */
struct usdt_note {
	uint64_t pc, base, semaphore;    /* addresses; semaphore 0: none */
	const char *provider, *name;
};

/*
 * Read the notes of a section's bytes one after the other: *at is 0 first.  True: *note is the next
 * one, whose strings point into bytes.  Notes of others and damaged ones are passed over.
 */
bool usdt_next_note(const uint8_t *bytes, size_t size, size_t *at, struct usdt_note *note);

struct usdt_site {
	uint64_t offset;         /* in the file */
	uint64_t semaphore;      /* likewise, 0: none */
	char *provider, *name;   /* owned */
	bool is_broken;          /* its address is in no code of the file */
};

/* Zero-initialise. */
struct usdt_sites { struct usdt_site *v; size_t n, cap; };

/*
 * Find the places of probes whose names match two globs; NULL for a provider means any, and then
 * the other may match "provider:name", the provider or the name.  0, -ENOMEM or -EOVERFLOW; on
 * failure what was found so far is in `out`.
 */
int usdt_find(struct usdt_sites *out, const struct elf_file *f, const char *provider,
	      const char *name) MUST_CHECK;
void usdt_release(struct usdt_sites *out);

/* Call `see` with "provider:name" of each place. */
void usdt_names(const struct elf_file *f, void (*see)(void *opaque, const char *name),
		void *opaque);
