/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, sizes, durations, switches and lists of ids. */
#include "config.h"

#include "lib/number.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define NS_PER_MS ((uint64_t)1000000)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits at the start of text; *end is what follows. */
static int parse_digits(const char *text, const char **end, uint64_t *value)
{
	uint64_t v = 0;
	int r = 0;

	if (!is_digit(*text))
		return -EINVAL;
	for (; is_digit(*text); text++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*text - '0'), &v))
			r = -ERANGE;
	*end = text;
	*value = v;
	return r;
}

int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	const char *end;
	uint64_t v;
	int err = parse_digits(text, &end, &v);

	if (err == -EINVAL || *end)
		return -EINVAL;
	if (err || v < min || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

int number_parse_hundredths(const char *text, uint64_t max, uint64_t *hundredths)
{
	const char *rest, *end;
	uint64_t whole, part = 0;
	int err = parse_digits(text, &rest, &whole);

	if (err == -EINVAL)
		return err;
	if (*rest == '.') {
		if (parse_digits(rest + 1, &end, &part) || *end || end - rest > 3)
			return -EINVAL;
		if (end - rest == 2)
			part *= 10;
		rest = end;
	}
	if (*rest)
		return -EINVAL;
	if (err || __builtin_mul_overflow(whole, 100, &whole) ||
	    __builtin_add_overflow(whole, part, &whole) || whole > max)
		return -ERANGE;
	*hundredths = whole;
	return 0;
}

int number_parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *bytes)
{
	static const char *const suffixes[] = { "", "K", "M", "G" };
	const char *suffix;
	uint64_t v;
	int err = parse_digits(text, &suffix, &v);

	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (strcasecmp(suffix, suffixes[i]))
			continue;
		if (v > UINT64_MAX >> (10 * i) || v << (10 * i) < min || v << (10 * i) > max)
			return -ERANGE;
		*bytes = v << (10 * i);
		return 0;
	}
	return -EINVAL;
}

int number_parse_bool(const char *text, bool *value)
{
	static const char *const words[] = {
		"false", "true", "no", "yes", "off", "on", "0", "1"
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(text, words[i])) {
			*value = i % 2;
			return 0;
		}
	return -EINVAL;
}

static const struct unit {
	const char *suffix;
	uint64_t ns;
} units[] = {
	{ "", NS_PER_MS },
	{ "ms", NS_PER_MS },
	{ "s", 1000 * NS_PER_MS },
	{ "m", 60 * 1000 * NS_PER_MS },
	{ "h", 3600 * 1000 * NS_PER_MS },
};

int number_parse_duration(const char *text, uint64_t *ns)
{
	const char *suffix;
	uint64_t v;
	int err = parse_digits(text, &suffix, &v);

	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(suffix, units[i].suffix))
			continue;
		if (v > DURATION_MAX_NS / units[i].ns)
			return -ERANGE;
		*ns = v * units[i].ns;
		return 0;
	}
	return -EINVAL;
}

static bool has_id(const struct id_list *list, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list->ids[i] == id)
			return true;
	return false;
}

static bool is_separator(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\n';
}

int id_list_add(struct id_list *list, const char *text)
{
	size_t n = list->n;

	for (;;) {
		uint64_t id;
		int err;

		while (is_separator(*text))
			text++;
		if (!*text)
			break;
		err = parse_digits(text, &text, &id);
		if (err || (*text && !is_separator(*text)))
			return -EINVAL;
		if (id < 1 || id > INT32_MAX)
			return -ERANGE;
		if (has_id(list, n, (uint32_t)id))
			continue;
		if (n == ID_LIST_MAX)
			return -E2BIG;
		list->ids[n++] = (uint32_t)id;
	}
	if (n == list->n && n == 0)
		return -EINVAL;
	list->n = n;
	return 0;
}
