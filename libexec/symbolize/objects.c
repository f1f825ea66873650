/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be mapped: identities, opening, symbols. */
#include "config.h"

#include "objects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/dwarf-file.h"
#include "elf/symbols.h"
#include "lib/vec.h"

struct identity {
	uint64_t ino, generation;
	uint32_t maj, min;
	struct elf_build_id build_id;
};

static bool begins_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static enum object_kind kind_of(const char *path)
{
	static const char *const anonymous[] = {
		"//anon", "/dev/zero", "/memfd:", "/SYSV", "/anon_hugepage", "["
	};

	if (!strcmp(path, "[vdso]"))
		return OBJECT_VDSO;
	for (size_t i = 0; i < ARRAY_SIZE(anonymous); i++)
		if (begins_with(path, anonymous[i]))
			return OBJECT_ANONYMOUS;
	return path[0] ? OBJECT_FILE : OBJECT_ANONYMOUS;
}

uint32_t objects_intern(struct objects *o, const struct perf_data_mmap *m)
{
	struct identity identity;
	char key[sizeof(identity) + 4096];
	size_t len = strnlen(m->filename, 4095);
	struct object new = { .kind = kind_of(m->filename), .symbols = SYMBOL_SET_INIT };
	bool added;

	memset(&identity, 0, sizeof(identity));
	if (new.kind == OBJECT_FILE) {
		identity.build_id.len = m->build_id_len < ELF_BUILD_ID_MAX ?
			m->build_id_len : ELF_BUILD_ID_MAX;
		memcpy(identity.build_id.bytes, m->build_id, identity.build_id.len);
		if (!identity.build_id.len) {
			identity.ino = m->ino;
			identity.generation = m->ino_generation;
			identity.maj = m->maj;
			identity.min = m->min;
		}
	}
	memcpy(key, &identity, sizeof(identity));
	memcpy(key + sizeof(identity), m->filename, len);
	uint32_t id = map_find(&o->keys, key, sizeof(identity) + len);
	if (id != MAP_NONE)
		return id;
	if (o->n >= OBJECTS_MAX || VEC_RESERVE(o->v, o->cap, o->n + 1))
		return MAP_NONE;
	id = map_intern(&o->keys, key, sizeof(identity) + len, &added);
	if (id == MAP_NONE)
		return MAP_NONE;
	new.path = o->keys.keys[id].bytes + sizeof(identity);
	new.pid = (uint32_t)m->pid;
	new.maj = identity.maj;
	new.min = identity.min;
	new.ino = identity.ino;
	new.generation = identity.generation;
	new.build_id = identity.build_id;
	o->v[o->n++] = new;
	return id;
}

void objects_set_build_id(struct objects *o, const char *path, const uint8_t *id, size_t len)
{
	for (size_t i = 0; i < o->n; i++) {
		struct object *object = &o->v[i];

		if (object->loaded || object->build_id.len || object->ino ||
		    strcmp(object->path, path))
			continue;
		object->build_id.len = len < ELF_BUILD_ID_MAX ? (uint8_t)len : ELF_BUILD_ID_MAX;
		memcpy(object->build_id.bytes, id, object->build_id.len);
	}
}

static int open_object(struct objects *o, const struct object *object, struct elf_file *f)
{
	const struct mapped_file m = {
		.path = object->path, .pid = o->here ? object->pid : 0, .maj = object->maj,
		.min = object->min, .ino = object->ino, .generation = object->generation,
		.build_id = object->build_id
	};

	if (object->kind == OBJECT_VDSO)
		return o->here ? vdso_open(f) : -ENOENT;
	return mapped_file_open(&o->files, &m, f);
}

int objects_open(struct objects *o, uint32_t id, struct elf_file *f)
{
	return open_object(o, &o->v[id], f);
}

static int load(struct objects *o, struct object *object)
{
	struct elf_file f;
	int r = open_object(o, object, &f);

	if (r)
		return r;
	object->layout = malloc(sizeof(*object->layout));
	if (object->layout) {
		*object->layout = f.layout;
		object->build_id = f.layout.build_id;
		object->has_signal_frames = frame_rules_have_signals(&f);
		object->has_dwarf = object->kind == OBJECT_FILE && !o->no_lines &&
				    dwarf_file_is_there(&f, object->path);
		r = elf_symbols_load(&object->symbols, &f, object->path);
	} else {
		r = -ENOMEM;
	}
	elf_file_close(&f);
	return r;
}

const struct object *objects_load(struct objects *o, uint32_t id)
{
	struct object *object = &o->v[id];

	if (object->loaded || object->kind == OBJECT_ANONYMOUS)
		return object;
	object->loaded = true;
	object->error = load(o, object);
	if (object->kind != OBJECT_FILE)
		return object;
	if (!object->error)
		o->n_read++;
	else if (VEC_PUSH(o->failed, o->n_failed, o->cap_failed, id))
		return object;
	return object;
}

static void close_all_rules(struct objects *o)
{
	for (size_t i = 0; i < o->n_with_rules; i++) {
		struct object *object = &o->v[o->with_rules[i]];

		frame_rules_close(object->rules);
		free(object->rules);
		object->rules = NULL;
	}
	o->n_with_rules = 0;
}

static bool is_full_of_rules(const struct objects *o)
{
	size_t bytes = 0;

	for (size_t i = 0; i < o->n_with_rules; i++)
		bytes += o->v[o->with_rules[i]].rules->bytes;
	return bytes > OBJECTS_RULES_BYTES_MAX || o->n_with_rules >= OBJECTS_RULES_MAX;
}

static struct frame_rules *open_rules(struct objects *o, const struct object *object)
{
	struct frame_rules *new = malloc(sizeof(*new));
	struct elf_file f;

	if (new && !open_object(o, object, &f) && !frame_rules_open(new, &f))
		return new;
	free(new);
	return NULL;
}

struct frame_rules *objects_rules(struct objects *o, uint32_t id)
{
	struct object *object = &o->v[id];

	if (object->rules || object->rules_tried || object->kind == OBJECT_ANONYMOUS)
		return object->rules;
	if (is_full_of_rules(o))
		close_all_rules(o);
	if (VEC_RESERVE(o->with_rules, o->cap_with_rules, o->n_with_rules + 1))
		return NULL;
	object->rules = open_rules(o, object);
	object->rules_tried = !object->rules;
	if (object->rules)
		o->with_rules[o->n_with_rules++] = id;
	return object->rules;
}

void object_base_name(const struct object *object, char *out, size_t size)
{
	const char *slash = strrchr(object->path, '/');
	const char *base = slash ? slash + 1 : object->path;
	size_t len = mapped_path_len(base);

	if (len > 1 && base[0] == '[' && base[len - 1] == ']') {
		base++;
		len -= 2;
	}
	snprintf(out, size, "%.*s", (int)len, len ? base : "anon");
}

void objects_release(struct objects *o)
{
	close_all_rules(o);
	free(o->with_rules);
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].layout);
		symbol_set_release(&o->v[i].symbols);
	}
	free(o->v);
	mapped_files_release(&o->files);
	free(o->failed);
	map_release(&o->keys);
}
