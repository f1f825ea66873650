/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages on stderr: one write a line, nothing in it that could drive a terminal. */
#include "config.h"

#include "lib/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "lib/io.h"

/* A message is at most this long; the rest of a hostile name is cut. */
#define LINE_MAX_BYTES 4096

static bool is_c1_control(const unsigned char *s)
{
	return s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f;
}

static void replace_controls(char *text)
{
	for (unsigned char *s = (unsigned char *)text; *s; s++) {
		if (*s < 0x20 || *s == 0x7f)
			*s = '?';
		else if (is_c1_control(s))
			s[0] = s[1] = '?';
	}
}

/*
 * Terminals that understand "erase to the end of the line": what is left of a progress line goes.
 */
static const char *line_end(void)
{
	const char *term = getenv("TERM");

	if (!term || !strcmp(term, "dumb") || !isatty(STDERR_FILENO))
		return "\n";
	return "\033[K\n";
}

static void PRINTF(3, 0) put_line(const char *before, const char *kind, const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 64];
	int saved = errno;

	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		snprintf(text, sizeof(text), "%s", fmt);
	replace_controls(text);
	snprintf(line, sizeof(line), "%s%s%s%s", before, kind, text, line_end());
	if (write_all(STDERR_FILENO, line, strlen(line)) < 0) {
		/* There is no other place to say it. */
	}
	errno = saved;
}

void diag_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("profile-bee: ", "", fmt, ap);
	va_end(ap);
}

void diag_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("profile-bee: ", _("warning: "), fmt, ap);
	va_end(ap);
}

void diag_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("  ", "", fmt, ap);
	va_end(ap);
}

void diag_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("profile-bee: ", "", fmt, ap);
	va_end(ap);
}
