// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes whose mappings are listed again. */
#include "config.h"

#include "rescans.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/vec.h"

#define NS_PER_MS 1000000ull
#define NS_PER_CS (10 * NS_PER_MS)
/* A process's mappings are listed again after this time at the earliest, doubling to 64 times. */
#define WAIT_NS (100 * NS_PER_MS)
#define DOUBLINGS 6
#define RESCANS_MAX 4096
/* A program that starts maps its libraries one after the other. */
#define SOON_NS NS_PER_MS
#define NEAR_NS (5 * NS_PER_MS)
/* Listings take this percentage of a CPU at most; what was not used adds up to so much. */
#define SHARE_PERCENT 2
#define LEFT_MAX_NS ((int64_t)(50 * NS_PER_MS))

void rescans_init(struct rescans *r, struct scan *scan, const struct rescans_reader *reader)
{
	*r = (struct rescans){
		.scan = scan,
		.reader = *reader,
		.left_ns = LEFT_MAX_NS,
		.counted_ns = clock_now_ns(),
	};
}

/*
 * When the process may be listed, given what was noted at the last time: centiseconds << 3 |
 * doublings, of which only the low 29 bits of the time are kept.
 */
static uint64_t due_after(uint32_t last, uint64_t now)
{
	uint64_t wait = WAIT_NS << (last & 7);
	uint64_t since = (uint32_t)(now / NS_PER_CS - (last >> 3)) << 3 >> 3;

	since *= NS_PER_CS;
	return since < wait ? now + wait - since : now;
}

static struct rescan *find(const struct rescans *r, uint32_t tgid)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->list[i].tgid == tgid)
			return &r->list[i];
	return NULL;
}

int rescans_want(struct rescans *r, uint32_t tgid)
{
	struct rescan new = { tgid, clock_now_ns() };
	uint32_t *last, doublings = 0;

	/* 0 is a process of another pid namespace; a listing of it would be one of all. */
	if (!tgid || r->n == RESCANS_MAX || find(r, tgid))
		return 0;
	last = u64_map_put(&r->last, tgid);
	if (!last)
		return -ENOMEM;
	if (*last != MAP_NONE) {
		doublings = *last & 7;
		new.due_ns = due_after(*last, new.due_ns);
		if (doublings < DOUBLINGS)
			doublings++;
	}
	*last = (uint32_t)(new.due_ns / NS_PER_CS) << 3 | doublings;
	return VEC_PUSH(r->list, r->n, r->cap, new);
}

int rescans_soon(struct rescans *r, uint32_t tgid)
{
	struct rescan new = { tgid, clock_now_ns() + SOON_NS }, *known = find(r, tgid);

	if (!tgid || (!known && r->n == RESCANS_MAX))
		return 0;
	/* What follows starts anew: a walk's miss need not wait. */
	u64_map_remove(&r->last, tgid);
	if (!known)
		return VEC_PUSH(r->list, r->n, r->cap, new);
	if (known->due_ns > new.due_ns)
		known->due_ns = new.due_ns;
	return 0;
}

bool rescans_are_near(const struct rescans *r)
{
	uint64_t near = clock_now_ns() + NEAR_NS;

	for (size_t i = 0; i < r->n; i++)
		if (r->list[i].due_ns < near)
			return r->left_ns > 0;
	return false;
}

/* A kernel that lists mappings again and again would never come to an end. */
static int pass_on(struct rescans *r, const struct buf *b, uint32_t tgid, uint64_t began_ns)
{
	const struct abi_mapping *m;
	uint64_t next = 0;
	const char *path;
	size_t at = 0;
	int err = 0;

	while (!err && (m = scan_next_mapping(b, &at, &path))) {
		if (m->start < next) {
			r->repeated++;
			return 0;
		}
		next = m->end;
		err = r->reader.found(r->reader.ctx, m, path);
	}
	return err ? err : r->reader.ended(r->reader.ctx, tgid, began_ns);
}

static int rescan(struct rescans *r, uint32_t tgid)
{
	struct buf b = BUF_INIT(0);
	uint64_t began_ns = clock_now_ns();
	int err = scan_process_mappings(r->scan, tgid, &b);

	if (!err)
		err = pass_on(r, &b, tgid, began_ns);
	buf_release(&b);
	r->left_ns -= (int64_t)(clock_now_ns() - began_ns);
	return err == -ENOTSUP || err == -ESRCH ? 0 : err;
}

static void add_time(struct rescans *r, uint64_t now)
{
	r->left_ns += (int64_t)((now - r->counted_ns) / 100 * SHARE_PERCENT);
	if (r->left_ns > LEFT_MAX_NS)
		r->left_ns = LEFT_MAX_NS;
	r->counted_ns = now;
}

int rescans_work(struct rescans *r)
{
	uint64_t now = clock_now_ns();
	size_t kept = 0;
	int err = 0;

	add_time(r, now);
	for (size_t i = 0; i < r->n; i++) {
		if (r->list[i].due_ns > now || r->left_ns <= 0 || err)
			r->list[kept++] = r->list[i];
		else
			err = rescan(r, r->list[i].tgid);
	}
	r->n = kept;
	return err;
}

void rescans_release(struct rescans *r)
{
	free(r->list);
	u64_map_release(&r->last);
	*r = (struct rescans){ 0 };
}
