/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of CPUs. */
#include "config.h"

#include "lib/cpulist.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int parse_cpu(const char **text, uint32_t *cpu)
{
	uint32_t v = 0;
	const char *s = *text;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	for (; *s >= '0' && *s <= '9'; s++) {
		v = v * 10 + (uint32_t)(*s - '0');
		if (v >= CPULIST_MAX)
			return -ERANGE;
	}
	*text = s;
	*cpu = v;
	return 0;
}

static int parse_range(const char **text, uint32_t *first, uint32_t *last)
{
	int err = parse_cpu(text, first);

	if (err)
		return err;
	*last = *first;
	if (**text != '-')
		return 0;
	(*text)++;
	err = parse_cpu(text, last);
	if (err)
		return err;
	return *last < *first ? -EINVAL : 0;
}

static void add(struct cpulist *list, uint32_t cpu)
{
	if (cpulist_has(list, cpu))
		return;
	list->bits[cpu / 64] |= UINT64_C(1) << (cpu % 64);
	list->n++;
}

int cpulist_parse(struct cpulist *list, const char *text)
{
	struct cpulist parsed = { .n = 0 };

	for (;;) {
		uint32_t first, last;
		int err = parse_range(&text, &first, &last);

		if (err)
			return err;
		for (uint32_t cpu = first; cpu <= last; cpu++)
			add(&parsed, cpu);
		if (*text != ',')
			break;
		text++;
	}
	if (*text && strcmp(text, "\n"))
		return -EINVAL;
	*list = parsed;
	return 0;
}

bool cpulist_has(const struct cpulist *list, uint32_t cpu)
{
	return cpu < CPULIST_MAX && (list->bits[cpu / 64] >> (cpu % 64) & 1);
}

int cpulist_first_outside(const struct cpulist *list, const struct cpulist *of)
{
	for (uint32_t cpu = 0; cpu < CPULIST_MAX; cpu++)
		if (cpulist_has(list, cpu) && !cpulist_has(of, cpu))
			return (int)cpu;
	return -1;
}

int cpulist_format(const struct cpulist *list, char *text, size_t n)
{
	size_t len = 0;

	if (n == 0)
		return -ENOSPC;
	*text = '\0';
	for (uint32_t cpu = 0; cpu < CPULIST_MAX; cpu++) {
		uint32_t first = cpu;
		int put;

		if (!cpulist_has(list, cpu))
			continue;
		while (cpulist_has(list, cpu + 1))
			cpu++;
		put = snprintf(text + len, n - len, first == cpu ? "%s%u" : "%s%u-%u",
			       len ? "," : "", first, cpu);
		if (put < 0 || (size_t)put >= n - len)
			return -ENOSPC;
		len += (size_t)put;
	}
	return 0;
}
