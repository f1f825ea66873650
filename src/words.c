/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splitting a command string into words. */
#include "config.h"

#include "words.h"

#include <errno.h>
#include <string.h>

static const char blanks[] = " \t\n";

/* In double quotes a backslash quotes these only. */
static const char double_quoted_specials[] = "$`\"\\\n";

/* Copies one quoted part; *text is behind the opening quote.  Returns false if it is not closed. */
static int copy_quoted(const char **text, char **out, char quote)
{
	const char *s = *text;

	for (; *s && *s != quote; s++) {
		if (quote == '"' && *s == '\\' && s[1] && strchr(double_quoted_specials, s[1]))
			s++;
		*(*out)++ = *s;
	}
	*text = s + 1;
	return *s ? 0 : -EBADMSG;
}

/* Copies one word, NUL included; *text is at its first character. */
static int copy_word(const char **text, char **out)
{
	const char *s = *text;
	int err = 0;

	while (!err && *s && !strchr(blanks, *s)) {
		char c = *s++;

		if (c == '\'' || c == '"')
			err = copy_quoted(&s, out, c);
		else if (c == '\\' && !*s)
			err = -EBADMSG;
		else
			*(*out)++ = c == '\\' ? *s++ : c;
	}
	*(*out)++ = '\0';
	*text = s;
	return err;
}

int words_split(const char *text, char ***words)
{
	/* Every word takes at least one character and a blank or the end. */
	size_t len = strlen(text), max = len / 2 + 1, n = 0;
	CLEANUP_FREE char **list = malloc((max + 1) * sizeof(*list) + len + 1);
	char *out;

	if (!list)
		return -ENOMEM;
	out = (char *)(list + max + 1);
	for (;;) {
		int err;

		text += strspn(text, blanks);
		if (!*text)
			break;
		list[n++] = out;
		err = copy_word(&text, &out);
		if (err)
			return err;
	}
	if (n == 0)
		return -EINVAL;
	list[n] = NULL;
	*words = list;
	list = NULL;
	return 0;
}
