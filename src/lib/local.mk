# SPDX-License-Identifier: GPL-2.0-or-later
# libpbee: what every program of profile-bee shares; needs libc and libcap only.

noinst_LIBRARIES += src/lib/libpbee.a
PBEE_LIBS = src/lib/libpbee.a $(LIBCAP_LIBS) $(LIBINTL)

src_lib_libpbee_a_SOURCES = \
	src/lib/buf.c \
	src/lib/buf.h \
	src/lib/compiler.h \
	src/lib/diag.c \
	src/lib/diag.h \
	src/lib/helper.c \
	src/lib/helper.h \
	src/lib/i18n.c \
	src/lib/i18n.h \
	src/lib/io.c \
	src/lib/io.h \
	src/lib/map.c \
	src/lib/map.h \
	src/lib/perf-data-format.h \
	src/lib/perf-data-write-header.c \
	src/lib/perf-data-write.c \
	src/lib/perf-data.h \
	src/lib/pprof.h \
	src/lib/trie.h \
	src/lib/vec.c \
	src/lib/vec.h
