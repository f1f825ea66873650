# SPDX-License-Identifier: GPL-2.0-or-later
# symbolize: perf.data in, pprof messages out.

noinst_LIBRARIES += libexec/symbolize/libsymbolize.a
symbolize_archive = libexec/symbolize/libsymbolize.a
libexec_symbolize_libsymbolize_a_SOURCES = \
	libexec/symbolize/comms.c \
	libexec/symbolize/comms.h \
	libexec/symbolize/copies.c \
	libexec/symbolize/copies.h \
	libexec/symbolize/cuts.c \
	libexec/symbolize/cuts.h \
	libexec/symbolize/emit.c \
	libexec/symbolize/emit.h \
	libexec/symbolize/facts.c \
	libexec/symbolize/facts.h \
	libexec/symbolize/frames.c \
	libexec/symbolize/frames.h \
	libexec/symbolize/kernel-build-id.c \
	libexec/symbolize/kernel-build-id.h \
	libexec/symbolize/kernel-symbols.c \
	libexec/symbolize/kernel-symbols.h \
	libexec/symbolize/objects.c \
	libexec/symbolize/objects.h \
	libexec/symbolize/perf-map.c \
	libexec/symbolize/perf-map.h \
	libexec/symbolize/probes.c \
	libexec/symbolize/probes.h \
	libexec/symbolize/session.c \
	libexec/symbolize/session.h \
	libexec/symbolize/sources.c \
	libexec/symbolize/sources.h \
	libexec/symbolize/stacks.c \
	libexec/symbolize/stacks.h \
	libexec/symbolize/timeline.c \
	libexec/symbolize/timeline.h \
	libexec/symbolize/unwind.c \
	libexec/symbolize/unwind.h \
	libexec/symbolize/walk.c \
	libexec/symbolize/walk.h

pkglibexec_PROGRAMS += libexec/bin/symbolize
libexec_bin_symbolize_SOURCES = libexec/symbolize/main.c
libexec_bin_symbolize_LDADD = \
	libexec/symbolize/libsymbolize.a $(PBEE_ELF_LIBS) $(PBEE_SANDBOX_LIBS)
