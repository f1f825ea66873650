/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the unwinding of copied stacks by the rules of this program's own code.
 *
 * The input is the registers and then the stack.  Of each word that is to be code, an instruction
 * pointer or a word of the stack with bit 63 set, the remainder by the size of the code counts.
 */
#include "config.h"

#include "libexec/symbolize/unwind.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CODE UINT64_C(0x400000)
#define STACK_MAX 65536

static struct address_spaces spaces;
static struct objects objects;
static uint64_t code_size;

static void map_own_code(void)
{
	struct perf_data_mmap m = { .pid = 1, .filename = "/proc/self/exe" };
	struct space_mapping mapping = { .start = CODE, .time = 1 };
	const struct object *object;
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		abort();
	path[n] = 0;
	m.filename = path;
	mapping.object = objects_intern(&objects, &m);
	object = objects_load(&objects, mapping.object);
	if (!object->layout || !object->layout->n_segments)
		abort();
	mapping.pgoff = object->layout->segments[0].offset;
	code_size = object->layout->segments[0].filesz;
	mapping.end = mapping.start + code_size;
	if (space_map(&spaces, 1, &mapping))
		abort();
}

static uint64_t in_code(uint64_t word)
{
	return CODE + word % code_size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t stack[STACK_MAX / 8];
	static struct unwind_result result;
	struct unwind_copy copy = { .known = (1u << MACHINE_REGS) - 1 };
	struct unwind_space where = { .spaces = &spaces, .objects = &objects, .time = 2 };

	if (!code_size)
		map_own_code();
	if (size < sizeof(copy.regs) || size > STACK_MAX)
		return 0;
	where.generation = space_at(&spaces, 1, 2);
	memcpy(copy.regs, data, sizeof(copy.regs));
	copy.regs[MACHINE_IP] = in_code(copy.regs[MACHINE_IP]);
	copy.stack_len = size - sizeof(copy.regs);
	copy.full = size % 2;
	memcpy(stack, data + sizeof(copy.regs), copy.stack_len);
	for (size_t i = 0; i < copy.stack_len / 8; i++)
		if (stack[i] >> 63)
			stack[i] = in_code(stack[i]);
	unwind_stack(&where, &copy, (const uint8_t *)stack, &result);
	if (!result.n || result.n > UNWIND_FRAMES_MAX)
		abort();
	return 0;
}
