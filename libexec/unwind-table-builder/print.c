/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unwind tables as text. */
#include "config.h"

#include "print.h"

#include <inttypes.h>

static const char *const registers[] = {
	"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
};

static const char *const kinds[UNWIND_KINDS] = {
	"none", "rsp", "rbp", "plt", "signal", "deref-rsp", "deref-rbp", "reg", "exotic", "stop",
	"unsupported"
};

static void put_sum(struct buf *out, const char *what, int64_t n)
{
	buf_put_str(out, what);
	if (n)
		buf_printf(out, "%+" PRId64, n);
}

static void put_deref(struct buf *out, const char *base, int8_t low, int8_t high)
{
	buf_put_str(out, "cfa=*(");
	put_sum(out, base, 8 * low);
	put_sum(out, ")", 8 * high);
}

static void put_exotic_cfa(struct buf *out, const struct unwind_exotic *e)
{
	buf_put_str(out, e->cfa & UNWIND_CFA_DEREF ? "cfa=*(" : "cfa=");
	buf_put_str(out, registers[e->reg & 15]);
	if (e->cfa & UNWIND_CFA_INDEX)
		buf_printf(out, "+8*%s", registers[e->index & 15]);
	put_sum(out, "", e->offset);
	if (e->cfa & UNWIND_CFA_DEREF)
		put_sum(out, ")", e->add);
}

static void put_cfa(struct buf *out, const struct lookup_row *row)
{
	uint32_t n = UNWIND_OFFSET(row->row);

	switch (UNWIND_KIND(row->row)) {
	case UNWIND_RSP:
		put_sum(out, "cfa=rsp", 8 * (int64_t)n);
		break;
	case UNWIND_RBP:
		put_sum(out, "cfa=rbp", 8 * (int64_t)n);
		break;
	case UNWIND_PLT:
		buf_printf(out, "cfa=rsp+8 or rsp+16 from %" PRIu32, n);
		break;
	case UNWIND_DEREF_RSP:
		put_deref(out, "rsp", (int8_t)n, (int8_t)(n >> 8));
		break;
	case UNWIND_DEREF_RBP:
		put_deref(out, "rbp", (int8_t)n, (int8_t)(n >> 8));
		break;
	case UNWIND_REG:
		buf_put_str(out, "cfa=");
		put_sum(out, registers[n & 15], 8 * (int64_t)(n >> 4));
		break;
	default:
		put_exotic_cfa(out, &row->exotic);
		break;
	}
}

static void put_rbp(struct buf *out, const struct lookup_row *row)
{
	uint32_t rbp = UNWIND_RBP_RULE(row->row);

	if (rbp == UNWIND_RBP_AT_RBP)
		buf_put_str(out, " rbp=*rbp");
	else if (rbp == UNWIND_RBP_LOST)
		buf_put_str(out, " rbp=?");
	else if (rbp == UNWIND_RBP_EXOTIC)
		put_sum(out, " rbp=cfa", row->exotic.rbp_offset);
	else if (rbp)
		put_sum(out, " rbp=cfa", -8 * ((int64_t)rbp + 1));
}

static void put_ra(struct buf *out, const struct lookup_row *row)
{
	if (UNWIND_KIND(row->row) != UNWIND_EXOTIC)
		buf_put_str(out, " ra=cfa-8");
	else if (row->exotic.ra_rule == UNWIND_RA_IN_REG)
		buf_printf(out, " ra=%s", registers[row->exotic.ra & 15]);
	else
		put_sum(out, " ra=cfa", row->exotic.ra);
}

static void put_rbx(struct buf *out, const struct lookup_row *row)
{
	if (row->has_rbx && row->rbx == UNWIND_RBX_LOST)
		buf_put_str(out, " rbx=?");
	else if (row->has_rbx && row->rbx)
		put_sum(out, " rbx=cfa", -8 * ((int64_t)row->rbx + 1));
}

void print_rule(struct buf *out, const struct lookup_row *row)
{
	uint32_t kind = UNWIND_KIND(row->row);

	if (kind == UNWIND_SIGNAL) {
		buf_printf(out, "signal frame, rsp at rsp+%" PRIu32, 8 * UNWIND_OFFSET(row->row));
	} else if (kind == UNWIND_NONE || kind >= UNWIND_STOP) {
		buf_put_str(out, kinds[kind < UNWIND_KINDS ? kind : UNWIND_UNSUPPORTED]);
	} else {
		put_cfa(out, row);
		put_rbp(out, row);
		put_ra(out, row);
		put_rbx(out, row);
	}
}

static void print_part(struct buf *out, const struct unwind_part *part)
{
	struct lookup_row row;

	for (uint32_t i = 0; i < part->n_rows; i++) {
		lookup_row(part, i, &row);
		if (UNWIND_KIND(row.row) == UNWIND_NONE)
			continue;
		buf_printf(out, "%" PRIx64 "-%" PRIx64 " ", row.start, row.end);
		print_rule(out, &row);
		buf_put_byte(out, '\n');
	}
}

void print_table(struct buf *out, const struct table *t)
{
	size_t at = 0;

	while (at < t->parts.len) {
		const void *part = t->parts.data + at;

		print_part(out, part);
		at += ((const struct unwind_part *)part)->words * 4;
	}
}

const char *print_status(enum unwind_status status)
{
	static const char *const names[UNWIND_STATUSES] = {
		"ok", "no-info", "unreadable", "stale", "not-elf", "machine", "damaged",
		"too-large"
	};

	return names[status];
}

static void count_kinds(const struct table *t, uint64_t *n)
{
	size_t at = 0;

	while (at < t->parts.len) {
		const struct unwind_part *part = (const void *)(t->parts.data + at);
		const uint32_t *rows = (const uint32_t *)part + part->rows;

		for (uint32_t i = 0; i < part->n_rows; i++)
			n[UNWIND_KIND(rows[i])]++;
		at += part->words * 4;
	}
}

void print_statistics(struct buf *out, const char *name, const struct builder *b,
		      enum unwind_status status)
{
	const struct table *t = &b->table;
	uint64_t n[16] = { 0 };

	buf_printf(out, "%s %s", name, print_status(status));
	if (status == UNWIND_OK) {
		count_kinds(t, n);
		buf_printf(out, " rows=%" PRIu64 " parts=%" PRIu32 " bytes=%zu bytes/row=%.2f",
			   t->n_rows, t->n_parts, t->parts.len,
			   (double)t->parts.len / (double)t->n_rows);
		buf_printf(out, " damaged=%" PRIu32, b->n_damaged);
		for (size_t i = 0; i < UNWIND_KINDS; i++)
			if (n[i])
				buf_printf(out, " %s=%" PRIu64, kinds[i], n[i]);
	}
	buf_put_byte(out, '\n');
}
