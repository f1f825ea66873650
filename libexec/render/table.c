/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hottest functions, for a terminal. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "lib/i18n.h"
#include "lib/map.h"
#include "lib/vec.h"
#include "format.h"
#include "text.h"

#define COLUMNS_DEFAULT 100
#define COLUMNS_LEAST 50
#define COLUMNS_WITH_MODULE 90
#define MODULE_COLUMNS 24
#define NUMBER_COLUMNS 29    /* "  12.34%    123456   12.34%  " */

/* A function: all frames of one name, in the kernel or not; inlined or not is no difference. */
struct row {
	const char *name;
	const char *module;
	uint32_t len;
	bool is_kernel;
	uint64_t self, total;
	uint32_t active;         /* how often it is on the path of the walk */
};

struct rows {
	struct row *row;
	size_t n, cap;
	uint32_t *of_frame;      /* row by frame; TRIE_NONE for labels */
	uint64_t all, shown;
};

static int make_row(struct rows *rows, struct map *names, const struct view *view, uint32_t frame)
{
	const struct trie_frame *f = &view->trie->frames[frame];
	bool is_kernel = f->kind == FRAME_KERNEL, added;
	CLEANUP_FREE char *key = malloc((size_t)f->len + 1);
	uint32_t id;

	if (!key)
		return -ENOMEM;
	memcpy(key, f->name, f->len);
	key[f->len] = (char)is_kernel;
	id = map_intern(names, key, (size_t)f->len + 1, &added);
	if (id == MAP_NONE)
		return -ENOMEM;
	rows->of_frame[frame] = id;
	if (!added) {
		if (!rows->row[id].module)
			rows->row[id].module = view->modules[frame];
		return 0;
	}
	return VEC_PUSH(rows->row, rows->n, rows->cap, ((struct row){
		.name = f->name, .len = f->len, .is_kernel = is_kernel,
		.module = view->modules[frame]
	}));
}

static int make_rows(struct rows *rows, const struct view *view)
{
	const struct trie *t = view->trie;
	struct map names = { 0 };
	int err = 0;

	rows->of_frame = calloc(t->n_frames + 1, sizeof(*rows->of_frame));
	if (!rows->of_frame)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < t->n_frames; i++) {
		if (t->frames[i].kind == FRAME_LABEL)
			rows->of_frame[i] = TRIE_NONE;
		else
			err = make_row(rows, &names, view, i);
	}
	map_release(&names);
	return err;
}

static struct row *row_of(const struct rows *rows, const struct trie *t, uint32_t node)
{
	uint32_t frame = t->nodes[node].frame, row;

	if (frame == TRIE_NONE)
		return NULL;
	row = rows->of_frame[frame];
	return row == TRIE_NONE ? NULL : &rows->row[row];
}

/* A function on the path already, by recursion, has its time counted there. */
static void enter(struct rows *rows, const struct trie *t, uint32_t node)
{
	struct row *row = row_of(rows, t, node);

	if (!row)
		return;
	row->self += t->nodes[node].self;
	if (row->active++ == 0)
		row->total += t->nodes[node].total;
}

static void leave(struct rows *rows, const struct trie *t, uint32_t node)
{
	struct row *row = row_of(rows, t, node);

	if (row)
		row->active--;
}

static void count_rows(struct rows *rows, const struct trie *t)
{
	uint32_t before = TRIE_ROOT;

	rows->all = t->nodes[TRIE_ROOT].total;
	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		while (t->nodes[before].depth >= t->nodes[i].depth) {
			leave(rows, t, before);
			before = t->nodes[before].parent;
		}
		enter(rows, t, i);
		before = i;
	}
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order;

	if (a->self != b->self)
		return a->self > b->self ? -1 : 1;
	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	order = memcmp(a->name, b->name, a->len < b->len ? a->len : b->len);
	if (order || a->len != b->len)
		return order ? order : (a->len > b->len) - (a->len < b->len);
	return (int)a->is_kernel - (int)b->is_kernel;
}

/* ---- drawing ---- */

static unsigned terminal_columns(int fd)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	unsigned long columns = text ? strtoul(text, NULL, 10) : 0;

	if (!columns && ioctl(fd, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (!columns)
		columns = COLUMNS_DEFAULT;
	return columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > 1000 ? 1000 : (unsigned)columns;
}

/* Hundredths of a percent. */
static uint64_t share(uint64_t part, uint64_t all)
{
	return all ? (uint64_t)((double)part / (double)all * 10000 + 0.5) : 0;
}

/* At most `columns` columns of the cleaned name, padded with spaces when `pad`.  Where the locale
 * is not UTF-8, a code point counts as one column. */
static void put_cell(struct writer *w, const char *name, size_t len, unsigned columns, bool pad)
{
	struct buf text = BUF_INIT((size_t)64 << 20);
	const char *s, *end;
	unsigned used = 0;

	text_clean(&text, name, len);
	s = (const char *)text.data;
	end = s + text.len;
	while (s < end) {
		const char *from = s;
		uint32_t c = text_next(&s, end);
		int width = c < 0x80 ? 1 : wcwidth((wchar_t)c);

		width = width < 0 ? 1 : width;
		if (used + (unsigned)width > columns - (s < end)) {
			writer_puts(w, "…");
			used++;
			break;
		}
		writer_put(w, from, (size_t)(s - from));
		used += (unsigned)width;
	}
	for (; pad && used < columns; used++)
		writer_put(w, " ", 1);
	buf_release(&text);
}

static void put_row(struct writer *w, const struct row *row, uint64_t all, unsigned columns)
{
	unsigned name_columns = columns - NUMBER_COLUMNS;
	const char *module = row->module ? row->module : row->is_kernel ? "[kernel]" : "";
	uint64_t self = share(row->self, all), total = share(row->total, all);

	writer_printf(w, "%4u.%02u%%", (unsigned)(self / 100), (unsigned)(self % 100));
	writer_printf(w, "%10llu", (unsigned long long)row->self);
	writer_printf(w, "%5u.%02u%%  ", (unsigned)(total / 100), (unsigned)(total % 100));
	if (columns >= COLUMNS_WITH_MODULE) {
		put_cell(w, row->name, row->len, name_columns - MODULE_COLUMNS - 2, *module);
		writer_puts(w, *module ? "  " : "");
		put_cell(w, module, strlen(module), MODULE_COLUMNS, false);
	} else {
		writer_puts(w, row->is_kernel ? "[k] " : "");
		put_cell(w, row->name, row->len, name_columns - (row->is_kernel ? 4 : 0), false);
	}
	writer_put(w, "\n", 1);
}

static void put_rest(struct writer *w, const struct rows *rows, size_t top, bool is_hits)
{
	uint64_t shown = 0, in_rows = 0;

	for (size_t i = 0; i < rows->n; i++) {
		in_rows += rows->row[i].self;
		if (i < top)
			shown += rows->row[i].self;
	}
	if (rows->n > top) {
		uint64_t rest = share(in_rows - shown, rows->all);

		writer_printf(w, _("%4u.%02u%%%10llu           in %zu more functions\n"),
			      (unsigned)(rest / 100), (unsigned)(rest % 100),
			      (unsigned long long)(in_rows - shown), rows->n - top);
	}
	if (rows->all > in_rows) {
		uint64_t none = share(rows->all - in_rows, rows->all);

		writer_printf(w, _("%4u.%02u%%%10llu           in no function (nothing or cut)\n"),
			      (unsigned)(none / 100), (unsigned)(none % 100),
			      (unsigned long long)(rows->all - in_rows));
	}
	writer_printf(w, is_hits ? _(" 100.00%%%10llu           hits in all\n")
				 : _(" 100.00%%%10llu           samples in all\n"),
		      (unsigned long long)rows->all);
}

static void put_table(struct writer *w, struct rows *rows, const struct view *view)
{
	unsigned columns = terminal_columns(w->fd);
	size_t top = view->top < rows->n ? view->top : rows->n;

	if (view->incomplete)
		writer_printf(w, _("Incomplete: %s\n"), view->incomplete);
	if (!rows->all) {
		writer_puts(w, view->hits ? _("No hits.\n") : _("No samples.\n"));
		return;
	}
	qsort(rows->row, rows->n, sizeof(*rows->row), compare_rows);
	writer_puts(w, view->hits ? _("    SELF      HITS    TOTAL  FUNCTION\n")
				  : _("    SELF   SAMPLES    TOTAL  FUNCTION\n"));
	for (size_t i = 0; i < top; i++)
		put_row(w, &rows->row[i], rows->all, columns);
	put_rest(w, rows, top, view->hits);
}

static int write_table(const struct view *view, struct writer *w)
{
	struct rows rows = { 0 };
	int err = make_rows(&rows, view);

	if (!err) {
		count_rows(&rows, view->trie);
		put_table(w, &rows, view);
	}
	free(rows.row);
	free(rows.of_frame);
	return err;
}

const struct render_format format_table = { .name = "table", .write = write_table };
