/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the head of a perf.data file: its mode, file mode's tables, and header features. */
#include "config.h"

#include "lib/perf-data-read.h"

#include <errno.h>

#include "lib/io.h"

/* struct perf_file_header, sizes in bytes. */
struct section { uint64_t offset, size; };
struct file_header {
	uint64_t magic, size, attr_size;
	struct section attrs, data, event_types;
	uint64_t features[FEATURE_BITS / 64];
};

#define ATTR_ENTRY_MAX 4096

/* ---- features ---- */

/* A feature's string: a length that includes padding, and as many bytes. */
static const char *take_string(struct span *s, size_t *len)
{
	uint32_t padded = span_u32(s);
	const char *text = (const char *)span_take(s, padded);

	*len = text ? strnlen(text, padded) : 0;
	return text;
}

static int keep_text(char **place, const char **public, const char *text, size_t n)
{
	if (*place || !text)
		return 0;
	*place = strndup(text, n);
	*public = *place;
	return *place ? 0 : -ENOMEM;
}

static int keep_string(struct span s, char **place, const char **public)
{
	size_t n;
	const char *text = take_string(&s, &n);

	return keep_text(place, public, text, n);
}

static int keep_cmdline(struct perf_data_reader *r, struct span s)
{
	struct buf joined = BUF_INIT(FEATURE_MAX);
	uint32_t n = span_u32(&s);
	const char *text;
	size_t len;
	int error = 0;

	for (uint32_t i = 0; i < n && !s.bad; i++) {
		text = take_string(&s, &len);
		if (!text)
			break;
		if (i)
			buf_put_byte(&joined, ' ');
		buf_put(&joined, text, len);
	}
	if (joined.len)
		error = keep_text(&r->texts[3], &r->info.cmdline, (char *)joined.data, joined.len);
	buf_release(&joined);
	return error;
}

/* One described event: its attr, the number of its ids, its name, its ids. */
static int keep_event_name(struct perf_data_reader *r, struct span *s, uint32_t attr_size,
			   size_t place)
{
	const uint8_t *attr = span_take(s, attr_size), *ids;
	uint32_t n_ids = attr ? span_u32(s) : 0;
	uint64_t id = 0;
	size_t len;
	const char *name = take_string(s, &len);
	int error;

	ids = span_array(s, n_ids, sizeof(id));
	if (s->bad)
		return 0;
	if (n_ids)
		memcpy(&id, ids, sizeof(id));
	error = perf_data_name_event(r, n_ids ? &id : NULL, place, name, len);
	return error || place ? error : keep_text(&r->texts[4], &r->info.event_name, name, len);
}

static int keep_event_names(struct perf_data_reader *r, struct span s)
{
	uint32_t n = span_u32(&s), attr_size = span_u32(&s);
	int error = 0;

	for (uint32_t i = 0; i < n && !s.bad && !error; i++)
		error = keep_event_name(r, &s, attr_size, i);
	return error;
}

int perf_data_note_feature(struct perf_data_reader *r, uint64_t feature, struct span s)
{
	switch (feature) {
	case FEATURE_HOSTNAME:
		return keep_string(s, &r->texts[0], &r->info.hostname);
	case FEATURE_OSRELEASE:
		return keep_string(s, &r->texts[1], &r->info.release);
	case FEATURE_ARCH:
		return keep_string(s, &r->texts[2], &r->info.arch);
	case FEATURE_CMDLINE:
		return keep_cmdline(r, s);
	case FEATURE_EVENT_DESC:
		return keep_event_names(r, s);
	}
	return 0;
}

/* ---- file mode ---- */

static int pread_full(int fd, void *bytes, size_t n, uint64_t offset)
{
	uint8_t *p = bytes;
	ssize_t got;

	if (offset > INT64_MAX - n)
		return -EBADMSG;
	while (n) {
		got = pread(fd, p, n, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -ENODATA;
		p += got;
		n -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

/* Size of a regular file, so that a section that lies makes us allocate nothing. */
static int check_section(int fd, const struct section *s, uint64_t max)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		return -errno;
	if (s->size > max)
		return -EBADMSG;
	return s->offset > (uint64_t)size || s->size > (uint64_t)size - s->offset ? -ENODATA : 0;
}

/* The section's bytes, malloc'ed, with a NUL behind them. */
static int load_section(int fd, const struct section *s, uint64_t max, uint8_t **bytes)
{
	uint8_t *p;
	int error = check_section(fd, s, max);

	if (error)
		return error;
	p = malloc((size_t)s->size + 1);
	if (!p)
		return -ENOMEM;
	error = pread_full(fd, p, (size_t)s->size, s->offset);
	p[s->size] = '\0';
	if (error)
		free(p);
	else
		*bytes = p;
	return error;
}

static int read_attr_entry(struct perf_data_reader *r, int fd, const uint8_t *entry, size_t size)
{
	size_t attr_size = size - sizeof(struct section);
	CLEANUP_FREE uint8_t *ids = NULL;
	struct section where;
	int error;

	memcpy(&where, entry + attr_size, sizeof(where));
	error = load_section(fd, &where, IDS_MAX * sizeof(uint64_t), &ids);
	if (error)
		return error;
	return perf_data_add_event(r, entry, attr_size, ids,
				   (size_t)where.size / sizeof(uint64_t));
}

static int read_attrs(struct perf_data_reader *r, int fd, const struct file_header *h)
{
	CLEANUP_FREE uint8_t *entries = NULL;
	int error;

	if (h->attr_size < PERF_ATTR_SMALLEST + sizeof(struct section) ||
	    h->attr_size > ATTR_ENTRY_MAX || h->attrs.size % h->attr_size)
		return -EBADMSG;
	error = load_section(fd, &h->attrs, (uint64_t)EVENTS_MAX * ATTR_ENTRY_MAX, &entries);
	for (uint64_t at = 0; !error && at < h->attrs.size; at += h->attr_size)
		error = read_attr_entry(r, fd, entries + at, (size_t)h->attr_size);
	return error;
}

static int read_feature(struct perf_data_reader *r, int fd, unsigned int feature,
			const struct section *where)
{
	CLEANUP_FREE uint8_t *bytes = NULL;
	int error;

	if (feature == FEATURE_BUILD_ID) {
		error = load_section(fd, where, BUILD_IDS_MAX, &r->build_ids);
		r->build_ids_len = error ? 0 : (size_t)where->size;
		return error;
	}
	if (where->size > FEATURE_MAX)
		return 0;
	error = load_section(fd, where, FEATURE_MAX, &bytes);
	if (error)
		return error;
	return perf_data_note_feature(r, feature,
				      (struct span){ .at = bytes, .end = bytes + where->size });
}

/* Behind the data there is a section for every bit that is set, in the order of the bits. */
static int read_features(struct perf_data_reader *r, int fd, const struct file_header *h)
{
	uint64_t at = h->data.offset + h->data.size;
	struct section where;
	int error = 0;

	for (unsigned int bit = 0; bit < FEATURE_BITS && !error; bit++) {
		if (!(h->features[bit / 64] >> bit % 64 & 1))
			continue;
		error = pread_full(fd, &where, sizeof(where), at);
		if (!error)
			error = read_feature(r, fd, bit, &where);
		at += sizeof(where);
	}
	/* A file cut short lacks its features: its records are still worth reading. */
	return error == -ENODATA ? 0 : error;
}

static int read_file_tables(struct perf_data_reader *r, int fd, const struct file_header *h)
{
	int error = read_attrs(r, fd, h);

	if (error)
		return error;
	if (h->data.offset > INT64_MAX || h->data.size > INT64_MAX - h->data.offset)
		return -EBADMSG;
	/* perf writes the size at the end; 0 means that it was killed. */
	if (h->data.size) {
		r->data_end = h->data.offset + h->data.size;
		error = read_features(r, fd, h);
	}
	if (!error && lseek(fd, (off_t)h->data.offset, SEEK_SET) < 0)
		error = -errno;
	return error;
}

/* ---- both modes ---- */

static int check_magic(const struct file_header *h)
{
	if (h->magic == PERF_FILE_MAGIC_SWAPPED)
		return -ENOTSUP;
	return h->magic == PERF_FILE_MAGIC ? 0 : -ENOEXEC;
}

/* n more bytes of the head, whose absence means that this is no perf.data at all. */
static int read_part(int fd, void *bytes, size_t n)
{
	ssize_t got = read_full(fd, bytes, n);

	if (got < 0)
		return (int)got;
	return (size_t)got < n ? -ENOEXEC : 0;
}

int perf_data_read_head(struct perf_data_reader *r, int fd)
{
	struct file_header h = { 0 };
	int error = read_part(fd, &h, PERF_PIPE_HEADER_SIZE);

	if (!error)
		error = check_magic(&h);
	if (error)
		return error;
	r->data_end = UINT64_MAX;
	if (h.size == PERF_PIPE_HEADER_SIZE)
		return input_init(&r->in, fd, PERF_PIPE_HEADER_SIZE);
	if (h.size != sizeof(h))
		return -EBADMSG;
	error = read_part(fd, (uint8_t *)&h + PERF_PIPE_HEADER_SIZE,
			  sizeof(h) - PERF_PIPE_HEADER_SIZE);
	if (!error)
		error = read_file_tables(r, fd, &h);
	r->info.is_file = true;
	return error ? error : input_init(&r->in, fd, h.data.offset);
}
