/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be mapped: files, the vdso, anonymous memory.  A file is opened when its first sample is
 * named, and only when it is the file that was mapped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "elf/frame-rules.h"
#include "elf/mapped-file.h"
#include "elf/symbol-set.h"
#include "lib/map.h"
#include "lib/perf-data.h"

#define OBJECTS_MAX ((size_t)1 << 22)
/* Call frame information held in memory at a time: bytes and files. */
#define OBJECTS_RULES_BYTES_MAX ((size_t)512 << 20)
#define OBJECTS_RULES_MAX ((size_t)1024)

enum object_kind { OBJECT_FILE, OBJECT_VDSO, OBJECT_ANONYMOUS };

struct object {
	enum object_kind kind;
	const char *path;        /* as in the mapping event; owned by the table */
	uint32_t pid;            /* the first process that mapped it */
	uint32_t maj, min;
	uint64_t ino, generation;
	struct elf_build_id build_id;   /* the mapping's; once loaded, the file's */
	bool loaded;             /* loading was tried */
	int error; /* why it could not be read: negative errno, -ESTALE another file */
	struct elf_layout *layout;      /* NULL: not read */
	struct symbol_set symbols;
	bool has_dwarf;          /* its own or in a separate file */
	bool has_signal_frames;  /* some address may be in a signal trampoline */
	struct frame_rules *rules;      /* owned; NULL: not open */
	bool rules_tried;        /* and cannot be opened */
};

struct objects {
	struct object *v; size_t n, cap;
	struct map keys;         /* identities, ids as in v */
	struct mapped_files files;   /* handed over */
	uint32_t *failed; size_t n_failed, cap_failed;   /* in order of failure */
	size_t n_read;           /* files read */
	uint32_t *with_rules; size_t n_with_rules, cap_with_rules;   /* ids, rules open */
	bool no_lines;           /* nobody asks for DWARF */
	bool here;               /* the recording is of this host and kernel */
};

/* The id of what m maps, or MAP_NONE when memory is out or there are too many. */
uint32_t objects_intern(struct objects *o, const struct perf_data_mmap *m);

/* A file's build id, told apart from its mappings: for those that came without identity. */
void objects_set_build_id(struct objects *o, const char *path, const uint8_t *id, size_t len);

/* The object, read if it can be. */
const struct object *objects_load(struct objects *o, uint32_t id);

/* Open the file of an object.  0 or a negative errno. */
int objects_open(struct objects *o, uint32_t id, struct elf_file *f) MUST_CHECK;

/*
 * The object's call frame information, or NULL: it has none, or cannot be read.  Valid until the
 * next call: what is open together is bounded.
 */
struct frame_rules *objects_rules(struct objects *o, uint32_t id);

/* The last part of the path, without "[", "]" and " (deleted)"; out has room for `size` bytes. */
void object_base_name(const struct object *object, char *out, size_t size);

void objects_release(struct objects *o);
