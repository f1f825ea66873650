# SPDX-License-Identifier: GPL-2.0-or-later
# render: pprof messages or a profile in a file in, collapsed stacks, SVG or a table out.

libexec_render_librender_a_SOURCES = \
	libexec/render/collapsed.c \
	libexec/render/d3.c \
	libexec/render/embed.c \
	libexec/render/facts.c \
	libexec/render/facts.h \
	libexec/render/filter.c \
	libexec/render/filter.h \
	libexec/render/finish.c \
	libexec/render/finish.h \
	libexec/render/format.h \
	libexec/render/gzip.c \
	libexec/render/gzip.h \
	libexec/render/input.c \
	libexec/render/input.h \
	libexec/render/island.c \
	libexec/render/island.h \
	libexec/render/json.c \
	libexec/render/json.h \
	libexec/render/model.c \
	libexec/render/model.h \
	libexec/render/options-filter.c \
	libexec/render/options-filter.h \
	libexec/render/options-picture.c \
	libexec/render/options-picture.h \
	libexec/render/palette.c \
	libexec/render/palette.h \
	libexec/render/pattern.c \
	libexec/render/pattern.h \
	libexec/render/pprof.c \
	libexec/render/read-collapsed.c \
	libexec/render/read-collapsed.h \
	libexec/render/samples-trim.c \
	libexec/render/samples-trim.h \
	libexec/render/samples.c \
	libexec/render/samples.h \
	libexec/render/source.c \
	libexec/render/source.h \
	libexec/render/speedscope.c \
	libexec/render/svg-colors.c \
	libexec/render/svg-frames.c \
	libexec/render/svg-legend.c \
	libexec/render/svg-names.c \
	libexec/render/svg-reverse.c \
	libexec/render/svg.c \
	libexec/render/svg.h \
	libexec/render/table.c \
	libexec/render/text.c \
	libexec/render/text.h \
	libexec/render/trim.c \
	libexec/render/trim.h \
	libexec/render/writer.c \
	libexec/render/writer.h
libexec_render_librender_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS) \
	-DRENDER_DIR='"$(abs_top_srcdir)/libexec/render"'

# The files that embed.c puts into the program.
render_viewer = libexec/render/island.js libexec/render/colors.js \
	libexec/render/svg-bar.js libexec/render/svg-profile.js \
	libexec/render/viewer.css libexec/render/viewer.js
libexec/render/librender_a-embed.$(OBJEXT): $(render_viewer)
EXTRA_DIST += $(render_viewer)

noinst_LIBRARIES += libexec/render/librender.a
pkglibexec_PROGRAMS += libexec/bin/render
libexec_bin_render_SOURCES = libexec/render/main.c
libexec_bin_render_LDADD = libexec/render/librender.a $(PBEE_SANDBOX_LIBS) $(ZLIB_LIBS) \
	$(PCRE2_LIBS)
render_archive = libexec/render/librender.a
