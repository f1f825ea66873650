/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the reader of the data island's sections, inflated already. */
#include "config.h"

#include "libexec/render/read-island.h"

#include "tests/fuzz/model-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a difference is drawn by is known of each node. */
static void check_difference(struct diff *d, const struct trie *t)
{
	if (!d->before_self || diff_sum(d, t) || diff_judge(d, t))
		return;
	must(d->weight[TRIE_ROOT] <= DIFF_WEIGHT_ALL);
	for (size_t i = 1; i < t->n_nodes; i++)
		must(d->before_total[i] <= d->before_total[t->nodes[i].parent] &&
		     d->weight[i] <= d->weight[t->nodes[i].parent]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diff diff = { 0 };
	struct model m;

	if (model_init(&m))
		return 0;
	m.diff = &diff;
	if (!island_read_sections(data, size, &m)) {
		const char **modules = model_modules(&m);

		must(modules != NULL);
		free(modules);
		check_model(&m);
		check_difference(&diff, &m.trie);
	}
	diff_release(&diff);
	model_release(&m);
	return 0;
}
