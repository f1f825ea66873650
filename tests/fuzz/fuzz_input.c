/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes render's input as a whole: a file of any format, which is recognised by its content. */
#include "config.h"

#include "libexec/render/input.h"

#include <string.h>
#include <sys/mman.h>

#include "lib/io.h"
#include "tests/fuzz/model-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_CLOSE int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct input in = { 0 };
	struct model m;
	int err;

	if (fd < 0 || write_all(fd, data, size) || lseek(fd, 0, SEEK_SET) < 0 || model_init(&m))
		return 0;
	err = input_read(&in, fd, INPUT_FILE, &m);
	/* Every error has its reason. */
	must(!err == !in.error[0]);
	if (!err)
		check_model(&m);
	model_release(&m);
	return 0;
}
