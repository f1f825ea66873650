/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples in the order of the Firefox profiler's tables. */
#include "config.h"

#include "firefox.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

/* Without padding, so that equal ones are equal byte by byte. */
struct thread_key { int64_t pid, tid; uint32_t comm, zero; };

struct making {
	struct firefox_tables *t;
	const struct samples *s;
	struct u64_map stacks;           /* (prefix, place) -> stack */
	struct map threads;
	uint32_t *places;                size_t places_cap;     /* scratch of one sample */
	uint32_t *thread_of_sample;
};

/* ---- stacks ---- */

static uint32_t add_stack(struct making *m, uint32_t prefix, uint32_t place)
{
	uint32_t *stack = u64_map_put(&m->stacks, (uint64_t)prefix << 32 | place);

	if (!stack || *stack != MAP_NONE)
		return stack ? *stack : FIREFOX_NONE;
	if (m->t->n_stacks == FIREFOX_NONE - 1 ||
	    VEC_PUSH(m->t->stacks, m->t->n_stacks, m->t->stacks_cap,
		     ((struct firefox_stack){ prefix, place })))
		return FIREFOX_NONE;
	*stack = (uint32_t)m->t->n_stacks - 1;
	return *stack;
}

/* The stack of n places in the scratch array; one without any is "[unknown]". */
static int add_sample_stack(struct making *m, size_t i, size_t n)
{
	uint32_t stack = FIREFOX_NONE;

	if (!n)
		m->places[n++] = (uint32_t)m->s->n_places;
	for (size_t p = 0; p < n; p++) {
		stack = add_stack(m, stack, m->places[p]);
		if (stack == FIREFOX_NONE)
			return -ENOMEM;
	}
	m->t->stack_of_sample[i] = stack;
	return 0;
}

/* ---- threads ---- */

static int add_to_thread(struct making *m, size_t i, const struct sample_labels *labels)
{
	struct thread_key key = { .pid = labels->pid, .tid = labels->tid, .comm = labels->comm };
	bool added;
	uint32_t thread = map_intern(&m->threads, &key, sizeof(key), &added);

	if (thread == MAP_NONE ||
	    (added && VEC_PUSH(m->t->threads, m->t->n_threads, m->t->threads_cap,
			       ((struct firefox_thread){ .labels = *labels }))))
		return -ENOMEM;
	m->t->threads[thread].n++;
	m->thread_of_sample[i] = thread;
	return 0;
}

/* Each thread's samples side by side, in the order in which they came. */
static void order_samples(struct making *m)
{
	size_t first = 0;

	for (size_t i = 0; i < m->t->n_threads; i++) {
		m->t->threads[i].first = first;
		first += m->t->threads[i].n;
		m->t->threads[i].n = 0;
	}
	for (size_t i = 0; i < m->s->n; i++) {
		struct firefox_thread *thread = &m->t->threads[m->thread_of_sample[i]];

		m->t->order[thread->first + thread->n++] = i;
	}
}

/* ---- libraries ---- */

static int add_libs(struct firefox_tables *t, const struct samples *s)
{
	struct u64_map libs = { .n = 0 };
	int err = 0;

	for (size_t i = 0; !err && i < s->n_mappings; i++) {
		const struct code_mapping *m = &s->mappings[i];
		uint32_t *lib;

		t->lib_of_mapping[i] = FIREFOX_NONE;
		if (samples_text(s, m->filename)[0] != '/')
			continue;
		lib = u64_map_put(&libs, (uint64_t)m->filename << 32 | m->build_id);
		if (lib && *lib == MAP_NONE) {
			*lib = (uint32_t)t->n_libs;
			err = VEC_PUSH(t->libs, t->n_libs, t->libs_cap,
				       ((struct firefox_lib){ m->filename, m->build_id }));
		}
		if (!lib)
			err = -ENOMEM;
		else
			t->lib_of_mapping[i] = *lib;
	}
	u64_map_release(&libs);
	return err;
}

static int allocate(struct making *m)
{
	struct firefox_tables *t = m->t;
	size_t n = m->s->n + 1;

	t->lib_of_mapping = calloc(m->s->n_mappings + 1, sizeof(*t->lib_of_mapping));
	t->stack_of_sample = calloc(n, sizeof(*t->stack_of_sample));
	t->order = calloc(n, sizeof(*t->order));
	m->thread_of_sample = calloc(n, sizeof(*m->thread_of_sample));
	return t->lib_of_mapping && t->stack_of_sample && t->order && m->thread_of_sample ?
		0 : -ENOMEM;
}

static int add_sample(struct making *m, size_t i)
{
	struct sample_labels labels;
	size_t n = samples_get(m->s, i, &labels);
	int err = VEC_RESERVE(m->places, m->places_cap, n + 1);

	if (err)
		return err;
	samples_get_stack(m->s, i, m->places);
	err = add_sample_stack(m, i, n);
	return err ? err : add_to_thread(m, i, &labels);
}

int firefox_tables_make(struct firefox_tables *t, const struct samples *s)
{
	struct making m = { .t = t, .s = s };
	int err = allocate(&m);

	for (size_t i = 0; !err && i < s->n; i++)
		err = add_sample(&m, i);
	if (!err) {
		order_samples(&m);
		err = add_libs(t, s);
	}
	u64_map_release(&m.stacks);
	map_release(&m.threads);
	free(m.places);
	free(m.thread_of_sample);
	return err;
}

void firefox_tables_release(struct firefox_tables *t)
{
	free(t->stacks);
	free(t->threads);
	free(t->libs);
	free(t->lib_of_mapping);
	free(t->stack_of_sample);
	free(t->order);
	*t = (struct firefox_tables){ 0 };
}
