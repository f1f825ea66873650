/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hottest functions, for a terminal. */
#include "config.h"

#include "table.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "lib/i18n.h"
#include "short-name.h"
#include "text.h"

#define ROWS_DEFAULT 20
#define COLUMNS_DEFAULT 100
#define COLUMNS_LEAST 50
#define COLUMNS_WITH_MODULE 61    /* of a function */
#define MODULE_COLUMNS 24
#define NUMBER_COLUMNS 29    /* "  12.34%    123456   12.34%  " */

int table_compare(const void *left, const void *right)
{
	const struct function *a = left, *b = right;

	if (a->self != b->self)
		return a->self > b->self ? -1 : 1;
	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	return functions_compare_names(a, b);
}

size_t table_rows(const struct view *view, size_t n)
{
	unsigned rows = view->top ? view->top : ROWS_DEFAULT;

	return rows < n ? rows : n;
}

unsigned table_columns(int fd)
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

uint64_t table_share(uint64_t part, uint64_t all)
{
	return all ? (uint64_t)((double)part / (double)all * 10000 + 0.5) : 0;
}

void table_put_cell(struct writer *w, const char *name, size_t len, unsigned columns, bool pad)
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

static void put_name(struct writer *w, const struct function *f, unsigned columns, bool pad)
{
	struct buf whole = BUF_INIT((size_t)64 << 20), name = BUF_INIT((size_t)64 << 20);

	text_clean(&whole, f->name, f->len);
	short_name(&name, (char *)whole.data, whole.len, columns);
	table_put_cell(w, (char *)name.data, name.len, columns, pad);
	buf_release(&whole);
	buf_release(&name);
}

void table_put_function(struct writer *w, const struct function *f, unsigned columns)
{
	const char *module = f->module ? f->module : f->is_kernel ? "[kernel]" : "";

	if (columns >= COLUMNS_WITH_MODULE) {
		put_name(w, f, columns - MODULE_COLUMNS - 2, *module);
		if (*module) {
			writer_puts(w, "  ");
			table_put_cell(w, module, strlen(module), MODULE_COLUMNS, false);
		}
	} else {
		writer_puts(w, f->is_kernel ? "[k] " : "");
		put_name(w, f, columns - (f->is_kernel ? 4 : 0), false);
	}
	writer_put(w, "\n", 1);
}

int table_put_whole(struct writer *w, const struct function *f)
{
	const char *module = f->module ? f->module : f->is_kernel ? "[kernel]" : NULL;
	int err = text_put_clean(w, f->name, f->len);

	if (module) {
		writer_puts(w, *module == '[' ? "  " : "  (");
		if (!err)
			err = text_put_clean(w, module, strlen(module));
		writer_puts(w, *module == '[' ? "" : ")");
	}
	writer_puts(w, "\n");
	return err;
}

static void put_row(struct writer *w, const struct function *f, uint64_t all, unsigned columns)
{
	uint64_t self = table_share(f->self, all), total = table_share(f->total, all);

	writer_printf(w, "%4u.%02u%%", (unsigned)(self / 100), (unsigned)(self % 100));
	writer_printf(w, "%10llu", (unsigned long long)f->self);
	writer_printf(w, "%5u.%02u%%  ", (unsigned)(total / 100), (unsigned)(total % 100));
	table_put_function(w, f, columns - NUMBER_COLUMNS);
}

static void put_rest(struct writer *w, const struct functions *f, size_t top, bool is_hits)
{
	uint64_t shown = 0, in_rows = 0;

	for (size_t i = 0; i < f->n; i++) {
		in_rows += f->list[i].self;
		if (i < top)
			shown += f->list[i].self;
	}
	if (f->n > top) {
		uint64_t rest = table_share(in_rows - shown, f->all);

		writer_printf(w, _("%4u.%02u%%%10llu           in %zu more functions\n"),
			      (unsigned)(rest / 100), (unsigned)(rest % 100),
			      (unsigned long long)(in_rows - shown), f->n - top);
	}
	if (f->all > in_rows) {
		uint64_t none = table_share(f->all - in_rows, f->all);

		writer_printf(w, _("%4u.%02u%%%10llu           in no function (nothing or cut)\n"),
			      (unsigned)(none / 100), (unsigned)(none % 100),
			      (unsigned long long)(f->all - in_rows));
	}
	writer_printf(w, is_hits ? _(" 100.00%%%10llu           hits in all\n")
				 : _(" 100.00%%%10llu           samples in all\n"),
		      (unsigned long long)f->all);
}

static void put_table(struct writer *w, struct functions *f, const struct view *view)
{
	unsigned columns = table_columns(w->fd);
	size_t top = table_rows(view, f->n);

	if (view->incomplete)
		writer_printf(w, _("Incomplete: %s\n"), view->incomplete);
	if (!f->all) {
		writer_puts(w, view->hits ? _("No hits.\n") : _("No samples.\n"));
		return;
	}
	qsort(f->list, f->n, sizeof(*f->list), table_compare);
	writer_puts(w, view->hits ? _("    SELF      HITS    TOTAL  FUNCTION\n")
				  : _("    SELF   SAMPLES    TOTAL  FUNCTION\n"));
	for (size_t i = 0; i < top; i++)
		put_row(w, &f->list[i], f->all, columns);
	put_rest(w, f, top, view->hits);
}

static int write_table(const struct view *view, struct writer *w)
{
	struct functions functions;
	int err;

	if (view->diff)
		return table_write_difference(view, w, table_columns(w->fd));
	err = functions_init(&functions, view);
	if (!err)
		put_table(w, &functions, view);
	functions_release(&functions);
	return err;
}

const struct render_format format_table = {
	.name = "table", .write = write_table, .shows_difference = true
};
