/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times the pprof codec, and protobuf-c on the same message where it was found (HAVE_PROTOBUF_C).
 * 60,000 samples of 28 frames out of 20,000 locations, as a profile of a million nodes has them.
 */
#include "config.h"

#include "lib/pprof.h"

#include <stdio.h>
#include <time.h>

#ifdef HAVE_PROTOBUF_C
#include "profile.pb-c.h"
#endif

#define SAMPLES 60000
#define FRAMES 28
#define LOCATIONS 20000
#define ROUNDS 7

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static uint64_t add_location(struct pprof_writer *w, uint64_t mapping, uint64_t i)
{
	char name[100];
	struct pprof_line_desc line = { .name = name, .line = 0 };

	snprintf(name, sizeof(name),
		 "llvm::SomeNamespace::SomeClass<llvm::Type%u>::someMethod(unsigned int, %u)",
		 (unsigned int)i, (unsigned int)i * 7);
	return pprof_add_location(w, mapping, 0x400000 + i * 16, &line, 1);
}

static void add_sample(struct pprof_writer *w, const uint64_t *locations, uint64_t *state)
{
	const struct pprof_label_desc labels[] = {
		{ .key = "comm", .str = "clang" }, { .key = "process", .str = "clang" },
		{ .key = "pid", .num = 4242 },
	};
	uint64_t stack[FRAMES];

	for (size_t i = 0; i < FRAMES; i++)
		stack[i] = locations[next_random(state) % LOCATIONS];
	pprof_add_sample(w, stack, FRAMES, 3, 30303030, labels, ARRAY_SIZE(labels));
}

static void encode(struct pprof_writer *w, struct buf *out)
{
	static uint64_t locations[LOCATIONS];
	struct pprof_mapping_desc m = { .start = 0x400000, .limit = 0x900000, .filename = "clang" };
	uint64_t mapping = pprof_add_mapping(w, &m), state = 1;

	for (uint64_t i = 0; i < LOCATIONS; i++)
		locations[i] = add_location(w, mapping, i);
	for (int i = 0; i < SAMPLES; i++)
		add_sample(w, locations, &state);
	buf_clear(out);
	if (pprof_writer_finish(w, false, out))
		exit(1);
}

static double fastest(double a, double b)
{
	return a < b ? a : b;
}

static void bench_own(struct buf *message, double *encoding, double *decoding)
{
	struct pprof_writer *w = pprof_writer_new();
	struct pprof_profile p = { 0 };
	double start;

	if (!w)
		exit(1);
	for (int i = 0; i < ROUNDS; i++) {
		start = now_ms();
		encode(w, message);
		*encoding = fastest(*encoding, now_ms() - start);
		start = now_ms();
		if (pprof_parse(&p, message->data, message->len) || p.n_samples != SAMPLES)
			exit(1);
		*decoding = fastest(*decoding, now_ms() - start);
	}
	pprof_profile_release(&p);
	pprof_writer_free(w);
}

#ifdef HAVE_PROTOBUF_C
static void bench_peer(const struct buf *message, double *encoding, double *decoding)
{
	uint8_t *packed = malloc(message->len);
	Perftools__Profiles__Profile *p;
	double start;

	for (int i = 0; i < ROUNDS; i++) {
		start = now_ms();
		p = perftools__profiles__profile__unpack(NULL, message->len, message->data);
		*decoding = fastest(*decoding, now_ms() - start);
		if (!p || !packed ||
		    perftools__profiles__profile__get_packed_size(p) > message->len)
			exit(1);
		start = now_ms();
		perftools__profiles__profile__get_packed_size(p);
		perftools__profiles__profile__pack(p, packed);
		*encoding = fastest(*encoding, now_ms() - start);
		perftools__profiles__profile__free_unpacked(p, NULL);
	}
	free(packed);
}
#endif

int main(void)
{
	struct buf message = BUF_INIT(PPROF_MESSAGE_MAX);
	double encoding = 1e9, decoding = 1e9;

	bench_own(&message, &encoding, &decoding);
	printf("pprof: %d samples of %d frames, %.1f MB: encode %.1f ms, decode %.1f ms\n",
	       SAMPLES, FRAMES, (double)message.len / 1e6, encoding, decoding);
#ifdef HAVE_PROTOBUF_C
	double peer_encoding = 1e9, peer_decoding = 1e9;

	bench_peer(&message, &peer_encoding, &peer_decoding);
	printf("pprof: protobuf-c: pack of a ready tree %.1f ms (%.2f of ours), unpack %.1f ms "
	       "(%.2f of ours)\n", peer_encoding, peer_encoding / encoding, peer_decoding,
	       peer_decoding / decoding);
#endif
	buf_release(&message);
	return 0;
}
