/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the pprof decoder, and reads every index of what it accepts. */
#include "config.h"

#include "lib/pprof.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;

static void use_string(const struct pprof_profile *p, uint32_t index)
{
	const struct pprof_str *s = &p->strings[index];

	for (size_t i = 0; i < s->len; i++)
		sink += (uint8_t)s->s[i];
}

static void use_location(const struct pprof_profile *p, uint32_t index)
{
	const struct pprof_location *l = &p->locations[index];

	if (l->mapping != PPROF_NONE)
		use_string(p, p->mappings[l->mapping].filename);
	for (uint32_t i = 0; i < l->n_lines; i++)
		use_string(p, p->functions[p->lines[l->first_line + i].function].name);
}

static void use_sample(const struct pprof_profile *p, const struct pprof_sample *s)
{
	for (uint32_t i = 0; i < s->n_locations; i++)
		use_location(p, p->location_refs[s->first_location + i]);
	for (uint32_t i = 0; i < s->n_values; i++)
		sink += (uint64_t)p->values[s->first_value + i];
	for (uint32_t i = 0; i < s->n_labels; i++) {
		use_string(p, p->labels[s->first_label + i].key);
		use_string(p, p->labels[s->first_label + i].str);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pprof_profile p = { 0 };

	/* Twice, since a decoder is used again for the next message. */
	for (int round = 0; round < 2; round++) {
		if (pprof_parse(&p, data, size))
			continue;
		for (size_t i = 0; i < p.n_samples && i < 1000; i++)
			use_sample(&p, &p.samples[i]);
		for (size_t i = 0; i < p.n_comments && i < 1000; i++)
			use_string(&p, p.comments[i]);
	}
	pprof_profile_release(&p);
	return 0;
}
