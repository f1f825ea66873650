/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In which files a specification is looked for, and in which order. */
#include "config.h"

#include "search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "elf/dependencies.h"
#include "elf/ld-cache.h"
#include "elf/mapped-file.h"
#include "lib/file-identity.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/vec.h"
#include "processes.h"

static const char *const library_folders[] = {
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
	"/usr/lib", "/usr/local/lib"
};

#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* ---- lists ---- */

static struct search_file *find_file(const struct search_files *list, uint64_t dev, uint64_t ino)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].ino == ino && list->v[i].dev == dev)
			return &list->v[i];
	return NULL;
}

/* Adds a file unless it is there, then under another name perhaps.  0 or -ENOMEM. */
static int add_file(struct search_files *list, const char *path, const char *alias,
		    const struct stat *st, int fd)
{
	struct search_file new = { .dev = st->st_dev, .ino = st->st_ino, .fd = fd };
	int r;

	if (!S_ISREG(st->st_mode) || list->n >= SEARCH_FILES_MAX ||
	    find_file(list, st->st_dev, st->st_ino))
		return 0;
	new.path = strdup(path);
	new.alias = alias ? strdup(alias) : NULL;
	r = !new.path || (alias && !new.alias) ? -ENOMEM :
		VEC_PUSH(list->v, list->n, list->cap, new);
	if (r) {
		free(new.path);
		free(new.alias);
	}
	return r;
}

static int add_path(struct search_files *list, const char *path, const char *alias)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : add_file(list, path, alias, &st, -1);
}

static int add_folder(struct search_files *list, const char *folder, const char *part, bool exec)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[PATH_MAX];
	int r = 0;

	while (dir && !r && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || (part && !strstr(entry->d_name, part)))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >= PATH_MAX)
			continue;
		if (!exec || !access(path, X_OK))
			r = add_path(list, path, NULL);
	}
	if (dir)
		closedir(dir);
	return r;
}

static int list_libraries(struct search *s, struct search_files *list)
{
	struct ld_cache cache;
	const char *name, *path;
	int r = ld_cache_read(&cache, LD_CACHE_PATH);

	(void)s;
	if (r)
		return r == -ENOMEM ? r : 0;
	for (uint32_t i = 0; i < cache.n && !r; i++) {
		path = ld_cache_entry(&cache, i, &name);
		if (path)
			r = add_path(list, path, name);
	}
	ld_cache_release(&cache);
	return r;
}

static int list_folders(struct search *s, struct search_files *list)
{
	int r = 0;

	(void)s;
	for (size_t i = 0; i < ARRAY_SIZE(library_folders) && !r; i++)
		r = add_folder(list, library_folders[i], ".so", false);
	return r;
}

static int list_programs(struct search *s, struct search_files *list)
{
	const char *path = getenv("PATH");
	CLEANUP_FREE char *copy = strdup(path && *path ? path : USUAL_PATH);
	char *rest = copy, *folder;
	int r = copy ? 0 : -ENOMEM;

	(void)s;
	while (!r && (folder = strsep(&rest, ":")))
		if (folder[0] == '/')
			r = add_folder(list, folder, NULL, true);
	return r;
}

/* ---- what was opened for us ---- */

static bool path_of_fd(int fd, char path[PATH_MAX])
{
	char link[40];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n <= 0)
		return false;
	path[n] = 0;
	path[mapped_path_len(path)] = 0;
	return path[0] == '/';
}

static int list_fds(struct search *s, struct search_files *list)
{
	char path[PATH_MAX];
	struct stat st;
	int r = 0;

	for (size_t i = 0; i < s->where.n_fds && !r; i++)
		if (!fstat(s->where.fds[i], &st) && path_of_fd(s->where.fds[i], path))
			r = add_file(list, path, NULL, &st, s->where.fds[i]);
	return r;
}

/* The descriptor of a file that we may not open. */
static int fd_for(const struct search *s, const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < s->where.n_fds; i++)
		if (!fstat(s->where.fds[i], &other) && other.st_ino == st->st_ino &&
		    other.st_dev == st->st_dev)
			return s->where.fds[i];
	return -1;
}

/* ---- processes and commands ---- */

struct mapping_sink {
	struct search_files *list;
	uint32_t pid;
	unsigned int n_gone;     /* mapped files that have no path any more */
};

static bool is_mapped(const char *path, uint64_t dev, uint64_t ino, struct stat *st)
{
	const struct file_identity mapped = { dev, ino };

	if (stat(path, st) || !S_ISREG(st->st_mode))
		return false;
	if (st->st_ino == ino && st->st_dev == dev)
		return true;

	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 && file_identity_matches(fd, &mapped);
}

static int see_mapping(void *opaque, const char *path, uint64_t dev, uint64_t ino)
{
	struct mapping_sink *sink = opaque;
	char in_root[PATH_MAX + 32];
	struct stat st;

	if (find_file(sink->list, dev, ino))
		return 0;
	if (is_mapped(path, dev, ino, &st))
		return add_file(sink->list, path, NULL, &st, -1);
	snprintf(in_root, sizeof(in_root), "/proc/%" PRIu32 "/root%s", sink->pid, path);
	if (is_mapped(in_root, dev, ino, &st))
		return add_file(sink->list, in_root, path, &st, -1);
	sink->n_gone++;
	return 0;
}

static int list_processes(struct search *s, struct search_files *list)
{
	struct mapping_sink sink = { .list = list };
	struct id_list pids = s->where.pids;
	int error = 0;

	processes_add_children(&pids);
	for (size_t i = 0; i < pids.n; i++) {
		int r;

		sink.pid = pids.ids[i];
		r = process_mappings(sink.pid, see_mapping, &sink);
		if (r == -ENOMEM)
			return r;
		/* Children may be gone, threads of the kernel have nothing. */
		if (r && i < s->where.pids.n && !error) {
			error = r;
			complain(&s->complaint,
				 _("cannot read the mappings of process %" PRIu32 ": %s"), sink.pid,
				 r == -ENOENT || r == -ESRCH ?
				 _("there is no such process") : strerror(-r));
			complain_hint(&s->complaint, r == -EACCES || r == -EPERM ?
				      _("root, or the user whose process it is, may look into it") :
				      "");
		}
	}
	if (list->n)
		s->complaint.text[0] = 0;
	else if (!s->complaint.text[0])
		complain(&s->complaint, _("the processes map no file that can be opened"));
	return 0;
}

static int list_command(struct search *s, struct search_files *list)
{
	struct dependencies d = { 0 };
	int r = dependencies_find(&d, s->where.command);

	if (r == -ENOMEM)
		return r;
	if (r && !list->n)
		complain(&s->complaint, _("cannot read %s: %s"), s->where.command,
			 r == -ENOEXEC ? _("not an ELF file, or damaged") : strerror(-r));
	r = 0;
	for (size_t i = 0; i < d.n && !r; i++)
		r = add_path(list, d.v[i].path, NULL);
	dependencies_release(&d);
	return r;
}

static int list_targets(struct search *s, struct search_files *list)
{
	int r = list_fds(s, list);

	if (!r && s->where.pids.n)
		r = list_processes(s, list);
	if (!r && s->where.command)
		r = list_command(s, list);
	return r;
}

static int load(struct search *s, enum search_list which, struct search_files **list)
{
	static int (*const loaders[LIST_PATHS])(struct search *s, struct search_files *list) = {
		list_targets, list_libraries, list_folders, list_programs
	};
	int r = 0;

	*list = &s->lists[which];
	if (!s->has_list[which])
		r = loaders[which](s, *list);
	s->has_list[which] = !r;
	return r;
}

/* ---- names ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "libc-2.31.so" is libc, "python3.11" is python3, and "libfoo-bar.so" is not libfoo. */
static bool is_version(const char *text, size_t len)
{
	return len > 1 && strchr("-.", text[0]) && strspn(text + 1, "0123456789.") >= len - 1;
}

bool search_name_matches(const char *path, const char *name)
{
	const char *base = base_name(path), *so = strstr(base, ".so");
	size_t stem = so ? (size_t)(so - base) : strlen(base), len = strlen(name);

	if (!strcmp(base, name))
		return true;
	if (!so)
		return !strncmp(base, name, len) && is_version(base + len, stem - len);
	if (so[3] && so[3] != '.')
		return false;
	if (strstr(name, ".so"))
		return !strncmp(base, name, len) && base[len] == '.';
	for (int skip = 0; skip <= 3; skip += 3) {
		if (skip && strncmp(base, "lib", 3))
			return false;
		if (stem - (size_t)skip >= len && !strncmp(base + skip, name, len) &&
		    (stem - (size_t)skip == len ||
		     is_version(base + skip + len, stem - (size_t)skip - len)))
			return true;
	}
	return false;
}

static bool is_named(const struct search_file *file, const char *name)
{
	return !name || search_name_matches(file->path, name) ||
	       (file->alias && search_name_matches(file->alias, name));
}

/* ---- steps ---- */

static int take(struct search *s, enum search_list which, const char *name,
		struct search_files *files)
{
	struct search_files *list;
	int r = load(s, which, &list);

	for (size_t i = 0; i < list->n && !r; i++)
		if (is_named(&list->v[i], name) &&
		    !find_file(files, list->v[i].dev, list->v[i].ino))
			r = VEC_PUSH(files->v, files->n, files->cap, list->v[i]);
	return r;
}

/* The file that a name in PATH means, such as python3.11 for python3, among the targets. */
static int take_by_link(struct search *s, const char *name, struct search_files *files)
{
	struct search_files *list;
	int r = load(s, LIST_TARGETS, &list);
	const char *path = getenv("PATH");
	CLEANUP_FREE char *copy = strdup(path && *path ? path : USUAL_PATH);
	char *rest = copy, *folder, file[PATH_MAX];
	struct search_file *found;
	struct stat st;

	while (!r && rest && (folder = strsep(&rest, ":"))) {
		snprintf(file, sizeof(file), "%s/%s", folder, name);
		if (folder[0] != '/' || stat(file, &st) < 0)
			continue;
		found = find_file(list, st.st_dev, st.st_ino);
		if (found && !find_file(files, st.st_dev, st.st_ino))
			r = VEC_PUSH(files->v, files->n, files->cap, *found);
	}
	return r;
}

static bool has_targets(const struct search *s)
{
	return s->where.pids.n || s->where.command;
}

static int no_targets(struct search *s, const struct spec *spec, struct complaint *c)
{
	if (s->complaint.text[0])
		*c = s->complaint;
	else if (spec->file)
		complain(c, _("'%s' is not mapped there"), shown_name(spec->file).text);
	else
		complain(c, _("no files to look in"));
	if (!s->complaint.text[0] && spec->file)
		complain_hint(c, _("a library that is not loaded yet is named by its path"));
	return -EINVAL;
}

static int step_of_targets(struct search *s, const struct spec *spec, struct search_files *files,
			   struct complaint *c)
{
	int r = take(s, LIST_TARGETS, spec->file, files);

	if (!r && spec->file && !files->n)
		r = take_by_link(s, spec->file, files);
	if (r || files->n || (spec->file && s->where.command))
		return r;
	return no_targets(s, spec, c);
}

static int step_of_all(struct search *s, const struct spec *spec, unsigned int step,
		       struct search_files *files)
{
	switch (step) {
	case 0:
		return take(s, LIST_LIBRARIES, spec->file, files);
	case 1:
		return spec->file ? take(s, LIST_FOLDERS, spec->file, files) : 0;
	case 2:
		return take(s, LIST_PROGRAMS, spec->file, files);
	default:
		return -ENOENT;
	}
}

/* ---- paths ---- */

static int refuse_path(const char *path, int error, struct complaint *c)
{
	complain(c, "%s: %s", shown_name(path).text, strerror(error));
	complain_hint(c, error == ENOENT ?
		      _("name a library without its folder: it is then looked for") :
		      _("root may open more"));
	return -EINVAL;
}

/* A file by its path, which is kept among those that were named. */
static int take_path(struct search *s, const char *path, const struct stat *st,
		     struct search_files *files)
{
	struct search_files *kept = &s->lists[LIST_PATHS];
	const struct search_file *file;
	int r = add_file(kept, path, NULL, st, fd_for(s, st));

	file = find_file(kept, st->st_dev, st->st_ino);
	return r || !file ? r : VEC_PUSH(files->v, files->n, files->cap, *file);
}

/* What the linker takes for the name of a library that is not where it was said to be. */
static int step_of_soname(struct search *s, const char *path, struct search_files *files,
			  char **note, struct complaint *c)
{
	struct ld_cache cache;
	const char *found;
	struct stat st;
	int r = ld_cache_read(&cache, LD_CACHE_PATH);

	if (r)
		return r == -ENOMEM ? r : refuse_path(path, ENOENT, c);
	found = ld_cache_find(&cache, base_name(path));
	if (!found || stat(found, &st) < 0)
		r = refuse_path(path, ENOENT, c);
	else if (asprintf(note, _("%s is not there: %s is taken, which the dynamic linker has for "
				  "that name"), path, found) < 0)
		r = -ENOMEM;
	else
		r = take_path(s, found, &st, files);
	ld_cache_release(&cache);
	return r;
}

static int step_of_path(struct search *s, const char *path, struct search_files *files, char **note,
			struct complaint *c)
{
	const struct search_files *targets = &s->lists[LIST_TARGETS];
	struct stat st;
	int error;

	if (!stat(path, &st)) {
		if (S_ISREG(st.st_mode))
			return take_path(s, path, &st, files);
		return refuse_path(path, S_ISDIR(st.st_mode) ? EISDIR : ENOEXEC, c);
	}
	error = errno;
	for (size_t i = 0; i < targets->n; i++)
		if (!strcmp(targets->v[i].path, path))
			return VEC_PUSH(files->v, files->n, files->cap, targets->v[i]);
	return error == ENOENT ? step_of_soname(s, path, files, note, c) :
		refuse_path(path, error, c);
}

static int step_of_relative_path(struct search *s, const char *path, struct search_files *files,
				 char **note, struct complaint *c)
{
	CLEANUP_FREE char *real = realpath(path, NULL);

	if (!real)
		return refuse_path(path, errno, c);
	return step_of_path(s, real, files, note, c);
}

int search_step(struct search *s, const struct spec *spec, unsigned int step,
		struct search_files *files, char **note, struct complaint *c)
{
	struct search_files *targets;
	bool is_path = spec->file && strchr(spec->file, '/');
	int r = load(s, LIST_TARGETS, &targets);

	*files = (struct search_files){ 0 };
	if (r)
		return r;
	if (is_path && step)
		return -ENOENT;
	if (is_path)
		return spec->file[0] == '/' ? step_of_path(s, spec->file, files, note, c) :
			step_of_relative_path(s, spec->file, files, note, c);
	if (!has_targets(s))
		return step_of_all(s, spec, step, files);
	if (!step)
		return step_of_targets(s, spec, files, c);
	if (!spec->file || !s->where.command)
		return -ENOENT;
	return step_of_all(s, spec, step - 1, files);
}

/* ---- opening ---- */

static const char *reason_of(int error)
{
	switch (error) {
	case -ENOEXEC:
		return _("it is not an ELF file, or damaged");
	case -ENOTSUP:
		return _("it is not a regular file");
	default:
		return strerror(-error);
	}
}

bool search_path_leads(const struct search_file *file)
{
	struct stat st;

	return file->fd < 0 || (!stat(file->path, &st) && st.st_ino == file->ino &&
				st.st_dev == file->dev);
}

int search_open(const struct search_file *file, struct elf_file *f, const char **reason)
{
	struct stat st;
	int fd = file->fd < 0 ? elf_path_open(file->path, &st) :
		fcntl(file->fd, F_DUPFD_CLOEXEC, 3);
	int r = fd < 0 ? (file->fd < 0 ? fd : -errno) : elf_file_open(f, fd);

	if (r) {
		*reason = reason_of(r);
		return r;
	}
	if (gelf_getclass(f->elf) == ELFCLASS64 && f->layout.machine == EM_X86_64)
		return 0;
	*reason = gelf_getclass(f->elf) == ELFCLASS32 ?
		_("it is of 32 bits, and only programs for x86-64 can be probed") :
		_("it is for another machine than x86-64");
	elf_file_close(f);
	return -ENOTSUP;
}

void search_release(struct search *s)
{
	for (size_t which = 0; which < LISTS; which++) {
		for (size_t i = 0; i < s->lists[which].n; i++) {
			free(s->lists[which].v[i].path);
			free(s->lists[which].v[i].alias);
		}
		free(s->lists[which].v);
	}
	free(s->where.fds);
}
