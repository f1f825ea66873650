/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files the dynamic linker maps when a program starts. */
#include "config.h"

#include "elf/dependencies.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "elf/dynamic.h"
#include "elf/ld-cache.h"
#include "lib/vec.h"

#define SCRIPTS_MAX 5            /* one more than the kernel follows */
#define SCRIPT_LINE_MAX 256      /* BINPRM_BUF_SIZE of Linux */
#define NO_LOADER SIZE_MAX

/* What is known of a file while others are searched for. */
struct node {
	struct elf_dynamic dynamic;
	char *origin;            /* its folder */
	size_t loader;           /* the file that needed it first */
};

struct search {
	struct dependencies *found;
	struct node *nodes; size_t n, cap;   /* numbered as found->v */
	struct ld_cache cache;
};

/* What $LIB may be: Debian's, others', and where there is one folder only. */
static const char *const lib_names[] = { "lib/x86_64-linux-gnu", "lib64", "lib" };

static const char *const default_folders[] = {
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
	"/usr/lib"
};

/* ---- files ---- */

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strndup(path, slash && slash != path ? (size_t)(slash - path) : 1);
}

static bool is_known(const struct search *s, const struct file_identity *id)
{
	for (size_t i = 0; i < s->found->n; i++)
		if (file_identity_equal(&s->found->v[i].id, id))
			return true;
	return false;
}

static int add_file(struct search *s, const char *path, const struct file_identity *id,
		    const struct node *node)
{
	struct dependency d = { .path = strdup(path), .id = *id };
	int r = d.path ? VEC_RESERVE(s->nodes, s->cap, s->n + 1) : -ENOMEM;

	if (!r)
		r = VEC_PUSH(s->found->v, s->found->n, s->found->cap, d);
	if (r)
		free(d.path);
	else
		s->nodes[s->n++] = *node;
	return r;
}

/* Opens a file and adds it, unless it is there.  0, or why it is none that can be mapped. */
static int try_file(struct search *s, const char *path, size_t loader)
{
	struct node node = { .loader = loader };
	struct file_identity id;
	struct elf_file f;
	struct stat st;
	int fd = elf_path_open(path, &st), r;

	if (fd < 0)
		return fd;
	r = file_identity(fd, &id);
	if (r || is_known(s, &id)) {
		close(fd);
		return r;
	}
	r = elf_file_open(&f, fd);
	if (r)
		return r;
	r = elf_dynamic_read(&node.dynamic, &f);
	elf_file_close(&f);
	if (r)
		return r;
	node.origin = folder_of(path);
	r = node.origin ? add_file(s, path, &id, &node) : -ENOMEM;
	if (r) {
		free(node.origin);
		elf_dynamic_release(&node.dynamic);
	}
	return r;
}

/* ---- folders ---- */

static int try_in_folder(struct search *s, const char *folder, const char *name, size_t loader)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (len >= (int)sizeof(path) || path[0] != '/')
		return -ENOENT;
	return try_file(s, path, loader);
}

/* The length of a "$NAME" or "${NAME}" at `at`, 0: it is not that. */
static size_t token(const char *at, const char *end, const char *name)
{
	size_t len = strlen(name), left = (size_t)(end - at);

	if (left > len && at[0] == '$' && !strncmp(at + 1, name, len))
		return len + 1;
	if (left > len + 2 && at[0] == '$' && at[1] == '{' && !strncmp(at + 2, name, len) &&
	    at[len + 2] == '}')
		return len + 3;
	return 0;
}

static const char *value_of(const char *at, const char *end, const char *origin, const char *lib,
			    size_t *len)
{
	const char *const names[] = { "ORIGIN", "LIB", "PLATFORM" };
	const char *const values[] = { origin, lib, "x86_64" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		*len = token(at, end, names[i]);
		if (*len)
			return values[i];
	}
	return NULL;
}

/* text[0..n) with its tokens replaced; false: longer than a path can be. */
static bool expand(const char *text, size_t n, const char *origin, const char *lib, char *out)
{
	const char *end = text + n;
	size_t used = 0, skip;

	while (text < end) {
		const char *value = *text == '$' ? value_of(text, end, origin, lib, &skip) : NULL;
		size_t len = value ? strlen(value) : 1;

		if (used + len >= PATH_MAX)
			return false;
		memcpy(out + used, value ? value : text, len);
		used += len;
		text += value ? skip : 1;
	}
	out[used] = 0;
	return true;
}

/* One folder of a list, with each meaning that $LIB may have. */
static int try_list_entry(struct search *s, const char *folder, size_t len, const char *name,
			  const struct node *owner, size_t loader)
{
	size_t n = memmem(folder, len, "LIB", 3) ? ARRAY_SIZE(lib_names) : 1;
	char path[PATH_MAX];
	int r = -ENOENT;

	for (size_t i = 0; i < n && r; i++)
		if (expand(folder, len, owner->origin, lib_names[i], path))
			r = try_in_folder(s, path, name, loader);
	return r;
}

/* A list with colons, as DT_RPATH and DT_RUNPATH have it. */
static int try_list(struct search *s, const char *list, const char *name, const struct node *owner,
		    size_t loader)
{
	int r = -ENOENT;

	while (list && r) {
		size_t len = strcspn(list, ":");

		r = try_list_entry(s, list, len, name, owner, loader);
		list = list[len] ? list + len + 1 : NULL;
	}
	return r;
}

/* DT_RPATH of the file, of the one that needed it, and so on; nodes may move meanwhile. */
static int try_rpaths(struct search *s, const char *name, size_t loader)
{
	int r = -ENOENT;

	for (size_t i = loader; i != NO_LOADER && r; i = s->nodes[i].loader) {
		struct node owner = s->nodes[i];

		r = try_list(s, owner.dynamic.rpath, name, &owner, loader);
	}
	return r;
}

static int try_defaults(struct search *s, const char *name, size_t loader)
{
	const char *cached = ld_cache_find(&s->cache, name);
	int r = cached ? try_file(s, cached, loader) : -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(default_folders) && r; i++)
		r = try_in_folder(s, default_folders[i], name, loader);
	return r;
}

/* A library by the name in DT_NEEDED; one that is nowhere is left out. */
static int find_library(struct search *s, const char *name, size_t loader)
{
	struct node owner = s->nodes[loader];
	char path[PATH_MAX];
	int r = -ENOENT;

	if (strchr(name, '/')) {
		if (expand(name, strlen(name), owner.origin, lib_names[0], path))
			r = try_file(s, path, loader);
		return r == -ENOMEM ? r : 0;
	}
	if (!owner.dynamic.runpath)
		r = try_rpaths(s, name, loader);
	if (r)
		r = try_list(s, owner.dynamic.runpath, name, &owner, loader);
	if (r && !owner.dynamic.has_no_default)
		r = try_defaults(s, name, loader);
	return r == -ENOMEM ? r : 0;
}

/* Breadth first, as the dynamic linker. */
static int find_libraries(struct search *s)
{
	int r = 0;

	for (size_t i = 0; i < s->n && !r; i++)
		for (size_t k = 0; k < s->nodes[i].dynamic.n_needed && !r &&
		     s->n < DEPENDENCIES_MAX; k++)
			r = find_library(s, s->nodes[i].dynamic.needed[k], i);
	return r;
}

/* ---- the program ---- */

static const char *next_word(char **line)
{
	char *word = *line + strspn(*line, " \t");

	*line = word + strcspn(word, " \t");
	if (**line)
		*(*line)++ = 0;
	return word;
}

/* env's first operand, in the usual PATH. */
static int find_for_env(const char *name, char *path)
{
	static const char *const folders[] = {
		"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"
	};

	if (name[0] == '/')
		return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX ? 0 : -ENAMETOOLONG;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (snprintf(path, PATH_MAX, "%s/%s", folders[i], name) < PATH_MAX &&
		    !access(path, X_OK))
			return 0;
	return -ENOENT;
}

/* The first line of a regular file, or what there is of it: its length. */
static ssize_t read_line(const char *path, char *line)
{
	struct stat st;
	CLEANUP_CLOSE int fd = stat(path, &st) < 0 || !S_ISREG(st.st_mode) ? -1 :
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? 0 : pread(fd, line, SCRIPT_LINE_MAX, 0);
}

/* The interpreter of a script into `path`: 1; 0: it is no script. */
static int read_script(char *path)
{
	char line[SCRIPT_LINE_MAX + 1], *rest = line + 2;
	const char *word, *base;
	ssize_t n = read_line(path, line);

	if (n < 2 || line[0] != '#' || line[1] != '!')
		return 0;
	line[n] = 0;
	line[strcspn(line, "\n")] = 0;
	word = next_word(&rest);
	base = strrchr(word, '/');
	if (base && !strcmp(base, "/env")) {
		do
			word = next_word(&rest);
		while (word[0] == '-' || strchr(word, '='));
		return find_for_env(word, path) ? -ENOENT : 1;
	}
	return snprintf(path, PATH_MAX, "%s", word) < PATH_MAX && path[0] == '/' ? 1 : -ENOENT;
}

static int follow_scripts(char *path)
{
	int r = 1;

	for (int i = 0; i < SCRIPTS_MAX; i++) {
		r = read_script(path);
		if (r <= 0)
			return r;
	}
	return -ELOOP;
}

/* The kernel tells a program its real path, from which $ORIGIN is. */
static int add_program(struct search *s, const char *path)
{
	CLEANUP_FREE char *real = realpath(path, NULL);
	int r;

	if (!real)
		return -errno;
	r = try_file(s, real, NO_LOADER);
	if (r || !s->nodes[0].dynamic.interpreter)
		return r;
	r = try_file(s, s->nodes[0].dynamic.interpreter, 0);
	if (!r && s->n == 2) {
		/* It is mapped by the kernel before anything else runs. */
		struct dependency program = s->found->v[0];
		struct node node = s->nodes[0];

		s->found->v[0] = s->found->v[1];
		s->found->v[1] = program;
		s->nodes[0] = s->nodes[1];
		s->nodes[0].loader = NO_LOADER;
		s->nodes[1] = node;
	}
	return r == -ENOMEM ? r : 0;
}

int dependencies_find(struct dependencies *d, const char *path)
{
	struct search s = { .found = d };
	char program[PATH_MAX];
	int r;

	if (path[0] != '/' || strlen(path) >= sizeof(program))
		return -ENOENT;
	strcpy(program, path);
	r = follow_scripts(program);
	if (!r)
		r = add_program(&s, program);
	/* Without a cache the default folders remain. */
	if (!r && ld_cache_read(&s.cache, LD_CACHE_PATH) == -ENOMEM)
		r = -ENOMEM;
	if (!r)
		r = find_libraries(&s);
	for (size_t i = 0; i < s.n; i++) {
		elf_dynamic_release(&s.nodes[i].dynamic);
		free(s.nodes[i].origin);
	}
	free(s.nodes);
	ld_cache_release(&s.cache);
	if (r)
		dependencies_release(d);
	return r;
}

void dependencies_release(struct dependencies *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->v[i].path);
	free(d->v);
	*d = (struct dependencies){ 0 };
}
