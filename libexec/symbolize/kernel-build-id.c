/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's own ELF notes. */
#include "config.h"

#include "kernel-build-id.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "lib/io.h"

#define NOTES "/sys/kernel/notes"
#define NOTES_MAX ((size_t)64 << 10)

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

int kernel_build_id_find(const void *notes, size_t n, struct elf_build_id *id)
{
	const uint8_t *p = notes;
	GElf_Nhdr head;

	while (n >= sizeof(head)) {
		size_t name, desc;

		memcpy(&head, p, sizeof(head));
		p += sizeof(head);
		n -= sizeof(head);
		name = padded(head.n_namesz);
		desc = padded(head.n_descsz);
		if (name > n || desc > n - name)
			break;
		if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
		    !memcmp(p, "GNU", 4) && head.n_descsz && head.n_descsz <= sizeof(id->bytes)) {
			memcpy(id->bytes, p + name, head.n_descsz);
			id->len = (uint8_t)head.n_descsz;
			return 0;
		}
		p += name + desc;
		n -= name + desc;
	}
	return -ENOENT;
}

void kernel_build_id_read(struct elf_build_id *id)
{
	CLEANUP_CLOSE int fd = open(NOTES, O_RDONLY | O_CLOEXEC);
	uint8_t notes[NOTES_MAX];
	ssize_t n = fd < 0 ? -1 : read_full(fd, notes, sizeof(notes));

	if (n < 0 || kernel_build_id_find(notes, (size_t)n, id))
		id->len = 0;
}
