/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that are nearest to one that was not found. */
#include "config.h"

#include "near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static char lower(char c)
{
	return (char)tolower((unsigned char)c);
}

/* Optimal string alignment by three rows. */
unsigned int near_distance(const char *a, const char *b, unsigned int most)
{
	unsigned int rows[3][NEAR_NAME_MAX + 1];
	size_t n = strnlen(a, NEAR_NAME_MAX + 1), m = strnlen(b, NEAR_NAME_MAX + 1);

	if (n > NEAR_NAME_MAX || m > NEAR_NAME_MAX || (n > m ? n - m : m - n) > most)
		return most + 1;
	for (unsigned int k = 0; k <= m; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= n; i++) {
		unsigned int *row = rows[i % 3], *last = rows[(i + 2) % 3];
		const unsigned int *older = rows[(i + 1) % 3];
		unsigned int best = row[0] = (unsigned int)i;

		for (size_t k = 1; k <= m; k++) {
			bool same = lower(a[i - 1]) == lower(b[k - 1]);

			row[k] = least(last[k - 1] + !same, least(last[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) &&
			    lower(a[i - 2]) == lower(b[k - 1]))
				row[k] = least(row[k], older[k - 2] + 1);
			best = least(best, row[k]);
		}
		if (best > most)
			return most + 1;
	}
	return least(rows[n % 3][m], most + 1);
}

static bool is_known(const struct near *n, const char *name)
{
	for (size_t i = 0; i < NEAR_MAX; i++)
		if (!strcmp(n->names[i], name))
			return true;
	return false;
}

void near_see(void *opaque, const char *name)
{
	struct near *n = opaque;
	size_t wanted = strlen(n->wanted), len = strcspn(name, "@"), at = 0;
	unsigned int most = wanted < 4 ? 1 : wanted < 8 ? 2 : 3, distance;
	char copy[NEAR_NAME_MAX];

	if (len >= NEAR_NAME_MAX || len + most < wanted || len > wanted + most)
		return;
	if (n->names[NEAR_MAX - 1][0])
		most = least(most, n->distances[NEAR_MAX - 1] - 1);
	memcpy(copy, name, len);
	copy[len] = 0;
	distance = near_distance(n->wanted, copy, most);
	if (distance > most || is_known(n, copy))
		return;
	while (at < NEAR_MAX && n->names[at][0] && n->distances[at] <= distance)
		at++;
	if (at == NEAR_MAX)
		return;
	memmove(n->names[at + 1], n->names[at], (NEAR_MAX - 1 - at) * NEAR_NAME_MAX);
	memmove(n->distances + at + 1, n->distances + at,
		(NEAR_MAX - 1 - at) * sizeof(n->distances[0]));
	memcpy(n->names[at], copy, len + 1);
	n->distances[at] = distance;
}

void near_list(const struct near *n, char *out, size_t size)
{
	size_t at = 0;

	out[0] = 0;
	for (size_t i = 0; i < NEAR_MAX && n->names[i][0] && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", at ? ", " : "", n->names[i]);
}
