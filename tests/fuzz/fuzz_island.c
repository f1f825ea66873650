/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the reader of the data island's sections, inflated already. */
#include "config.h"

#include "libexec/render/read-island.h"

#include "tests/fuzz/model-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model m;

	if (model_init(&m))
		return 0;
	if (!island_read_sections(data, size, &m)) {
		const char **modules = model_modules(&m);

		must(modules != NULL);
		free(modules);
		check_model(&m);
	}
	model_release(&m);
	return 0;
}
