/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distinct samples to pprof messages. */
#include "config.h"

#include "emit.h"

#include <errno.h>

#include "lib/io.h"

#define KERNEL_START UINT64_C(0xffff800000000000)

static uint64_t file_mapping(struct emitter *e, const struct frame *frame)
{
	const struct object *object = &e->frames->objects->v[frame->object];
	struct pprof_mapping_desc desc = { .filename = object->path };
	const struct elf_segment *segment = object->layout ?
		elf_layout_segment(object->layout, frame->address) : NULL;
	char build_id[2 * ELF_BUILD_ID_MAX + 1];

	/* Addresses are the file's own, the same in all processes, and so is the mapping. */
	if (segment) {
		desc.start = segment->vaddr;
		desc.limit = segment->vaddr + segment->memsz;
		desc.file_offset = segment->offset;
	}
	elf_build_id_hex(&object->build_id, build_id);
	desc.build_id = build_id[0] ? build_id : NULL;
	return pprof_add_mapping(e->writer, &desc);
}

static uint64_t kernel_mapping(struct emitter *e)
{
	char build_id[2 * ELF_BUILD_ID_MAX + 1];

	elf_build_id_hex(&e->kernel, build_id);
	return pprof_add_mapping(e->writer, &(struct pprof_mapping_desc){
		.start = KERNEL_START, .limit = UINT64_MAX, .filename = PPROF_KERNEL_MAPPING,
		.build_id = build_id[0] ? build_id : NULL
	});
}

static uint64_t mapping_of(struct emitter *e, const struct frame *frame)
{
	static const struct pprof_mapping_desc jit = { .filename = PPROF_JIT_MAPPING };

	switch (frame->place) {
	case PLACE_FILE:
		return file_mapping(e, frame);
	case PLACE_JIT:
		return pprof_add_mapping(e->writer, &jit);
	case PLACE_KERNEL:
		return kernel_mapping(e);
	default:
		return 0;
	}
}

static struct pprof_line_desc line_of(const struct emitter *e, uint32_t function_id)
{
	const struct function *function = &e->frames->functions[function_id];

	return (struct pprof_line_desc){
		.name = function->name, .system_name = function->system_name,
		.filename = function->module
	};
}

/* The lines of a frame, in e->lines; there is one at least. */
static size_t lines_of(struct emitter *e, const struct frame *frame)
{
	const struct frames *f = e->frames;

	if (!frame->n_lines) {
		e->lines[0] = line_of(e, frame->function);
		return 1;
	}
	for (size_t i = 0; i < frame->n_lines; i++) {
		const struct frame_line *line = &f->lines[frame->first_line + i];

		e->lines[i] = line_of(e, line->function);
		e->lines[i].line = line->line;
		if (line->file != MAP_NONE)
			e->lines[i].filename = f->files.keys[line->file].bytes;
	}
	return frame->n_lines;
}

static uint64_t location_of(struct emitter *e, uint32_t id)
{
	struct frame *frame = &e->frames->v[id];

	if (frame->message != e->message) {
		size_t n = lines_of(e, frame);

		frame->location = pprof_add_location(e->writer, mapping_of(e, frame),
						     frame->address, e->lines, n);
		frame->message = e->message;
	}
	return frame->location;
}

static size_t put_label(struct pprof_label_desc *labels, size_t n, const char *key, uint32_t value)
{
	if (value == MAP_NONE)
		return n;
	labels[n] = (struct pprof_label_desc){ .key = key, .num = value };
	return n + 1;
}

static size_t put_name(const struct map *names, struct pprof_label_desc *labels, size_t n,
		       const char *key, uint32_t name)
{
	if (name == MAP_NONE || !names->keys[name].len)
		return n;
	labels[n] = (struct pprof_label_desc){ .key = key, .str = names->keys[name].bytes };
	return n + 1;
}

static void add_sample(struct emitter *e, const struct stack_key *key,
		       const struct stack_value *value)
{
	const struct map *comms = &e->comms->names;
	struct pprof_label_desc labels[6];
	size_t n = 0;

	n = put_name(comms, labels, n, "comm", key->comm);
	n = put_name(comms, labels, n, "process", key->process);
	n = put_name(&e->probes->names, labels, n, "probe", key->probe);
	n = put_label(labels, n, "pid", key->pid);
	n = put_label(labels, n, "tid", key->tid);
	n = put_label(labels, n, "cpu", key->cpu);
	for (size_t i = 0; i < e->walk.n; i++)
		e->locations[i] = location_of(e, e->walk.frames[i]);
	pprof_add_sample(e->writer, e->locations, e->walk.n, (int64_t)value->count,
			 (int64_t)value->ns, labels, n);
}

int emit_stacks(struct emitter *e, const struct stacks *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct stack_key key;
		size_t n = stacks_get(s, i, &key, e->chain);
		int r = walk_chain(&e->walk, e->frames, &key, s->v[i].time, e->chain, n);

		if (!r)
			r = cuts_add(&e->cuts, &e->walk.end, key.flags & STACK_FROM_COPY,
				     s->v[i].count);
		if (r)
			return r;
		add_sample(e, &key, &s->v[i]);
	}
	return 0;
}

int emit_message(struct emitter *e)
{
	struct buf out = BUF_INIT(PPROF_MESSAGE_MAX + 16);
	int r = pprof_writer_finish(e->writer, true, &out);

	e->message++;
	if (!r)
		r = write_all(e->fd, out.data, out.len);
	buf_release(&out);
	return r;
}
