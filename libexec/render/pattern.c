/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions against names of frames. */
#include "config.h"

#include "pattern.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "lib/i18n.h"

static int explain(int error, size_t at, char reason[PATTERN_REASON_MAX])
{
	char text[256];

	if (error == PCRE2_ERROR_NOMEMORY)
		return -ENOMEM;
	pcre2_get_error_message(error, (PCRE2_UCHAR8 *)text, sizeof(text));
	snprintf(reason, PATTERN_REASON_MAX, _("%s at byte %zu"), text, at);
	return -EINVAL;
}

/*
 * It is interpreted: each name is compared once only, and no memory is made executable in a process
 * that reads hostile input.
 */
int pattern_compile(struct pattern *p, const char *text, char reason[PATTERN_REASON_MAX])
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
			   PCRE2_NO_AUTO_CAPTURE;
	PCRE2_SIZE at = 0;
	int error = 0;

	*p = (struct pattern){ 0 };
	p->code = pcre2_compile((PCRE2_SPTR8)text, strlen(text), options, &error, &at, NULL);
	if (!p->code)
		return explain(error, at, reason);
	p->data = pcre2_match_data_create(1, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (!p->data || !p->context) {
		pattern_release(p);
		return -ENOMEM;
	}
	pcre2_set_match_limit(p->context, PATTERN_STEPS_MAX);
	pcre2_set_depth_limit(p->context, PATTERN_STEPS_MAX);
	pcre2_set_heap_limit(p->context, PATTERN_HEAP_KIB_MAX);
	return 0;
}

bool pattern_matches(struct pattern *p, const char *name, size_t len)
{
	int r = pcre2_match(p->code, (PCRE2_SPTR8)name, len, 0, 0, p->data, p->context);

	p->n_given_up += r < 0 && r != PCRE2_ERROR_NOMATCH;
	return r >= 0;
}

void pattern_release(struct pattern *p)
{
	pcre2_code_free(p->code);
	pcre2_match_data_free(p->data);
	pcre2_match_context_free(p->context);
	*p = (struct pattern){ 0 };
}
