/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an address of a process to the unwind table that is for it. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/pool.bpf.h"
#include "bpf/slots.bpf.h"
#include "bpf/unwind-table.h"

/*
 * The slice of the task's process, 0: none, or one from before an exec that user space has not
 * heard of yet.
 */
static __always_inline uint32_t current_slice(struct task_struct *task, uint32_t tgid)
{
	uint32_t slice = process_slice(tgid);
	struct chunk *c = slice ? chunk_of(slice) : NULL;

	if (!c || word(c, slice + 2) != (uint32_t)task->self_exec_id)
		return 0;
	return slice;
}

/* The last mapping of the slice that starts at or below the address; its place. */
static __always_inline uint32_t find_code(const struct chunk *c, uint32_t slice, uint32_t n,
					  uint64_t at)
{
	uint32_t base = slice + sizeof(struct abi_slice) / 4;

	for (int i = 0; i < 18; i++) {
		uint32_t half = n / 2;

		if (n <= 1)
			break;
		if (word_pair(c, base + half * ABI_CODE_WORDS) <= at)
			base += half * ABI_CODE_WORDS;
		n -= half;
	}
	return base;
}

/* The same for the parts of a table and a block of the file. */
static __always_inline uint32_t find_part(const struct chunk *c, uint32_t parts, uint32_t n,
					  uint32_t block)
{
	for (int i = 0; i < 13; i++) {
		uint32_t half = n / 2;

		if (n <= 1)
			break;
		if (word(c, parts + half * ABI_PART_WORDS) <= block)
			parts += half * ABI_PART_WORDS;
		n -= half;
	}
	return parts;
}

/*
 * Of n parts at `parts` the one for s->at, and the addresses of the code for which it is the one.
 * Their index may be in another chunk than the object is.
 */
__noinline int enter_part(uint32_t index, uint32_t parts, uint32_t n, uint64_t bias)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint64_t first, end, end_of_code;
	uint32_t block, blocks;
	struct chunk *c;

	if (!s)
		return 1;
	end_of_code = s->here.start + s->here.len;
	s->here.len = 0;
	s->here.why = VERDICT_NO_INFO;
	c = chunk_of(parts);
	if (!c)
		return 1;
	block = (s->at - bias) >> 8;
	parts = find_part(c, parts, n, block);
	blocks = word(c, parts + 1);
	block -= word(c, parts);
	if (block >= blocks)
		return 1;
	first = bias + ((uint64_t)word(c, parts) << 8);
	end = first + ((uint64_t)blocks << 8);
	if (first > s->here.start)
		s->here.start = first;
	s->here.len = (end < end_of_code ? end : end_of_code) - s->here.start;
	s->here.bias = bias - ((uint64_t)word(c, parts + 3) << 8);
	s->here.part = word(c, parts + 2);
	return 0;
}

/* Fill s->here for the address s->at. */
__noinline int locate(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint32_t slice, n, code, object;
	uint64_t start, bias, len;
	struct chunk *c;

	if (!s)
		return 1;
	if (s->here.part)
		s->before = s->here;
	s->here.len = 0;
	s->here.part = 0;
	s->here.why = VERDICT_UNMAPPED;
	slice = s->slice;
	c = slice ? chunk_of(slice) : NULL;
	n = c ? word(c, slice + 1) : 0;
	if (!n)
		return 0;
	code = find_code(c, slice, n, s->at);
	start = word_pair(c, code);
	bias = word_pair(c, code + 2);
	len = (uint64_t)word(c, code + 4) << 12;
	object = word(c, code + 5);
	if (s->at - start >= len)
		return 0;
	s->here.start = start;
	s->here.len = len;
	s->here.why = VERDICT_GENERATED;
	if (!object)
		return 0;
	c = chunk_of(object);
	s->here.why = c ? word(c, object) : VERDICT_NO_INFO;
	if (c && s->here.why == VERDICT_ROOT)
		enter_part(index, word(c, object + 2), word(c, object + 1), bias);
	else
		s->here.len = 0;
	if (c && s->here.why == VERDICT_PENDING && !word(c, object + 3)) {
		c->words[(object + 3) & (ABI_CHUNK_WORDS - 1)] = 1;
		s->wants_table = 1;
	}
	return 0;
}
