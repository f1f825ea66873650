# SPDX-License-Identifier: GPL-2.0-or-later
# libpbee: what every program of profile-bee shares; needs libc and libcap only, but for the
# sandbox, which is for helpers and needs libseccomp.

noinst_LIBRARIES += src/lib/libpbee.a
PBEE_LIBS = src/lib/libpbee.a $(LIBCAP_LIBS) $(LIBINTL)
PBEE_SANDBOX_LIBS = $(PBEE_LIBS) $(LIBSECCOMP_LIBS)

src_lib_libpbee_a_SOURCES = \
	src/lib/buf.c \
	src/lib/buf.h \
	src/lib/caps.c \
	src/lib/caps.h \
	src/lib/clock.c \
	src/lib/clock.h \
	src/lib/compiler.h \
	src/lib/cpu-events.c \
	src/lib/cpu-events.h \
	src/lib/cpulist.c \
	src/lib/cpulist.h \
	src/lib/diag.c \
	src/lib/diag.h \
	src/lib/file-identity.c \
	src/lib/file-identity.h \
	src/lib/helper.c \
	src/lib/helper.h \
	src/lib/i18n.c \
	src/lib/i18n.h \
	src/lib/io.c \
	src/lib/io.h \
	src/lib/map.c \
	src/lib/map.h \
	src/lib/number.c \
	src/lib/number.h \
	src/lib/perf-data-format.h \
	src/lib/perf-data-input.c \
	src/lib/perf-data-input.h \
	src/lib/perf-data-read-events.c \
	src/lib/perf-data-read-header.c \
	src/lib/perf-data-read-sample.c \
	src/lib/perf-data-read.c \
	src/lib/perf-data-read.h \
	src/lib/perf-data-write-header.c \
	src/lib/perf-data-write.c \
	src/lib/perf-data.h \
	src/lib/perf-probe.c \
	src/lib/perf-probe.h \
	src/lib/pprof-read-samples.c \
	src/lib/pprof-read-tables.c \
	src/lib/pprof-read.c \
	src/lib/pprof-read.h \
	src/lib/pprof-wire.h \
	src/lib/pprof-write.c \
	src/lib/pprof.h \
	src/lib/probe-target.c \
	src/lib/probe-target.h \
	src/lib/sandbox.c \
	src/lib/sandbox.h \
	src/lib/spawn.c \
	src/lib/spawn.h \
	src/lib/trie.c \
	src/lib/trie.h \
	src/lib/unwind-pipe.h \
	src/lib/utf8.c \
	src/lib/utf8.h \
	src/lib/vec.c \
	src/lib/vec.h

EXTRA_DIST += src/lib/profile.proto
