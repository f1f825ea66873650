# SPDX-License-Identifier: GPL-2.0-or-later
# profile: the only program that links libbpf and includes the BPF skeletons.

libexec_profile_libprofile_a_SOURCES = \
	libexec/profile/builders.c libexec/profile/builders.h \
	libexec/profile/collect.c libexec/profile/collect.h \
	libexec/profile/doctor.c libexec/profile/doctor.h \
	libexec/profile/doctor-sampling.c libexec/profile/doctor-sampling.h \
	libexec/profile/glob.c libexec/profile/glob.h \
	libexec/profile/idle-time.c libexec/profile/idle-time.h \
	libexec/profile/kallsyms.c libexec/profile/kallsyms.h \
	libexec/profile/known-mappings.c libexec/profile/known-mappings.h \
	libexec/profile/ksyms.c libexec/profile/ksyms.h \
	libexec/profile/mappings.c libexec/profile/mappings.h \
	libexec/profile/options.c libexec/profile/options.h \
	libexec/profile/pool.c libexec/profile/pool.h \
	libexec/profile/probe-frames.c libexec/profile/probe-frames.h \
	libexec/profile/probe-rungs.h \
	libexec/profile/probes-kernel.c \
	libexec/profile/probes-tracepoint.c \
	libexec/profile/probes-user.c \
	libexec/profile/probes.c libexec/profile/probes.h \
	libexec/profile/process-index.c libexec/profile/process-index.h \
	libexec/profile/remaps.c libexec/profile/remaps.h \
	libexec/profile/report.c libexec/profile/report.h \
	libexec/profile/rescans.c libexec/profile/rescans.h \
	libexec/profile/run.c libexec/profile/run.h \
	libexec/profile/sampler.c libexec/profile/sampler.h \
	libexec/profile/scan.c libexec/profile/scan.h \
	libexec/profile/sideband-bpf.c \
	libexec/profile/sideband-perf.c \
	libexec/profile/sideband.c libexec/profile/sideband.h \
	libexec/profile/stack-table.c libexec/profile/stack-table.h \
	libexec/profile/stream.c libexec/profile/stream.h \
	libexec/profile/syscall-numbers.c libexec/profile/syscall-numbers.h \
	libexec/profile/tables.c libexec/profile/tables.h \
	libexec/profile/targets.c libexec/profile/targets.h \
	libexec/profile/ticks.c libexec/profile/ticks.h \
	libexec/profile/unwinder.c libexec/profile/unwinder.h \
	libexec/profile/uprobe-multi.c libexec/profile/uprobe-multi.h

noinst_LIBRARIES += libexec/profile/libprofile.a
pkglibexec_PROGRAMS += libexec/bin/profile
libexec_bin_profile_SOURCES = libexec/profile/main.c
libexec_bin_profile_LDADD = \
	libexec/profile/libprofile.a $(PBEE_LIBS) $(LIBBPF_LIBS) $(LIBELF_LIBS) $(ZLIB_LIBS)

# Names and numbers of the system calls, as the C library's headers have them.
libexec/profile/syscall-table.h:
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)echo '#include <sys/syscall.h>' | $(CC) $(CPPFLAGS) -E -dM - | \
		sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$$/{ "\1", \2 },/p' | \
		LC_ALL=C sort >$@.tmp && test -s $@.tmp && mv $@.tmp $@
libexec/profile/syscall-numbers.$(OBJEXT): libexec/profile/syscall-table.h
CLEANFILES += libexec/profile/syscall-table.h

$(libexec_bin_profile_OBJECTS) $(libexec_profile_libprofile_a_OBJECTS): $(bpf_skeletons)
profile_archive = libexec/profile/libprofile.a
