# SPDX-License-Identifier: GPL-2.0-or-later
# probe-list: specifications of probes in, where they go out.

noinst_LIBRARIES += libexec/probe-list/libprobelist.a
probe_list_archive = libexec/probe-list/libprobelist.a
libexec_probe_list_libprobelist_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS) $(CAPSTONE_CFLAGS)
libexec_probe_list_libprobelist_a_SOURCES = \
	libexec/probe-list/answer.c libexec/probe-list/answer.h \
	libexec/probe-list/complaint.c libexec/probe-list/complaint.h \
	libexec/probe-list/cxx-name.c libexec/probe-list/cxx-name.h \
	libexec/probe-list/functions.c libexec/probe-list/functions.h \
	libexec/probe-list/glob.c libexec/probe-list/glob.h \
	libexec/probe-list/instructions-x86.c libexec/probe-list/instructions-x86.h \
	libexec/probe-list/kernel-events.c \
	libexec/probe-list/kernel-functions.c \
	libexec/probe-list/kernel.h \
	libexec/probe-list/lines.c libexec/probe-list/lines.h \
	libexec/probe-list/literal.c libexec/probe-list/literal.h \
	libexec/probe-list/match.c libexec/probe-list/match.h \
	libexec/probe-list/near.c libexec/probe-list/near.h \
	libexec/probe-list/processes.c libexec/probe-list/processes.h \
	libexec/probe-list/resolve-file.c libexec/probe-list/resolve-file.h \
	libexec/probe-list/resolve-kernel.c \
	libexec/probe-list/resolve.c libexec/probe-list/resolve.h \
	libexec/probe-list/search.c libexec/probe-list/search.h \
	libexec/probe-list/spec.c libexec/probe-list/spec.h \
	libexec/probe-list/usdt.c libexec/probe-list/usdt.h \
	libexec/probe-list/versions.c libexec/probe-list/versions.h
PROBE_LIST_LIBS = \
	$(probe_list_archive) $(PBEE_ELF_LIBS) $(PBEE_LIBS) $(PCRE2_LIBS) $(CAPSTONE_LIBS) \
	$(LIBBPF_LIBS)

pkglibexec_PROGRAMS += libexec/bin/probe-list
libexec_bin_probe_list_SOURCES = libexec/probe-list/main.c
libexec_bin_probe_list_CPPFLAGS = $(libexec_probe_list_libprobelist_a_CPPFLAGS)
libexec_bin_probe_list_LDADD = $(PROBE_LIST_LIBS) $(LIBSECCOMP_LIBS)
