/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where instructions of x86-64 code begin. */
#include "config.h"

#include "instructions-x86.h"

#include <capstone/capstone.h>
#include <errno.h>

int instruction_check(const uint8_t *code, size_t size, uint64_t offset,
		      struct instruction_starts *near)
{
	uint64_t at = 0;
	cs_insn *insn;
	csh handle;
	int r = 0;

	*near = (struct instruction_starts){ 0 };
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK)
		return -ENOMEM;
	insn = cs_malloc(handle);
	if (!insn)
		r = -ENOMEM;
	while (!r && at < offset) {
		near->before = at;
		if (!cs_disasm_iter(handle, &code, &size, &at, insn))
			r = -EILSEQ;
	}
	near->after = at;
	if (!r && at != offset)
		r = -EINVAL;
	if (insn)
		cs_free(insn, 1);
	cs_close(&handle);
	return r;
}
