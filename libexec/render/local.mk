# SPDX-License-Identifier: GPL-2.0-or-later
# render: pprof messages in, collapsed stacks, SVG or a table out.

libexec_render_librender_a_SOURCES =

if HAVE_RENDER
noinst_LIBRARIES += libexec/render/librender.a
pkglibexec_PROGRAMS += libexec/bin/render
libexec_bin_render_SOURCES = libexec/render/main.c
libexec_bin_render_LDADD = libexec/render/librender.a $(PBEE_LIBS)
render_archive = libexec/render/librender.a
endif
