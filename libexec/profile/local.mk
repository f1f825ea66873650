# SPDX-License-Identifier: GPL-2.0-or-later
# profile: the only program that links libbpf and includes the BPF skeletons.

libexec_profile_libprofile_a_SOURCES =

if HAVE_PROFILE
noinst_LIBRARIES += libexec/profile/libprofile.a
pkglibexec_PROGRAMS += libexec/bin/profile
libexec_bin_profile_SOURCES = libexec/profile/main.c
libexec_bin_profile_LDADD = \
	libexec/profile/libprofile.a $(PBEE_LIBS) $(LIBBPF_LIBS) $(LIBELF_LIBS) $(ZLIB_LIBS)

$(libexec_bin_profile_OBJECTS) $(libexec_profile_libprofile_a_OBJECTS): $(bpf_skeletons)
profile_archive = libexec/profile/libprofile.a
endif
