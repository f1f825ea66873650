/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output formats and their file name extensions. */
#include "config.h"

#include "output-format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct extension {
	const char *text;
	enum output_format format;
} extensions[] = {
	/* What ends as another does comes before it. */
	{ ".svg", FORMAT_SVG },
	{ ".html", FORMAT_HTML },
	{ ".folded", FORMAT_COLLAPSED },
	{ ".collapsed", FORMAT_COLLAPSED },
	{ ".report.txt", FORMAT_REPORT },
	{ ".txt", FORMAT_COLLAPSED },
	{ ".pb.gz", FORMAT_PPROF },
	{ ".pprof", FORMAT_PPROF },
	{ ".speedscope.json", FORMAT_SPEEDSCOPE },
	{ ".json", FORMAT_D3 },
	{ ".firefox.json.gz", FORMAT_FIREFOX },
	{ ".perf.data", FORMAT_PERF_DATA },
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int ends_in(const char *name, const char *extension)
{
	size_t n = strlen(name), e = strlen(extension);

	return n > e && !strcmp(name + n - e, extension);
}

int output_format_of(const char *path, enum output_format *format)
{
	const char *name = base_name(path);

	/* perf's own name for a recording, which has nothing before its extension. */
	if (!strcmp(name, "perf.data")) {
		*format = FORMAT_PERF_DATA;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++)
		if (ends_in(name, extensions[i].text)) {
			*format = extensions[i].format;
			return 0;
		}
	return -EINVAL;
}

bool output_format_shows_difference(enum output_format format)
{
	return format == FORMAT_COLLAPSED || format == FORMAT_SVG || format == FORMAT_HTML ||
	       format == FORMAT_TABLE || format == FORMAT_REPORT || !output_format_name(format);
}

const char *output_extensions(bool for_differences)
{
	static char list[ARRAY_SIZE(extensions) * 20];
	char *end = list;

	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++)
		if (!for_differences || (output_format_name(extensions[i].format) &&
					 output_format_shows_difference(extensions[i].format)))
			end += snprintf(end, (size_t)(list + sizeof(list) - end), "%s%s",
					end > list ? ", " : "", extensions[i].text);
	return list;
}

const char *output_format_name(enum output_format format)
{
	switch (format) {
	case FORMAT_COLLAPSED:
		return "collapsed";
	case FORMAT_D3:
		return "json";
	case FORMAT_FIREFOX:
		return "firefox";
	case FORMAT_HTML:
		return "html";
	case FORMAT_MESSAGES:
		return "messages";
	case FORMAT_PPROF:
		return "pprof";
	case FORMAT_REPORT:
		return "report";
	case FORMAT_SPEEDSCOPE:
		return "speedscope";
	case FORMAT_SVG:
		return "svg";
	case FORMAT_TABLE:
		return "table";
	case FORMAT_PERF_DATA:
	case FORMAT_SUMMARY:
		break;
	}
	return NULL;
}
