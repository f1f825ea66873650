# SPDX-License-Identifier: GPL-2.0-or-later
# The front end: links libpbee only.  profile-bee-build is the same program for the build tree.

front_sources = \
	src/acquire.c \
	src/acquire.h \
	src/cgroup.c \
	src/cgroup.h \
	src/command.c \
	src/command.h \
	src/executables.c \
	src/executables.h \
	src/doctor.c \
	src/doctor.h \
	src/doctor-table.c \
	src/doctor-table.h \
	src/helper-answer.c \
	src/helper-answer.h \
	src/helper-args.c \
	src/helper-args.h \
	src/helper-facts.c \
	src/helper-facts.h \
	src/input-file.c \
	src/input-file.h \
	src/options-outputs.c \
	src/options-outputs.h \
	src/options-picture.c \
	src/options-picture.h \
	src/options-probes.c \
	src/options-probes.h \
	src/options-shown.c \
	src/options-shown.h \
	src/options.c \
	src/options.h \
	src/output-format.c \
	src/output-format.h \
	src/outputs.c \
	src/outputs.h \
	src/permission.c \
	src/permission.h \
	src/pipeline.c \
	src/pipeline.h \
	src/pipes.c \
	src/pipes.h \
	src/probe-events.c \
	src/probe-events.h \
	src/probe-finder.c \
	src/probe-finder.h \
	src/probe-listing.c \
	src/probe-listing.h \
	src/probe-results.c \
	src/probe-results.h \
	src/probes.c \
	src/probes.h \
	src/progress.c \
	src/progress.h \
	src/receiver.c \
	src/receiver.h \
	src/roots.c \
	src/roots.h \
	src/session.c \
	src/session.h \
	src/summary-access.c \
	src/summary-access.h \
	src/summary-json.c \
	src/summary-probes.c \
	src/summary-probes.h \
	src/summary-unwind.c \
	src/summary-unwind.h \
	src/summary.c \
	src/summary.h \
	src/targets.c \
	src/targets.h \
	src/usage.c \
	src/usage.h \
	src/words.c \
	src/words.h

# The modules in an archive, so that unit tests link them too.
noinst_LIBRARIES += src/libfront.a
src_libfront_a_SOURCES = $(front_sources)
src_libfront_a_CPPFLAGS = $(AM_CPPFLAGS) $(BUILD_TREE_HELPERS)
front_archive = src/libfront.a

bin_PROGRAMS += profile-bee
profile_bee_SOURCES = src/main.c $(front_sources)
profile_bee_CPPFLAGS = $(AM_CPPFLAGS) $(INSTALLED_HELPERS)
profile_bee_LDADD = $(PBEE_LIBS)

noinst_PROGRAMS += profile-bee-build
profile_bee_build_SOURCES = src/main.c
profile_bee_build_CPPFLAGS = $(AM_CPPFLAGS) $(BUILD_TREE_HELPERS)
profile_bee_build_LDADD = src/libfront.a $(PBEE_LIBS)
