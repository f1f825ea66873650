// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's symbols from /proc/kallsyms. */
#include "config.h"

#include "kallsyms.h"

#include <inttypes.h>
#include <string.h>

#include "bpf/abi.h"

#define LINE_BYTES (ABI_SYMBOL_TEXT_MAX + 64)

static void put_symbol(struct buf *records, uint64_t start, char type, const char *name,
		       const char *module)
{
	static const uint8_t zeros[8];
	struct abi_symbol rec = {
		.start = start,
		.name_len = (uint16_t)(strlen(name) + 1),
		.module_len = (uint16_t)(strlen(module) + 1),
		.type = type,
	};
	size_t size = sizeof(rec) + rec.name_len + rec.module_len;

	buf_put(records, &rec, sizeof(rec));
	buf_put(records, name, rec.name_len);
	buf_put(records, module, rec.module_len);
	buf_put(records, zeros, (8 - size % 8) % 8);
}

int kallsyms_read(FILE *f, struct buf *records)
{
	char line[LINE_BYTES], name[ABI_SYMBOL_NAME_MAX], module[ABI_SYMBOL_MODULE_MAX], type;

	while (fgets(line, sizeof(line), f) && !records->failed) {
		uint64_t start;

		module[0] = '\0';
		/* ADDRESS TYPE NAME [MODULE]; the widths are those of the arrays. */
		if (sscanf(line, "%" SCNx64 " %c %511s [%63[^]]", &start, &type, name, module) < 3)
			continue;
		if (start && strchr("tTwW", type))
			put_symbol(records, start, type, name, module);
	}
	return records->failed;
}
