/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Large files in memory without reading them. */
#include "config.h"

#include "elf/file-map.h"

#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

static struct file_map *open_maps;
static uintptr_t page_size;

static bool replace_page(uintptr_t addr)
{
	for (const struct file_map *m = open_maps; m; m = m->next) {
		uintptr_t start = (uintptr_t)m->image;

		if (addr < start || addr - start >= m->size)
			continue;
		addr &= ~(page_size - 1);
		return mmap((char *)start + (addr - start), page_size, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
	}
	return false;
}

/* mmap() is no more than the system call: it may be called here. */
static void on_bus_error(int number, siginfo_t *info, UNUSED void *context)
{
	if (!replace_page((uintptr_t)info->si_addr))
		signal(number, SIG_DFL);
}

static bool is_guarded(void)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };

	if (page_size)
		return true;
	if (sigaction(SIGBUS, &action, NULL) < 0)
		return false;
	page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	return true;
}

static bool is_ours_to_write(const struct stat *st)
{
	return S_ISREG(st->st_mode) && !(st->st_mode & (S_IWGRP | S_IWOTH)) &&
	       (!st->st_uid || st->st_uid == geteuid());
}

bool file_map_open(struct file_map *m, int fd)
{
	struct stat st;
	void *image;

	if (fstat(fd, &st) < 0 || !is_ours_to_write(&st) || (size_t)st.st_size < FILE_MAP_MIN ||
	    !is_guarded())
		return false;
	image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED)
		return false;
	*m = (struct file_map){ image, (size_t)st.st_size, open_maps };
	open_maps = m;
	return true;
}

void file_map_close(struct file_map *m)
{
	struct file_map **link = &open_maps;

	if (!m->image)
		return;
	while (*link != m)
		link = &(*link)->next;
	*link = m->next;
	munmap(m->image, m->size);
	m->image = NULL;
}
