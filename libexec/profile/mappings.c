// SPDX-License-Identifier: GPL-2.0-or-later
/* What each process has mapped for execution. */
#include "config.h"

#include "mappings.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/vec.h"

#define SETS_BYTES (ABI_PROCESS_SETS * sizeof(struct abi_process_set))
#define PAGE_SHIFT 12
/* A process that is put in may have been on its way out for so long. */
#define ENDING_NS 1000000000ull
#define NEVER_NS (UINT64_MAX - ENDING_NS)

struct code {
	uint64_t start, end, bias;
	uint32_t table;          /* TABLE_NONE: generated code */
};

/* One in the pool, and what is in it. */
struct slice {
	uint32_t place;          /* 0: empty, or there was no room */
	uint32_t words;
	uint32_t users;          /* processes here that have it */
	bool unreferenced;       /* it was so at the last sweep */
	uint32_t exec_id;
	size_t n;
	struct code code[];
};

struct mapped_process {
	uint32_t tgid;
	uint32_t exec_id;
	uint64_t begun_ns;       /* older events are in the slice already */
	struct slice *slice;     /* NULL: none */
	struct code *fresh; size_t n_fresh, cap_fresh;   /* not yet in the slice */
	bool is_dirty, is_new;   /* is_new: the slice counts for nothing */
	bool is_in;              /* the programs know it, or it has ended since */
	uint64_t in_ns;          /* since then, at the latest */
};

int mappings_open(struct mappings *m, int processes_fd, struct pool *pool, struct tables *tables,
		  bool eager)
{
	*m = (struct mappings){ .pool = pool, .tables = tables, .eager = eager };
	m->sets = mmap(NULL, SETS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, processes_fd, 0);
	if (m->sets == MAP_FAILED) {
		m->sets = NULL;
		return -errno;
	}
	return 0;
}

/* ---- the table of processes, which the kernel's programs change too ---- */

static uint64_t *find_way(const struct mappings *m, uint32_t tgid)
{
	uint64_t *ways = m->sets[tgid % ABI_PROCESS_SETS].ways;

	for (int i = 0; i < ABI_PROCESS_WAYS; i++)
		if ((uint32_t)__atomic_load_n(&ways[i], __ATOMIC_RELAXED) == tgid)
			return &ways[i];
	return NULL;
}

static void add_refs(const struct mappings *m, uint32_t place, uint32_t n)
{
	struct abi_slice *head = place ? pool_at(m->pool, place) : NULL;

	if (head)
		__atomic_fetch_add(&head->refs, n, __ATOMIC_ACQ_REL);
}

static bool replace_way(const struct mappings *m, uint64_t *way, uint64_t old, uint64_t new)
{
	if (!__atomic_compare_exchange_n(way, &old, new, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		return false;
	add_refs(m, (uint32_t)(old >> 32), UINT32_MAX);
	return true;
}

/* Has the process ended, waited for or not?  One that cannot be asked has not. */
static bool has_ended(uint32_t tgid)
{
	struct pollfd p = { .fd = pidfd_open((pid_t)tgid, 0), .events = POLLIN };
	bool ended;

	if (p.fd < 0)
		return errno == ESRCH;
	ended = poll(&p, 1, 0) > 0;
	close(p.fd);
	return ended;
}

/* A process that has ended while it was being put in would stay for ever. */
static bool remove_if_ended(const struct mappings *m, uint32_t tgid)
{
	uint64_t *way, old;

	if (!has_ended(tgid))
		return false;
	way = find_way(m, tgid);
	old = way ? __atomic_load_n(way, __ATOMIC_RELAXED) : 0;
	if ((uint32_t)old == tgid)
		replace_way(m, way, old, 0);
	return true;
}

/* Put the slice in for the process, which has none there.  False: its set is full. */
static bool insert_way(const struct mappings *m, uint32_t tgid, uint64_t new)
{
	uint64_t *ways = m->sets[tgid % ABI_PROCESS_SETS].ways;

	for (int i = 0; i < ABI_PROCESS_WAYS; i++)
		if (replace_way(m, &ways[i], 0, new)) {
			remove_if_ended(m, tgid);
			return true;
		}
	return false;
}

/*
 * Make the slice the process's; what had no place takes the old one away.  False: there is no room
 * for the process.
 */
static bool set_slice(const struct mappings *m, struct mapped_process *p)
{
	uint32_t tgid = p->tgid, place = p->slice->place;
	uint64_t new = (uint64_t)place << 32 | tgid, old;
	uint64_t *way = find_way(m, tgid);

	if (way) {
		old = __atomic_load_n(way, __ATOMIC_RELAXED);
		if (old == new)
			return true;
		add_refs(m, place, 1);
		/* Failure: the process has ended just now. */
		if ((uint32_t)old != tgid || !replace_way(m, way, old, new))
			add_refs(m, place, UINT32_MAX);
		return true;
	}
	if (p->is_in)
		return true;
	add_refs(m, place, 1);
	p->is_in = true;
	p->in_ns = NEVER_NS;
	if (!insert_way(m, tgid, new)) {
		add_refs(m, place, UINT32_MAX);
		return false;
	}
	p->in_ns = clock_now_ns();
	return true;
}

/* ---- slices ---- */

static void count_users(const struct mappings *m, const struct slice *s, bool used)
{
	for (size_t i = 0; i < s->n; i++)
		tables_use(m->tables, s->code[i].table, used);
}

static void write_slice(const struct mappings *m, const struct slice *s)
{
	struct abi_slice *head = pool_at(m->pool, s->place);
	struct abi_code *code = (struct abi_code *)(head + 1);

	head->n = (uint32_t)s->n;
	head->exec_id = s->exec_id;
	for (size_t i = 0; i < s->n; i++)
		code[i] = (struct abi_code){
			.start = s->code[i].start,
			.bias = s->code[i].bias,
			.pages = (uint32_t)((s->code[i].end - s->code[i].start) >> PAGE_SHIFT),
			.object = tables_place(m->tables, s->code[i].table),
		};
}

/* The slice as it is to be, in memory of its own; n is not above `max`. */
static struct slice *new_slice(const struct mapped_process *p, size_t max)
{
	struct slice *s = malloc(sizeof(*s) + max * sizeof(s->code[0]));

	if (s)
		*s = (struct slice){ .exec_id = p->exec_id };
	return s;
}

static int keep_slice(struct mappings *m, struct slice *s)
{
	if (VEC_RESERVE(m->slices, m->cap_slices, m->n_slices + 1)) {
		free(s);
		return -ENOMEM;
	}
	s->words = (uint32_t)(sizeof(struct abi_slice) / 4 + s->n * ABI_CODE_WORDS);
	if (s->n <= ABI_SLICE_MAX)
		s->place = pool_alloc(m->pool, s->words);
	if (s->place)
		write_slice(m, s);
	count_users(m, s, true);
	m->slices[m->n_slices++] = s;
	return 0;
}

/* The first mapping that ends above the address; s->n if none does. */
static size_t first_above(const struct slice *s, uint64_t address)
{
	return VEC_PREFIX(s->n, i, s->code[i].end <= address);
}

/* Put the newer mapping in the place of what it covers; there is room for two more. */
static void overlay(struct slice *s, const struct code *newer)
{
	size_t first = first_above(s, newer->start), last = first, n = 0;
	struct code pieces[3];

	while (last < s->n && s->code[last].start < newer->end)
		last++;
	if (first < last && s->code[first].start < newer->start) {
		pieces[n] = s->code[first];
		pieces[n++].end = newer->start;
	}
	pieces[n++] = *newer;
	if (first < last && s->code[last - 1].end > newer->end) {
		pieces[n] = s->code[last - 1];
		pieces[n++].start = newer->end;
	}
	memmove(s->code + first + n, s->code + last, (s->n - last) * sizeof(*pieces));
	memcpy(s->code + first, pieces, n * sizeof(*pieces));
	s->n = s->n + n - (last - first);
}

/* Does the slice say already what is fresh?  A mapping is told again after a scan. */
static bool is_known(const struct slice *s, const struct code *c)
{
	const struct code *known;
	size_t at;

	if (!s)
		return false;
	at = first_above(s, c->start);
	known = &s->code[at];
	return at < s->n && known->start == c->start && known->end == c->end &&
	       known->bias == c->bias && known->table == c->table;
}

static bool has_news(const struct mapped_process *p)
{
	if (p->is_new)
		return true;
	for (size_t i = 0; i < p->n_fresh; i++)
		if (!is_known(p->slice, &p->fresh[i]))
			return true;
	return false;
}

static void leave_slice(struct mapped_process *p)
{
	if (p->slice)
		p->slice->users--;
	p->slice = NULL;
}

/* A new slice from the old one and what is fresh. */
static int rebuild(struct mappings *m, struct mapped_process *p)
{
	size_t old = p->slice && !p->is_new ? p->slice->n : 0, max = old + 2 * p->n_fresh;
	struct slice *s = new_slice(p, max);

	if (!s)
		return -ENOMEM;
	if (old)
		memcpy(s->code, p->slice->code, old * sizeof(*s->code));
	s->n = old;
	for (size_t i = 0; i < p->n_fresh; i++)
		overlay(s, &p->fresh[i]);
	if (keep_slice(m, s))
		return -ENOMEM;
	leave_slice(p);
	p->slice = s;
	s->users++;
	return 0;
}

static int publish(struct mappings *m, struct mapped_process *p)
{
	int r = has_news(p) ? rebuild(m, p) : 0;

	p->n_fresh = 0;
	p->is_new = false;
	p->is_dirty = false;
	if (!r && p->slice && (!set_slice(m, p) || !p->slice->place))
		m->lost_processes++;
	return r;
}

int mappings_publish(struct mappings *m)
{
	int r = 0;

	for (size_t i = 0; i < m->n_dirty && !r; i++)
		if (m->processes[m->dirty[i]].is_dirty)
			r = publish(m, &m->processes[m->dirty[i]]);
	m->n_dirty = 0;
	return r;
}

static void free_slice(struct mappings *m, size_t i)
{
	struct slice *s = m->slices[i];

	pool_retire(m->pool, s->place, s->words);
	count_users(m, s, false);
	free(s);
	m->slices[i] = m->slices[--m->n_slices];
}

/*
 * A program may have read the slice's place just before it was replaced, and count itself in after
 * that: only who is without references on both sides of a grace period has none.
 */
void mappings_sweep(struct mappings *m)
{
	for (size_t i = m->n_slices; i-- > 0;) {
		struct slice *s = m->slices[i];
		struct abi_slice *head = s->place ? pool_at(m->pool, s->place) : NULL;
		bool used = s->users || (head && __atomic_load_n(&head->refs, __ATOMIC_ACQUIRE));

		if (!used && s->unreferenced)
			free_slice(m, i);
		else
			s->unreferenced = !used;
	}
}

/* ---- processes ---- */

static struct mapped_process *find(const struct mappings *m, uint32_t tgid)
{
	uint32_t at = process_index_find(&m->index, tgid);

	return at == MAP_NONE ? NULL : &m->processes[at];
}

static struct mapped_process *get(struct mappings *m, uint32_t tgid)
{
	struct mapped_process *p = find(m, tgid);
	uint32_t at;

	if (p)
		return p;
	if (VEC_RESERVE(m->processes, m->cap, m->index.n + 1) ||
	    process_index_add(&m->index, tgid, &at))
		return NULL;
	m->processes[at] = (struct mapped_process){ .tgid = tgid };
	return &m->processes[at];
}

static int mark(struct mappings *m, struct mapped_process *p)
{
	uint32_t at = (uint32_t)(p - m->processes);

	if (p->is_dirty)
		return 0;
	p->is_dirty = true;
	return VEC_PUSH(m->dirty, m->n_dirty, m->cap_dirty, at);
}

bool mappings_knows(const struct mappings *m, uint32_t tgid)
{
	return find(m, tgid) != NULL;
}

uint32_t mappings_process(const struct mappings *m, size_t i)
{
	return m->processes[i].tgid;
}

int mappings_begin(struct mappings *m, uint32_t tgid, uint32_t exec_id, uint64_t time_ns)
{
	struct mapped_process *p = get(m, tgid);

	if (!p)
		return -ENOMEM;
	p->exec_id = exec_id;
	p->begun_ns = time_ns;
	p->n_fresh = 0;
	p->is_new = true;
	p->is_in = false;
	return mark(m, p);
}

/* Generated code has no file, or none that would hold it at another time. */
static bool is_generated(const char *path)
{
	static const char *const names[] = {
		"//anon", "/dev/zero", "/memfd:", "/SYSV", "/anon_hugepage", "["
	};

	if (!strcmp(path, "[vdso]"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(path, names[i], strlen(names[i])))
			return true;
	return !path[0];
}

int mappings_map(struct mappings *m, uint32_t tgid, uint64_t time_ns, const struct code_mapping *c)
{
	struct mapped_process *p = get(m, tgid);
	struct code code = {
		.start = c->start,
		.end = c->start + c->len,
		.bias = c->start - c->pgoff,
		.table = TABLE_NONE,
	};
	struct table_key vdso = { 0 };

	if (!p)
		return -ENOMEM;
	if (code.end <= code.start || (time_ns && time_ns < p->begun_ns))
		return 0;
	if (!is_generated(c->path)) {
		code.table = tables_get(m->tables, c->path[0] == '[' ? &vdso : &c->key, c->path,
					tgid);
		if (m->eager)
			tables_want(m->tables, code.table);
		if (time_ns)
			tables_check(m->tables, code.table);
	}
	/* The vdso's offset in its mapping is told as 0 or as its address. */
	if (c->path[0] == '[')
		code.bias = c->start;
	if (VEC_PUSH(p->fresh, p->n_fresh, p->cap_fresh, code))
		return -ENOMEM;
	return mark(m, p);
}

int mappings_fork(struct mappings *m, uint32_t tgid, uint32_t parent, uint64_t time_ns)
{
	struct mapped_process *p, *from;
	int r = 0;

	if (find(m, parent) == NULL || (find(m, tgid) && find(m, tgid)->begun_ns > time_ns))
		return 0;
	p = get(m, tgid);
	from = find(m, parent);
	if (!p)
		return -ENOMEM;
	leave_slice(p);
	p->n_fresh = 0;
	p->exec_id = from->exec_id;
	p->begun_ns = time_ns;
	p->is_new = from->is_new;
	/* A child of before the parent was put in has got nothing from it. */
	p->is_in = from->is_in && from->in_ns < time_ns;
	p->in_ns = from->in_ns;
	p->slice = from->slice;
	if (p->slice)
		p->slice->users++;
	for (size_t i = 0; i < from->n_fresh && !r; i++)
		r = VEC_PUSH(p->fresh, p->n_fresh, p->cap_fresh, from->fresh[i]);
	return r ? r : mark(m, p);
}

int mappings_exec(struct mappings *m, uint32_t tgid, uint64_t time_ns)
{
	struct mapped_process *p = find(m, tgid);

	if (!p || time_ns < p->begun_ns)
		return 0;
	p->exec_id++;
	p->n_fresh = 0;
	p->is_new = true;
	return mark(m, p);
}

/* Has the kernel's program taken it out, or was it put in after that? */
static bool is_out(const struct mappings *m, const struct mapped_process *p, uint64_t time_ns)
{
	if (!find_way(m, p->tgid))
		return true;
	return time_ns < p->in_ns + ENDING_NS && remove_if_ended(m, p->tgid);
}

void mappings_exit(struct mappings *m, uint32_t tgid, uint64_t time_ns)
{
	struct mapped_process *p = find(m, tgid);

	if (!p || !is_out(m, p, time_ns))
		return;
	leave_slice(p);
	free(p->fresh);
	*p = (struct mapped_process){ 0 };
	process_index_remove(&m->index, tgid);
}

size_t mappings_count_processes(const struct mappings *m)
{
	return m->index.n - m->index.n_unused;
}

size_t mappings_count(const struct mappings *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_slices; i++)
		n += m->slices[i]->n;
	return n;
}

void mappings_close(struct mappings *m)
{
	for (size_t i = 0; i < m->n_slices; i++)
		free(m->slices[i]);
	for (size_t i = 0; i < m->index.n; i++)
		free(m->processes[i].fresh);
	free(m->slices);
	free(m->processes);
	free(m->dirty);
	process_index_release(&m->index);
	if (m->sets)
		munmap(m->sets, SETS_BYTES);
	*m = (struct mappings){ 0 };
}
