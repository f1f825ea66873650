/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pprof messages to stacks of interned frames. */
#include "config.h"

#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/vec.h"

/* Values of module_of beside ids in modules. */
#define MODULE_UNKNOWN UINT32_MAX
#define MODULE_SEVERAL (UINT32_MAX - 1)

int model_init(struct model *m)
{
	*m = (struct model){ 0 };
	return trie_init(&m->trie);
}

void model_release(struct model *m)
{
	trie_release(&m->trie);
	facts_release(&m->facts);
	free(m->title);
	pprof_profile_release(&m->profile);
	map_release(&m->modules);
	free(m->module_of);
	free(m->locations);
	free(m->location_stack);
	free(m->label_frames);
	free(m->stack);
	free(m->places);
	*m = (struct model){ 0 };
}

static bool is_str(struct pprof_str s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.s, text, s.len);
}

static struct pprof_str base_name(struct pprof_str path)
{
	const char *slash = path.len ? memrchr(path.s, '/', path.len) : NULL;

	if (!slash || slash + 1 == path.s + path.len)
		return path;
	return (struct pprof_str){ slash + 1, (size_t)(path.s + path.len - (slash + 1)) };
}

/* ---- locations ---- */

static struct pprof_str mapping_file(const struct pprof_profile *p, const struct pprof_location *l)
{
	if (l->mapping == PPROF_NONE)
		return (struct pprof_str){ "", 0 };
	return p->strings[p->mappings[l->mapping].filename];
}

static enum frame_kind kind_of(const struct pprof_profile *p, const struct pprof_location *l,
			       struct pprof_str name)
{
	struct pprof_str file = mapping_file(p, l);

	if (l->mapping == PPROF_NONE)
		return l->address == 0 && name.len && name.s[0] == '[' ? FRAME_LABEL : FRAME_USER;
	if (is_str(file, PPROF_KERNEL_MAPPING))
		return FRAME_KERNEL;
	if (is_str(file, PPROF_LABEL_MAPPING))
		return FRAME_LABEL;
	if (is_str(file, PPROF_INLINED_MAPPING))
		return FRAME_INLINED;
	return is_str(file, PPROF_JIT_MAPPING) ? FRAME_JIT : FRAME_USER;
}

/* Mappings that are no files: pprof.h has what they stand for. */
static bool is_kind_only(struct pprof_str file)
{
	return is_str(file, PPROF_LABEL_MAPPING) || is_str(file, PPROF_INLINED_MAPPING) ||
	       is_str(file, PPROF_USER_MAPPING);
}

/* The kernel's functions tell their module, "[ext4]", in the place of the source file. */
static struct pprof_str module_name(const struct pprof_profile *p, const struct pprof_location *l,
				    enum frame_kind kind, const struct pprof_function *f)
{
	struct pprof_str source = f ? p->strings[f->filename] : (struct pprof_str){ "", 0 };

	if (kind != FRAME_KERNEL)
		return is_kind_only(mapping_file(p, l)) ? (struct pprof_str){ "", 0 }
							: base_name(mapping_file(p, l));
	if (source.len && source.s[0] == '[')
		return source;
	return (struct pprof_str){ "[kernel]", 8 };
}

int model_note_module(struct model *m, uint32_t frame, const char *module, size_t len)
{
	uint32_t id;

	if (VEC_RESERVE(m->module_of, m->module_of_cap, (size_t)frame + 1))
		return -ENOMEM;
	while (m->n_module_of <= frame)
		m->module_of[m->n_module_of++] = MODULE_UNKNOWN;
	if (len == 0 || m->module_of[frame] == MODULE_SEVERAL)
		return 0;
	id = map_intern(&m->modules, module, len, NULL);
	if (id == MAP_NONE)
		return -ENOMEM;
	if (m->module_of[frame] == MODULE_UNKNOWN)
		m->module_of[frame] = id;
	else if (m->module_of[frame] != id)
		m->module_of[frame] = MODULE_SEVERAL;
	return 0;
}

static int push_frame(struct model *m, struct pprof_str name, enum frame_kind kind,
		      struct pprof_str module)
{
	uint32_t frame = trie_frame(&m->trie, name.s, name.len, kind);

	if (frame == TRIE_NONE || model_note_module(m, frame, module.s, module.len))
		return -ENOMEM;
	return VEC_PUSH(m->location_stack, m->n_location_stack, m->location_stack_cap, frame);
}

/* A location that nobody has named: [file+0xoffset] or [0xaddress]. */
static int push_address(struct model *m, const struct pprof_location *l)
{
	const struct pprof_profile *p = &m->profile;
	enum frame_kind kind = kind_of(p, l, (struct pprof_str){ "", 0 });
	struct pprof_str module = module_name(p, l, kind, NULL);
	uint64_t address = l->address;
	char text[320];
	int n;

	if (l->mapping != PPROF_NONE && kind != FRAME_KERNEL)
		address += p->mappings[l->mapping].file_offset - p->mappings[l->mapping].start;
	if (module.len)
		n = snprintf(text, sizeof(text), "[%.*s+0x%" PRIx64 "]",
			     (int)(module.len < 256 ? module.len : 256), module.s, address);
	else
		n = snprintf(text, sizeof(text), "[0x%" PRIx64 "]", address);
	return push_frame(m, (struct pprof_str){ text, (size_t)n }, kind, module);
}

static int push_location(struct model *m, const struct pprof_location *l)
{
	const struct pprof_profile *p = &m->profile;

	if (l->n_lines == 0)
		return push_address(m, l);
	for (uint32_t i = l->n_lines; i-- > 0; ) {
		const struct pprof_line *line = &p->lines[l->first_line + i];
		const struct pprof_function *f = &p->functions[line->function];
		struct pprof_str name = p->strings[f->name];
		enum frame_kind kind = kind_of(p, l, name);
		int err = push_frame(m, name, i + 1 < l->n_lines ? FRAME_INLINED : kind,
				     module_name(p, l, kind, f));

		if (err)
			return err;
	}
	return 0;
}

static int name_locations(struct model *m)
{
	const struct pprof_profile *p = &m->profile;

	m->n_location_stack = 0;
	if (VEC_RESERVE(m->locations, m->locations_cap, p->n_locations))
		return -ENOMEM;
	for (size_t i = 0; i < p->n_locations; i++) {
		size_t first = m->n_location_stack;
		int err = push_location(m, &p->locations[i]);

		if (err)
			return err;
		if (m->n_location_stack > UINT32_MAX)
			return -EOVERFLOW;
		m->locations[i] = (struct location_frames){
			(uint32_t)first, (uint32_t)(m->n_location_stack - first), 0
		};
		if (m->samples)
			err = samples_take_location(m->samples, p, &p->locations[i],
						    m->location_stack + first,
						    &m->locations[i].first_place);
		if (err)
			return err;
	}
	return 0;
}

/* ---- labels ---- */

/* Of a message: strings are indices into its table, 0 where not given. */
struct labels {
	uint32_t comm, process, probe;
	int64_t pid, tid, cpu;           /* SAMPLES_NO_NUMBER where not given */
};

static void read_labels(const struct pprof_profile *p, const struct pprof_sample *s,
			struct labels *labels)
{
	*labels = (struct labels){
		.pid = SAMPLES_NO_NUMBER, .tid = SAMPLES_NO_NUMBER, .cpu = SAMPLES_NO_NUMBER
	};
	for (uint32_t i = 0; i < s->n_labels; i++) {
		const struct pprof_label *label = &p->labels[s->first_label + i];
		struct pprof_str key = p->strings[label->key];

		if (is_str(key, "comm"))
			labels->comm = label->str;
		else if (is_str(key, "process"))
			labels->process = label->str;
		else if (is_str(key, "probe"))
			labels->probe = label->str;
		else if (is_str(key, "pid") && !label->str)
			labels->pid = label->num;
		else if (is_str(key, "tid") && !label->str)
			labels->tid = label->num;
		else if (is_str(key, "cpu") && !label->str)
			labels->cpu = label->num;
	}
}

/* The idle task of each CPU has its own name, swapper/7; they are one. */
static struct pprof_str task_name(const struct pprof_profile *p, const struct labels *labels,
				  uint32_t string)
{
	struct pprof_str name = p->strings[string];

	if (labels->pid == 0 && name.len > 8 && !memcmp(name.s, "swapper/", 8))
		name.len = 7;
	return name;
}

static uint32_t process_frame(struct model *m, const struct labels *labels)
{
	struct pprof_str name = task_name(&m->profile, labels,
					  labels->process ? labels->process : labels->comm);
	char text[320];
	int n = snprintf(text, sizeof(text), "%.*s (%" PRId64 ")",
			 (int)(name.len < 256 ? name.len : 256), name.s, labels->pid);

	return trie_frame(&m->trie, text, (size_t)n, FRAME_LABEL);
}

static uint32_t cpu_frame(struct model *m, const struct labels *labels)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "cpu_%02" PRId64, labels->cpu);

	return trie_frame(&m->trie, text, (size_t)n, FRAME_LABEL);
}

/* The frame of a string of this message whose text as a frame is name. */
static uint32_t label_frame(struct model *m, uint32_t string, struct pprof_str name)
{
	uint32_t *frame = &m->label_frames[string];

	if (*frame == TRIE_NONE)
		*frame = trie_frame(&m->trie, name.s, name.len, FRAME_LABEL);
	return *frame;
}

static int push_label(struct model *m, uint32_t frame, enum place_role role, size_t *n)
{
	if (frame == TRIE_NONE)
		return -ENOMEM;
	m->stack[*n] = frame;
	if (m->samples) {
		m->places[*n] = samples_plain_place(m->samples, frame, role);
		if (m->places[*n] == SAMPLES_NONE)
			return -ENOMEM;
	}
	++*n;
	return 0;
}

static int push_labels(struct model *m, const struct labels *l, size_t *n)
{
	const struct pprof_str *strings = m->profile.strings;
	int err = 0;

	if (l->probe)
		err = push_label(m, label_frame(m, l->probe, strings[l->probe]), PLACE_PROBE, n);
	if (!err && m->group_by_process && l->pid != SAMPLES_NO_NUMBER)
		err = push_label(m, process_frame(m, l), PLACE_PROCESS, n);
	if (!err && m->group_by_cpu && l->cpu != SAMPLES_NO_NUMBER)
		err = push_label(m, cpu_frame(m, l), PLACE_CPU, n);
	if (!err && l->comm)
		err = push_label(m, label_frame(m, l->comm, task_name(&m->profile, l, l->comm)),
				 PLACE_COMM, n);
	return err;
}

static uint32_t keep_string(struct model *m, struct pprof_str s, int *err)
{
	return samples_string(m->samples, s.s, s.len, err);
}

/* The labels for the store: as given, but for the idle tasks, which are one. */
static int keep_labels(struct model *m, const struct labels *l, struct sample_labels *kept)
{
	const struct pprof_profile *p = &m->profile;
	int err = 0;

	*kept = (struct sample_labels){
		.pid = l->pid, .tid = l->tid, .cpu = l->cpu,
		.comm = keep_string(m, task_name(p, l, l->comm), &err),
		.process = keep_string(m, task_name(p, l, l->process), &err),
		.probe = keep_string(m, p->strings[l->probe], &err)
	};
	return err;
}

/* ---- samples ---- */

static int reserve_stack(struct model *m, size_t n)
{
	if (VEC_RESERVE(m->stack, m->stack_cap, n))
		return -ENOMEM;
	return m->samples ? VEC_RESERVE(m->places, m->places_cap, n) : 0;
}

/* The frames of a location, and the places, from n on. */
static size_t push_code(struct model *m, const struct location_frames *l, size_t n)
{
	memcpy(m->stack + n, m->location_stack + l->first, l->n * sizeof(*m->stack));
	for (uint32_t i = 0; m->samples && i < l->n; i++)
		m->places[n + i] = l->first_place + i;
	return n + l->n;
}

/* Whether the n frames of m->stack are shown, less those that are hidden; or -ENOMEM. */
static int filter(struct model *m, size_t *n, uint64_t count)
{
	if (!m->filter)
		return 1;
	return filter_stack(m->filter, &m->trie, m->stack, m->samples ? m->places : NULL, n, count);
}

/* Count the n frames of m->stack, whose places are in m->places when samples are kept. */
static int count_stack(struct model *m, const struct sample_labels *labels, size_t n,
		       struct sample_value value)
{
	int shown = filter(m, &n, value.count), err;

	if (shown <= 0)
		return shown;
	err = trie_add(&m->trie, m->stack, n, value.count);
	if (!err && m->samples)
		err = samples_add(m->samples, labels, m->places, n, value);
	return err;
}

static int add_sample(struct model *m, const struct pprof_sample *s, struct sample_value value)
{
	const struct pprof_profile *p = &m->profile;
	const uint32_t *refs = p->location_refs + s->first_location;
	struct sample_labels kept = SAMPLE_LABELS_NONE;
	struct labels labels;
	size_t n = 0, need = 4;

	for (uint32_t i = 0; i < s->n_locations; i++)
		need += m->locations[refs[i]].n;
	if (need > MODEL_STACK_MAX)
		return -EOVERFLOW;
	if (reserve_stack(m, need))
		return -ENOMEM;
	read_labels(p, s, &labels);
	if (push_labels(m, &labels, &n) || (m->samples && keep_labels(m, &labels, &kept)))
		return -ENOMEM;
	for (uint32_t i = s->n_locations; i-- > 0; )
		n = push_code(m, &m->locations[refs[i]], n);
	return count_stack(m, &kept, n, value);
}

int model_add_stack(struct model *m, const uint32_t *frames, size_t n, uint64_t count)
{
	if (n > MODEL_STACK_MAX)
		return -EOVERFLOW;
	if (!m->filter && !m->samples)
		return trie_add(&m->trie, frames, n, count);
	if (reserve_stack(m, n))
		return -ENOMEM;
	if (n)
		memcpy(m->stack, frames, n * sizeof(*frames));
	for (size_t i = 0; m->samples && i < n; i++) {
		m->places[i] = samples_plain_place(m->samples, frames[i], PLACE_NAME);
		if (m->places[i] == SAMPLES_NONE)
			return -ENOMEM;
	}
	if (m->samples)
		m->samples->without_time = true;
	return count_stack(m, &SAMPLE_LABELS_NONE, n, (struct sample_value){ count, 0 });
}

/* Which of a sample's values has this type; PPROF_NONE: none. */
static uint32_t column_of(const struct pprof_profile *p, const char *type)
{
	for (size_t i = 0; i < p->n_types; i++)
		if (is_str(p->strings[p->types[i].type], type))
			return (uint32_t)i;
	return PPROF_NONE;
}

/* Which one counts samples, or hits of probes: the first where no type says so. */
static uint32_t count_column(struct model *m)
{
	const struct pprof_profile *p = &m->profile;
	uint32_t samples = column_of(p, "samples"), hits = column_of(p, "hits");

	if (samples == PPROF_NONE && hits != PPROF_NONE) {
		m->has_hits = true;
		return hits;
	}
	m->has_samples = true;
	return samples == PPROF_NONE ? 0 : samples;
}

/* Which one has nanoseconds. */
static uint32_t time_column(const struct pprof_profile *p)
{
	uint32_t column = column_of(p, "cpu");

	if (column == PPROF_NONE || !is_str(p->strings[p->types[column].unit], "nanoseconds"))
		return PPROF_NONE;
	return column;
}

/* A value of a sample; what is missing or negative is 0. */
static uint64_t value_of(const struct pprof_profile *p, const struct pprof_sample *s,
			 uint32_t column)
{
	int64_t value = column < s->n_values ? p->values[s->first_value + column] : 0;

	return value > 0 ? (uint64_t)value : 0;
}

static int add_samples(struct model *m)
{
	const struct pprof_profile *p = &m->profile;
	uint32_t column = count_column(m), time = time_column(p);

	if (VEC_RESERVE(m->label_frames, m->label_frames_cap, p->n_strings))
		return -ENOMEM;
	for (size_t i = 0; i < p->n_strings; i++)
		m->label_frames[i] = TRIE_NONE;
	for (size_t i = 0; i < p->n_samples; i++) {
		const struct pprof_sample *s = &p->samples[i];
		struct sample_value value = { value_of(p, s, column), value_of(p, s, time) };
		int err = value.count ? add_sample(m, s, value) : 0;

		if (err)
			return err;
	}
	return 0;
}

/* The later message knows more. */
static void keep_times(struct samples *s, const struct pprof_profile *p)
{
	if (p->time_nanos)
		s->time_nanos = p->time_nanos;
	if (p->duration_nanos)
		s->duration_nanos = p->duration_nanos;
	if (p->period && is_str(p->strings[p->period_type.unit], "nanoseconds"))
		s->period_nanos = p->period;
	if (p->n_samples && time_column(p) == PPROF_NONE)
		s->without_time = true;
}

int model_add(struct model *m, const void *message, size_t n)
{
	const struct pprof_profile *p = &m->profile;
	int err = pprof_parse(&m->profile, message, n);

	if (!err)
		err = name_locations(m);
	if (!err)
		err = add_samples(m);
	if (!err && m->samples)
		keep_times(m->samples, p);
	for (size_t i = 0; !err && i < p->n_comments; i++)
		err = facts_take(&m->facts, p->strings[p->comments[i]].s,
				 p->strings[p->comments[i]].len);
	return err;
}

bool model_is_of_hits(const struct model *m)
{
	return m->has_hits && !m->has_samples;
}

const char **model_modules(const struct model *m)
{
	const char **modules = calloc(m->trie.n_frames + 1, sizeof(*modules));

	for (size_t i = 0; modules && i < m->n_module_of; i++)
		if (m->module_of[i] < m->modules.n)
			modules[i] = m->modules.keys[m->module_of[i]].bytes;
	return modules;
}
