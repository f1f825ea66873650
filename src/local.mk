# SPDX-License-Identifier: GPL-2.0-or-later
# The front end: links libpbee only.  profile-bee-build is the same program for the build tree.

front_sources =

if HAVE_FRONT
bin_PROGRAMS += profile-bee
profile_bee_SOURCES = src/main.c $(front_sources)
profile_bee_CPPFLAGS = $(AM_CPPFLAGS) $(INSTALLED_HELPERS)
profile_bee_LDADD = $(PBEE_LIBS)

# The modules in an archive, so that unit tests link them too.
noinst_LIBRARIES += src/libfront.a
src_libfront_a_SOURCES = $(front_sources)
src_libfront_a_CPPFLAGS = $(AM_CPPFLAGS) $(BUILD_TREE_HELPERS)

noinst_PROGRAMS += profile-bee-build
profile_bee_build_SOURCES = src/main.c
profile_bee_build_CPPFLAGS = $(AM_CPPFLAGS) $(BUILD_TREE_HELPERS)
profile_bee_build_LDADD = src/libfront.a $(PBEE_LIBS)
front_archive = src/libfront.a
endif
