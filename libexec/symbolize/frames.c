/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses to named frames. */
#include "config.h"

#include "frames.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "elf/demangle.h"
#include "lib/vec.h"

#define ADDRESSES_MAX ((size_t)1 << 22)
#define NO_OBJECT UINT32_MAX

struct place_key { uint64_t address; uint32_t object, pid, place, pad; };
struct symbol_key { uint64_t start; uint32_t object, pid, place, kind; };
struct address_key { uint64_t address; uint32_t generation, epoch; };

enum symbol_kind { KIND_SYMBOL, KIND_ADDRESS, KIND_INLINED };

static uint32_t add_function(struct frames *f, const struct function *function)
{
	uint32_t id = (uint32_t)f->n_functions;

	if (!function->name ||
	    VEC_PUSH(f->functions, f->n_functions, f->cap_functions, *function)) {
		free(function->name);
		free(function->system_name);
		free(function->module);
		return MAP_NONE;
	}
	return id;
}

static struct function make_function(const struct frames *f, const char *name, const char *module)
{
	struct function new = { 0 };
	char in_brackets[256];

	new.name = f->no_demangle ? NULL : demangle(name);
	if (new.name)
		new.system_name = strdup(name);
	else
		new.name = strdup(name);
	if (module && module[0]) {
		snprintf(in_brackets, sizeof(in_brackets), "[%s]", module);
		new.module = strdup(in_brackets);
	}
	return new;
}

/* The function of a symbol, made at its first use. */
static uint32_t function_of(struct frames *f, const struct symbol_key *key, const char *name,
			    const char *module)
{
	uint32_t id = map_find(&f->symbols, key, sizeof(*key));
	struct function new;

	if (id != MAP_NONE)
		return id;
	new = make_function(f, name, module);
	id = add_function(f, &new);
	if (id == MAP_NONE || map_intern(&f->symbols, key, sizeof(*key), NULL) != id)
		return MAP_NONE;
	return id;
}

static uint32_t add_frame(struct frames *f, const struct place_key *key, uint32_t function,
			  bool symbolized)
{
	struct frame new = {
		.place = (enum frame_place)key->place, .symbolized = symbolized,
		.object = key->object, .function = function, .address = key->address
	};
	uint32_t id;

	if (function == MAP_NONE || VEC_RESERVE(f->v, f->cap, f->n + 1))
		return MAP_NONE;
	id = map_intern(&f->places, key, sizeof(*key), NULL);
	if (id != f->n)
		return MAP_NONE;
	f->v[f->n++] = new;
	f->n_unsymbolized += !symbolized;
	return id;
}

/* Code without a name is named by `start`: its function's, or its own address. */
static uint32_t add_unnamed(struct frames *f, const struct place_key *key, const char *base,
			    uint64_t start)
{
	struct symbol_key symbol = {
		.start = start, .object = key->object, .pid = key->pid,
		.place = key->place, .kind = KIND_ADDRESS
	};
	char name[320];

	if (base)
		snprintf(name, sizeof(name), "[%s+0x%" PRIx64 "]", base, start);
	else
		snprintf(name, sizeof(name), "[0x%" PRIx64 "]", start);
	return add_frame(f, key, function_of(f, &symbol, name, NULL), false);
}

uint32_t frames_kernel(struct frames *f, uint64_t addr)
{
	struct place_key key = { .address = addr, .object = NO_OBJECT, .place = PLACE_KERNEL };
	struct symbol_key symbol = { .object = NO_OBJECT,
				     .place = PLACE_KERNEL,
				     .kind = KIND_SYMBOL };
	uint32_t id = map_find(&f->places, &key, sizeof(key));
	const char *name, *module;

	if (id != MAP_NONE)
		return id;
	name = kernel_symbols_find(f->kernel, addr, &module);
	if (!name)
		return add_unnamed(f, &key, "kernel", addr);
	/* The name's own place tells symbols apart; kernel symbols may still be moved as more
	 * come. */
	symbol.start = map_hash(name, strlen(name) + 1 + strlen(module));
	return add_frame(f, &key, function_of(f, &symbol, name, module), true);
}

uint32_t frames_named(struct frames *f, const char *name)
{
	struct place_key key = { .address = map_hash(name, strlen(name)),
				 .object = NO_OBJECT,
				 .place = PLACE_NOWHERE,
				 .pid = 1 };
	struct symbol_key symbol = { .start = key.address,
				     .object = NO_OBJECT,
				     .place = PLACE_NOWHERE,
				     .kind = KIND_SYMBOL };
	uint32_t id = map_find(&f->places, &key, sizeof(key));

	if (id == MAP_NONE)
		id = add_frame(f, &key, function_of(f, &symbol, name, NULL), true);
	if (id != MAP_NONE)
		f->v[id].address = 0;
	return id;
}

static uint32_t inlined_function(struct frames *f, uint32_t object_id, const char *name)
{
	struct symbol_key symbol = {
		.start = map_hash(name, strlen(name)), .object = object_id, .place = PLACE_FILE,
		.kind = KIND_INLINED
	};

	return function_of(f, &symbol, name[0] ? name : "[inlined]", NULL);
}

static int add_line(struct frames *f, const struct frame *frame, const struct source_line *source)
{
	struct frame_line new = { .file = MAP_NONE, .line = source->line };

	new.function = source->name ? inlined_function(f, frame->object, source->name) :
				      frame->function;
	if (new.function == MAP_NONE)
		return -ENOMEM;
	if (source->file)
		new.file = map_intern(&f->files, source->file, strlen(source->file), NULL);
	return VEC_PUSH(f->lines, f->n_lines, f->cap_lines, new);
}

/* A frame in a file that was just added. */
static void add_lines(struct frames *f, struct frame *frame)
{
	struct source_line v[SOURCE_LINES_MAX];
	size_t n = sources_find(f->sources, frame->object, frame->address, v);
	size_t first = f->n_lines;

	for (size_t i = 0; i < n; i++)
		if (add_line(f, frame, &v[i])) {
			f->n_lines = first;
			return;
		}
	frame->first_line = (uint32_t)first;
	frame->n_lines = (uint32_t)n;
}

/* Of a stripped file's function, or the address itself. */
static uint64_t start_of_function(struct frames *f, uint32_t object_id, uint64_t vaddr)
{
	const struct object *object = &f->objects->v[object_id];
	struct frame_rules *rules = object->layout ? objects_rules(f->objects, object_id) : NULL;
	uint64_t start;

	return rules && frame_rules_start(rules, vaddr, &start) ? start : vaddr;
}

static uint32_t frame_in_file(struct frames *f, uint32_t object_id, uint64_t offset)
{
	const struct object *object = objects_load(f->objects, object_id);
	struct place_key key = { .address = offset, .object = object_id, .place = PLACE_FILE };
	struct symbol_key symbol = { .object = object_id,
				     .place = PLACE_FILE,
				     .kind = KIND_SYMBOL };
	const struct symbol *found = NULL;
	uint32_t id;
	char base[256];

	if (object->layout)
		elf_layout_vaddr(object->layout, offset, &key.address);
	id = map_find(&f->places, &key, sizeof(key));
	if (id != MAP_NONE)
		return id;
	if (object->layout)
		found = symbol_set_find(&object->symbols, key.address);
	if (found) {
		const char *name = symbol_set_name(&object->symbols, found);

		symbol.start = found->name;
		id = add_frame(f, &key, function_of(f, &symbol, name, NULL), true);
		if (id != MAP_NONE && f->sources)
			add_lines(f, &f->v[id]);
		return id;
	}
	object_base_name(object, base, sizeof(base));
	return add_unnamed(f, &key, base, start_of_function(f, object_id, key.address));
}

static uint32_t frame_in_memory(struct frames *f, uint32_t object_id, uint32_t pid, uint64_t addr)
{
	struct place_key key = {
		.address = addr, .object = object_id, .pid = pid, .place = PLACE_JIT
	};
	struct symbol_key symbol = {
		.object = object_id, .pid = pid, .place = PLACE_JIT, .kind = KIND_SYMBOL
	};
	uint32_t id = map_find(&f->places, &key, sizeof(key));
	const char *name;
	uint64_t start;
	char base[256];

	if (id != MAP_NONE)
		return id;
	name = f->jit ? perf_maps_find(f->jit, pid, addr, &start) : NULL;
	if (name && name[0]) {
		symbol.start = start ^ map_hash(name, strlen(name));
		return add_frame(f, &key, function_of(f, &symbol, name, NULL), true);
	}
	object_base_name(&f->objects->v[object_id], base, sizeof(base));
	return add_unnamed(f, &key, base, addr);
}

static uint32_t frame_at(struct frames *f, uint32_t pid, uint32_t generation, uint64_t time,
			 uint64_t addr)
{
	const struct space_mapping *m = generation == SPACE_NONE ? NULL :
		space_find(f->spaces, generation, time, addr);

	if (!m) {
		struct place_key key = { .address = addr,
					 .object = NO_OBJECT,
					 .place = PLACE_NOWHERE };
		uint32_t id = map_find(&f->places, &key, sizeof(key));

		return id == MAP_NONE ? add_unnamed(f, &key, NULL, addr) : id;
	}
	if (f->objects->v[m->object].kind == OBJECT_ANONYMOUS)
		return frame_in_memory(f, m->object, pid, addr);
	return frame_in_file(f, m->object, addr - m->start + m->pgoff);
}

int frames_user(struct frames *f, uint32_t pid, uint32_t generation, uint32_t epoch, uint64_t time,
		uint64_t addr, uint32_t *frame)
{
	struct address_key key = { addr, generation, epoch };
	uint32_t id =
		generation == SPACE_NONE ? MAP_NONE : map_find(&f->addresses, &key, sizeof(key));

	if (id != MAP_NONE) {
		*frame = f->frame_of[id];
		return 1;
	}
	*frame = frame_at(f, pid, generation, time, addr);
	if (*frame == MAP_NONE)
		return -ENOMEM;
	/* Not kept: the event that maps something there may be still to come. */
	if (f->v[*frame].place == PLACE_NOWHERE)
		return 0;
	if (f->addresses.n >= ADDRESSES_MAX)
		frames_forget_addresses(f);
	if (generation != SPACE_NONE &&
	    !VEC_RESERVE(f->frame_of, f->cap_frame_of, f->n_frame_of + 1) &&
	    map_intern(&f->addresses, &key, sizeof(key), NULL) == f->n_frame_of)
		f->frame_of[f->n_frame_of++] = *frame;
	return 1;
}

static bool find_signal(struct frames *f, const struct frame *frame)
{
	struct frame_rules *file;
	Dwarf_Frame *rules;

	if (frame->place != PLACE_FILE || !f->objects->v[frame->object].has_signal_frames)
		return false;
	file = objects_rules(f->objects, frame->object);
	rules = file ? frame_rules_find(file, frame->address) : NULL;
	return rules && frame_rules_are_of_signal(rules);
}

bool frames_is_signal(struct frames *f, uint32_t id)
{
	struct frame *frame = &f->v[id];

	if (!frame->signal_tried) {
		frame->is_signal = find_signal(f, frame);
		frame->signal_tried = true;
	}
	return frame->is_signal;
}

bool frames_is_return_probe(const struct frames *f, uint32_t generation, uint64_t time,
			    uint64_t addr)
{
	const struct space_mapping *m = generation == SPACE_NONE ? NULL :
		space_find(f->spaces, generation, time, addr);

	return m && m->start == addr && !strcmp(f->objects->v[m->object].path, "[uprobes]");
}

void frames_forget_addresses(struct frames *f)
{
	map_clear(&f->addresses);
	f->n_frame_of = 0;
}

void frames_release(struct frames *f)
{
	for (size_t i = 0; i < f->n_functions; i++) {
		free(f->functions[i].name);
		free(f->functions[i].system_name);
		free(f->functions[i].module);
	}
	free(f->functions);
	free(f->v);
	free(f->lines);
	map_release(&f->files);
	free(f->frame_of);
	map_release(&f->addresses);
	map_release(&f->places);
	map_release(&f->symbols);
}
