/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Firefox profiler's processed format, version 70 (github.com/firefox-devtools/profiler,
 * src/types/profile.ts), which it brings up to date when it loads an older one.
 *
 * Every table is an object of columns.  A function is a frame of the trie, a frame is a place.
 * Samples are aggregated, so each has its count as weight, and stands as long on the time line as
 * its thread ran in it.
 */
#include "config.h"

#include "firefox.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "json.h"

#define FORMAT_VERSION 70
/* The field of resourceTable.type for a library. */
#define RESOURCE_LIBRARY 1
/* Of the part of a build id that becomes a breakpad id. */
#define GUID_BYTES 16

#define INTERVAL_NS_DEFAULT 1000000

struct document {
	const struct view *view;
	const struct samples *s;
	struct writer *w;
	struct firefox_tables t;
	struct json_names names;
	struct map modules;              /* resources */
	uint32_t *module_of_frame;       /* FIREFOX_NONE: not known */
	int err;                         /* the first that is not the writer's */
};

static const char categories[] =
	"[{\"name\":\"Other\",\"color\":\"grey\",\"subcategories\":[\"Other\"]},"
	"{\"name\":\"User\",\"color\":\"yellow\",\"subcategories\":[\"Other\"]},"
	"{\"name\":\"Kernel\",\"color\":\"orange\",\"subcategories\":[\"Other\"]},"
	"{\"name\":\"JIT\",\"color\":\"green\",\"subcategories\":[\"Other\"]},"
	"{\"name\":\"Inlined\",\"color\":\"lightblue\",\"subcategories\":[\"Other\"]}]";

static const unsigned category_of[FRAME_KINDS] = {
	[FRAME_LABEL] = 0, [FRAME_USER] = 1, [FRAME_KERNEL] = 2, [FRAME_JIT] = 3,
	[FRAME_INLINED] = 4
};

/* ---- values and columns ---- */

static void put_text(struct document *d, const char *s)
{
	int err = json_string(d->w, s);

	if (!d->err)
		d->err = err;
}

static void put_member(struct document *d, const char *key, const char *value)
{
	writer_puts(d->w, key);
	put_text(d, value);
}

static void put_index(struct document *d, uint32_t index)
{
	if (index == FIREFOX_NONE)
		writer_puts(d->w, "-1");
	else
		writer_number(d->w, index);
}

static void put_null(struct document *d, size_t i UNUSED)
{
	writer_puts(d->w, "null");
}

static void put_zero(struct document *d, size_t i UNUSED)
{
	writer_puts(d->w, "0");
}

static void put_false(struct document *d, size_t i UNUSED)
{
	writer_puts(d->w, "false");
}

struct column {
	const char *name;
	void (*put)(struct document *d, size_t row);
};

static void put_column(struct document *d, const struct column *c, size_t first, size_t n)
{
	writer_printf(d->w, "\"%s\":[", c->name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			writer_puts(d->w, ",");
		c->put(d, first + i);
	}
	writer_puts(d->w, "],\n");
}

static void put_table(struct document *d, const char *name, const struct column *columns,
		      size_t n_columns, size_t n)
{
	writer_printf(d->w, "\"%s\":{", name);
	for (size_t i = 0; i < n_columns; i++)
		put_column(d, &columns[i], 0, n);
	writer_printf(d->w, "\"length\":%zu}", n);
}

/* ---- stacks and frames ---- */

static void put_stack_frame(struct document *d, size_t i)
{
	writer_number(d->w, d->t.stacks[i].place);
}

/* How many rows back the caller is; 0: none. */
static void put_prefix(struct document *d, size_t i)
{
	uint32_t prefix = d->t.stacks[i].prefix;

	writer_number(d->w, prefix == FIREFOX_NONE ? 0 : i - prefix);
}

/* The last row is "[unknown]". */
static const struct place *place_at(const struct document *d, size_t row)
{
	return row < d->s->n_places ? &d->s->places[row] : NULL;
}

static const struct code_location *location_at(const struct document *d, size_t row)
{
	const struct place *p = place_at(d, row);

	return p && p->role == PLACE_CODE ? &d->s->locations[p->location] : NULL;
}

/*
 * The library of a frame and the address in it, which is relative to where the file's first byte is
 * mapped.  FIREFOX_NONE: not in a file, or not within 32 bits.
 */
static uint32_t lib_at(const struct document *d, size_t row, uint64_t *address)
{
	const struct code_location *l = location_at(d, row);
	const struct code_mapping *m;

	if (!l || l->mapping == SAMPLES_NONE)
		return FIREFOX_NONE;
	m = &d->s->mappings[l->mapping];
	*address = l->address - m->start + m->file_offset;
	return *address <= INT32_MAX ? d->t.lib_of_mapping[l->mapping] : FIREFOX_NONE;
}

static void put_lib(struct document *d, size_t i)
{
	uint64_t address;

	put_index(d, lib_at(d, i, &address));
}

static void put_address(struct document *d, size_t i)
{
	uint64_t address;

	put_index(d, lib_at(d, i, &address) == FIREFOX_NONE ? FIREFOX_NONE : (uint32_t)address);
}

static void put_inline_depth(struct document *d, size_t i)
{
	const struct code_location *l = location_at(d, i);

	writer_number(d->w, l ? i - l->first : 0);
}

static void put_category(struct document *d, size_t i)
{
	const struct place *p = place_at(d, i);

	writer_number(d->w, p ? category_of[d->view->trie->frames[p->frame].kind] : 0);
}

static void put_func(struct document *d, size_t i)
{
	const struct place *p = place_at(d, i);

	writer_number(d->w, p ? p->frame : d->view->trie->n_frames);
}

static void put_line(struct document *d, size_t i)
{
	const struct place *p = place_at(d, i);

	if (p && p->line > 0 && p->line <= INT32_MAX)
		writer_number(d->w, (uint64_t)p->line);
	else
		put_null(d, i);
}

static const struct column stack_columns[] = {
	{ "frame", put_stack_frame }, { "prefixOffset", put_prefix }
};

static const struct column frame_columns[] = {
	{ "address", put_address }, { "lib", put_lib }, { "inlineDepth", put_inline_depth },
	{ "category", put_category }, { "subcategory", put_zero }, { "func", put_func },
	{ "nativeSymbol", put_null }, { "innerWindowID", put_null }, { "line", put_line },
	{ "column", put_null }, { "originalLocation", put_null }
};

/* ---- functions, and the modules that they are in ---- */

static int make_modules(struct document *d)
{
	size_t n = d->view->trie->n_frames;

	d->module_of_frame = calloc(n + 1, sizeof(*d->module_of_frame));
	if (!d->module_of_frame)
		return -ENOMEM;
	for (size_t i = 0; i <= n; i++) {
		const char *module = i < n ? d->view->modules[i] : NULL;

		d->module_of_frame[i] = FIREFOX_NONE;
		if (!module)
			continue;
		d->module_of_frame[i] = map_intern(&d->modules, module, strlen(module), NULL);
		if (d->module_of_frame[i] == MAP_NONE)
			return -ENOMEM;
	}
	return 0;
}

/* Names are in stringArray as frames are in the trie, then "[unknown]", then modules. */
static void put_own_index(struct document *d, size_t i)
{
	writer_number(d->w, i);
}

static void put_module_name(struct document *d, size_t i)
{
	writer_number(d->w, d->view->trie->n_frames + 1 + i);
}

static void put_resource(struct document *d, size_t i)
{
	put_index(d, d->module_of_frame[i]);
}

static void put_library_type(struct document *d, size_t i UNUSED)
{
	writer_number(d->w, RESOURCE_LIBRARY);
}

static const struct column function_columns[] = {
	{ "name", put_own_index }, { "isJS", put_false }, { "relevantForJS", put_false },
	{ "resource", put_resource }, { "source", put_null }, { "lineNumber", put_null },
	{ "columnNumber", put_null }, { "originalLocation", put_null }
};

static const struct column resource_columns[] = {
	{ "name", put_module_name }, { "host", put_null }, { "type", put_library_type }
};

static void put_strings(struct document *d)
{
	writer_puts(d->w, "\"stringArray\":[");
	for (uint32_t i = 0; i < d->view->trie->n_frames; i++) {
		json_name(d->w, &d->names, i);
		writer_puts(d->w, ",\n");
	}
	writer_puts(d->w, "\"[unknown]\"");
	for (size_t i = 0; i < d->modules.n; i++)
		put_member(d, ",\n", d->modules.keys[i].bytes);
	writer_puts(d->w, "]");
}

static void put_shared(struct document *d)
{
	writer_puts(d->w, "\"shared\":{");
	put_table(d, "stackTable", stack_columns, ARRAY_SIZE(stack_columns), d->t.n_stacks);
	writer_puts(d->w, ",\n");
	put_table(d, "frameTable", frame_columns, ARRAY_SIZE(frame_columns), d->s->n_places + 1);
	writer_puts(d->w, ",\n");
	put_table(d, "funcTable", function_columns, ARRAY_SIZE(function_columns),
		  d->view->trie->n_frames + 1);
	writer_puts(d->w, ",\n");
	put_table(d, "resourceTable", resource_columns, ARRAY_SIZE(resource_columns),
		  d->modules.n);
	writer_puts(d->w, ",\n\"nativeSymbols\":{\"libIndex\":[],\"address\":[],\"name\":[],"
		    "\"functionSize\":[],\"length\":0},\n"
		    "\"sources\":{\"id\":[],\"filename\":[],\"startLine\":[],\"startColumn\":[],"
		    "\"sourceMapURL\":[],\"content\":[],\"length\":0},\n"
		    "\"sourceLocationTable\":{\"source\":[],\"line\":[],\"column\":[],"
		    "\"length\":0},\n");
	put_strings(d);
	writer_puts(d->w, "},\n");
}

/* ---- threads ---- */

static void put_sample_stack(struct document *d, size_t i)
{
	writer_number(d->w, d->t.stack_of_sample[d->t.order[i]]);
}

static void put_weight(struct document *d, size_t i)
{
	writer_number(d->w, d->s->values[d->t.order[i]].count);
}

static uint64_t interval_ns(const struct document *d)
{
	return d->s->period_nanos > 0 && !d->view->hits ? (uint64_t)d->s->period_nanos
						       : INTERVAL_NS_DEFAULT;
}

/* In milliseconds, from the sample before: as long as this one took. */
static void put_delta(struct document *d, size_t i)
{
	uint64_t count = d->s->values[d->t.order[i]].count;

	writer_printf(d->w, "%.6f", (double)count * (double)interval_ns(d) / 1e6);
}

/* The same as CPU time in nanoseconds, by which threads are ordered. */
static void put_cpu(struct document *d, size_t i)
{
	writer_printf(d->w, "%.0f",
		      (double)d->s->values[d->t.order[i]].count * (double)interval_ns(d));
}

static const struct column sample_columns[] = {
	{ "stack", put_sample_stack }, { "weight", put_weight }, { "timeDeltas", put_delta },
	{ "threadCPUDelta", put_cpu }
};

static void put_samples(struct document *d, const struct firefox_thread *t)
{
	writer_puts(d->w, "\"samples\":{");
	for (size_t i = 0; i < ARRAY_SIZE(sample_columns); i++)
		put_column(d, &sample_columns[i], t->first, t->n);
	writer_printf(d->w, "\"weightType\":\"samples\",\"length\":%zu}", t->n);
}

/* A number that was not given becomes 0, or the thread's place in the file. */
static void put_ids(struct document *d, const struct sample_labels *labels, size_t index)
{
	bool has_tid = labels->tid != SAMPLES_NO_NUMBER;

	writer_printf(d->w, ",\"pid\":\"%" PRId64 "\"",
		      labels->pid == SAMPLES_NO_NUMBER ? 0 : labels->pid);
	if (has_tid)
		writer_printf(d->w, ",\"tid\":%" PRId64, labels->tid);
	else
		writer_printf(d->w, ",\"tid\":\"t%zu\"", index);
	writer_puts(d->w, has_tid && labels->tid != labels->pid ? ",\"isMainThread\":false"
								: ",\"isMainThread\":true");
}

static void put_thread(struct document *d, const struct firefox_thread *t, size_t index)
{
	const struct sample_labels *labels = &t->labels;

	put_member(d, "{\"name\":",
		   labels->comm == SAMPLES_NONE ? "all" : samples_text(d->s, labels->comm));
	if (labels->process != SAMPLES_NONE)
		put_member(d, ",\"processName\":", samples_text(d->s, labels->process));
	put_ids(d, labels, index);
	writer_puts(d->w, ",\"processType\":\"default\",\"processStartupTime\":0,"
		    "\"processShutdownTime\":null,\"registerTime\":0,\"unregisterTime\":null,"
		    "\"pausedRanges\":[],\n");
	put_samples(d, t);
	writer_puts(d->w, ",\n\"markers\":{\"data\":[],\"name\":[],\"startTime\":[],"
		    "\"endTime\":[],\"phase\":[],\"category\":[],\"length\":0}}");
}

/* One at least: the profiler shows nothing without. */
static void put_threads(struct document *d)
{
	static const struct firefox_thread none = { .labels = SAMPLE_LABELS_NONE };

	writer_puts(d->w, "\"threads\":[");
	for (size_t i = 0; i < d->t.n_threads; i++) {
		if (i)
			writer_puts(d->w, ",\n");
		put_thread(d, &d->t.threads[i], i);
	}
	if (!d->t.n_threads)
		put_thread(d, &none, 0);
	writer_puts(d->w, "]");
}

/* ---- libraries ---- */

/* A GUID has its first three parts the other way round; the last digit is its age. */
static void put_breakpad_id(struct document *d, const char *build_id)
{
	static const uint8_t order[GUID_BYTES] = {
		3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
	};
	char id[2 * GUID_BYTES + 2] = "";

	if (strspn(build_id, "0123456789abcdefABCDEF") >= 2 * GUID_BYTES) {
		for (size_t i = 0; i < GUID_BYTES; i++)
			memcpy(id + 2 * i, build_id + 2 * order[i], 2);
		for (char *c = id; *c; c++)
			if (*c >= 'a')
				*c = (char)(*c - 'a' + 'A');
		id[2 * GUID_BYTES] = '0';
	}
	put_member(d, ",\"breakpadId\":", id);
}

static void put_libs(struct document *d)
{
	writer_puts(d->w, "\"libs\":[");
	for (size_t i = 0; i < d->t.n_libs; i++) {
		const char *path = samples_text(d->s, d->t.libs[i].filename);
		const char *build_id = samples_text(d->s, d->t.libs[i].build_id);
		const char *name = strrchr(path, '/') + 1;

		put_member(d, i ? ",\n{\"arch\":\"\",\"name\":" : "{\"arch\":\"\",\"name\":", name);
		put_member(d, ",\"path\":", path);
		put_member(d, ",\"debugName\":", name);
		put_member(d, ",\"debugPath\":", path);
		put_breakpad_id(d, build_id);
		writer_puts(d->w, ",\"codeId\":");
		if (*build_id)
			put_text(d, build_id);
		else
			put_null(d, i);
		writer_puts(d->w, "}");
	}
	writer_puts(d->w, "],\n");
}

/* ---- about the run ---- */

static void put_fact(struct document *d, const char *key, const char *value)
{
	put_member(d, "{\"label\":", key);
	put_member(d, ",\"format\":\"string\",\"value\":", value);
	writer_puts(d->w, "}");
}

static void put_facts(struct document *d)
{
	const struct facts *f = d->view->facts;

	writer_puts(d->w, ",\"extra\":[{\"label\":\"profile-bee\",\"entries\":[");
	put_fact(d, "unit", d->view->hits ? "hits" : "samples");
	if (d->view->incomplete) {
		writer_puts(d->w, ",");
		put_fact(d, "incomplete", d->view->incomplete);
	}
	for (size_t i = 0; i < f->keys.n; i++) {
		if (!strcmp(f->keys.keys[i].bytes, "incomplete") && d->view->incomplete)
			continue;
		writer_puts(d->w, ",\n");
		put_fact(d, f->keys.keys[i].bytes, f->values[i]);
	}
	writer_puts(d->w, "]}]");
}

static void put_meta(struct document *d)
{
	writer_printf(d->w, "{\"meta\":{\"interval\":%.6f,\"startTime\":%.3f",
		      (double)interval_ns(d) / 1e6, (double)d->s->time_nanos / 1e6);
	put_member(d, ",\"product\":", d->view->title);
	writer_printf(d->w, ",\"preprocessedProfileVersion\":%d,\"version\":24,\"processType\":0,"
		      "\"stackwalk\":1,\"markerSchema\":[],\"symbolicated\":true,"
		      "\"usesOnlyOneStackType\":true,\"sourceCodeIsNotOnSearchfox\":true,"
		      "\"importedFrom\":\"profile-bee\",\"sampleUnits\":{\"time\":\"ms\","
		      "\"eventDelay\":\"ms\",\"threadCPUDelta\":\"ns\"},\"categories\":",
		      FORMAT_VERSION);
	writer_puts(d->w, categories);
	put_facts(d);
	writer_puts(d->w, "},\n");
}

static void put_document(struct document *d)
{
	writer_gzip(d->w);
	put_meta(d);
	put_libs(d);
	put_shared(d);
	put_threads(d);
	writer_puts(d->w, "}\n");
	writer_gzip_end(d->w);
}

static int write_firefox(const struct view *view, struct writer *w)
{
	struct document d = { .view = view, .s = view->samples, .w = w };
	int err = json_names_init(&d.names, view->trie);

	if (!err)
		err = firefox_tables_make(&d.t, view->samples);
	if (!err)
		err = make_modules(&d);
	if (!err)
		put_document(&d);
	json_names_release(&d.names);
	firefox_tables_release(&d.t);
	map_release(&d.modules);
	free(d.module_of_frame);
	return err ? err : d.err;
}

const struct render_format format_firefox = {
	.name = "firefox", .write = write_firefox, .needs_samples = true
};
