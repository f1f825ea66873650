/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool that user space fills with mappings and unwind tables, and the table of processes. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"

enum { BPF_F_MMAPABLE = 1 << 10 };

/*
 * One element of 4 MiB: with the pointer to it, every word is a plain load at a masked index, where
 * elements of their own would cost a lookup each.
 */
struct chunk {
	uint32_t words[ABI_CHUNK_WORDS];
};

struct chunk_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct chunk);
};

struct chunk_map first_chunk SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, ABI_CHUNKS_MAX);
	__type(key, uint32_t);
	__array(values, struct chunk_map);
} pool SEC(".maps") = {
	.values = { &first_chunk },
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ABI_PROCESS_SETS);
	__type(key, uint32_t);
	__type(value, struct abi_process_set);
} processes SEC(".maps");

static __always_inline struct chunk *chunk_of(uint32_t place)
{
	uint32_t number = place / ABI_CHUNK_WORDS, zero = 0;
	void *map = bpf_map_lookup_elem(&pool, &number);

	return map ? bpf_map_lookup_elem(map, &zero) : NULL;
}

static __always_inline uint32_t word(const struct chunk *c, uint32_t at)
{
	return c->words[at & (ABI_CHUNK_WORDS - 1)];
}

static __always_inline uint64_t word_pair(const struct chunk *c, uint32_t at)
{
	return *(const uint64_t *)&c->words[at & (ABI_CHUNK_WORDS - 2)];
}

static __always_inline struct abi_process_set *process_set(uint32_t tgid)
{
	uint32_t set = tgid % ABI_PROCESS_SETS;

	return bpf_map_lookup_elem(&processes, &set);
}

/* The place of the process's slice, 0: none. */
static __always_inline uint32_t process_slice(uint32_t tgid)
{
	struct abi_process_set *set = process_set(tgid);

	if (!set)
		return 0;
	for (int i = 0; i < ABI_PROCESS_WAYS; i++) {
		uint64_t way = set->ways[i];

		if ((uint32_t)way == tgid)
			return way >> 32;
	}
	return 0;
}

static __always_inline void slice_add_refs(uint32_t slice, uint32_t n)
{
	struct chunk *c = chunk_of(slice);

	if (c)
		__sync_fetch_and_add(&c->words[slice & (ABI_CHUNK_WORDS - 1)], n);
}

/*
 * Give the process the slice, and count it there.  Whoever puts a slice in holds a reference for
 * it, and whoever takes it out gives that up: user space does the same to the same words.
 */
static __always_inline bool process_put(uint32_t tgid, uint32_t slice)
{
	struct abi_process_set *set = process_set(tgid);
	uint64_t new = (uint64_t)slice << 32 | tgid;

	if (!set)
		return false;
	slice_add_refs(slice, 1);
	for (int i = 0; i < ABI_PROCESS_WAYS; i++) {
		uint64_t old = set->ways[i];

		/* The id may have been used before, by a process whose end was missed. */
		if (old && (uint32_t)old != tgid)
			continue;
		if (__sync_val_compare_and_swap(&set->ways[i], old, new) == old) {
			if (old)
				slice_add_refs(old >> 32, -1);
			return true;
		}
	}
	slice_add_refs(slice, -1);
	return false;
}

static __always_inline void process_remove(uint32_t tgid)
{
	struct abi_process_set *set = process_set(tgid);

	if (!set)
		return;
	for (int i = 0; i < ABI_PROCESS_WAYS; i++) {
		uint64_t old = set->ways[i];

		if ((uint32_t)old != tgid)
			continue;
		/* User space may put a newer slice in at the same time: then take that out. */
		if (__sync_val_compare_and_swap(&set->ways[i], old, 0) != old) {
			old = set->ways[i];
			if ((uint32_t)old != tgid ||
			    __sync_val_compare_and_swap(&set->ways[i], old, 0) != old)
				continue;
		}
		slice_add_refs(old >> 32, -1);
	}
}
