/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What helpers report. */
#include "config.h"

#include "helper-facts.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/number.h"

static struct fact *find(const struct helper_facts *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->list[i].key, key))
			return (struct fact *)&f->list[i];
	return NULL;
}

static bool is_key(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.");

	return n > 0 && key[n] == '\0';
}

static int put(struct helper_facts *f, const char *key, const char *value)
{
	struct fact *fact = find(f, key);
	char *copy;

	if (!fact && f->n == HELPER_FACTS_MAX)
		return 0;
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	if (fact) {
		free(fact->value);
		fact->value = copy;
		return 0;
	}
	f->list[f->n].key = strdup(key);
	if (!f->list[f->n].key) {
		free(copy);
		return -ENOMEM;
	}
	f->list[f->n++].value = copy;
	return 0;
}

/* f->line holds a whole line without its newline. */
static int take_line(struct helper_facts *f)
{
	char *space;
	int taken;

	if (f->len >= sizeof(f->line))
		return 0;
	f->line[f->len] = '\0';
	space = strchr(f->line, ' ');
	if (!space)
		return 0;
	*space = '\0';
	if (!is_key(f->line))
		return 0;
	taken = f->taker ? f->taker(f->context, f->line, space + 1) : 0;
	return taken ? (taken < 0 ? taken : 0) : put(f, f->line, space + 1);
}

int helper_facts_feed(struct helper_facts *f, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int err;

		if (bytes[i] != '\n') {
			if (f->len < sizeof(f->line))
				f->line[f->len++] = bytes[i];
			continue;
		}
		err = take_line(f);
		f->len = 0;
		if (err)
			return err;
	}
	return 0;
}

const char *helper_facts_get(const struct helper_facts *f, const char *key)
{
	struct fact *fact = find(f, key);

	return fact ? fact->value : NULL;
}

uint64_t helper_facts_number(const struct helper_facts *f, const char *key)
{
	const char *text = helper_facts_get(f, key);
	uint64_t value = 0;

	if (!text || number_parse(text, 0, UINT64_MAX, &value))
		return 0;
	return value;
}

void helper_facts_release(struct helper_facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].key);
		free(f->list[i].value);
	}
	f->n = 0;
	f->len = 0;
}
