# SPDX-License-Identifier: GPL-2.0-or-later
# render: pprof messages or a profile in a file in; collapsed stacks, pictures or a table out.

libexec_render_librender_a_SOURCES = \
	libexec/render/base64.c \
	libexec/render/base64.h \
	libexec/render/calls.c \
	libexec/render/calls.h \
	libexec/render/collapsed.c \
	libexec/render/condition.c \
	libexec/render/condition.h \
	libexec/render/d3.c \
	libexec/render/diff-table.c \
	libexec/render/diff.c \
	libexec/render/diff.h \
	libexec/render/embed.c \
	libexec/render/embedded.h \
	libexec/render/facts.c \
	libexec/render/facts.h \
	libexec/render/fail-if.c \
	libexec/render/fail-if.h \
	libexec/render/filter.c \
	libexec/render/filter.h \
	libexec/render/finish.c \
	libexec/render/finish.h \
	libexec/render/firefox-tables.c \
	libexec/render/firefox.c \
	libexec/render/firefox.h \
	libexec/render/format.h \
	libexec/render/gzip.c \
	libexec/render/gzip.h \
	libexec/render/html.c \
	libexec/render/input.c \
	libexec/render/input.h \
	libexec/render/functions.c \
	libexec/render/functions.h \
	libexec/render/island-bytes.c \
	libexec/render/island-bytes.h \
	libexec/render/island-labels.c \
	libexec/render/island-labels.h \
	libexec/render/island.c \
	libexec/render/island.h \
	libexec/render/json.c \
	libexec/render/json.h \
	libexec/render/model.c \
	libexec/render/model.h \
	libexec/render/options-diff.c \
	libexec/render/options-diff.h \
	libexec/render/options-filter.c \
	libexec/render/options-filter.h \
	libexec/render/options-picture.c \
	libexec/render/options-picture.h \
	libexec/render/palette.c \
	libexec/render/palette.h \
	libexec/render/pack.c \
	libexec/render/pack.h \
	libexec/render/pattern.c \
	libexec/render/pattern.h \
	libexec/render/pprof.c \
	libexec/render/read-collapsed.c \
	libexec/render/read-collapsed.h \
	libexec/render/read-island.c \
	libexec/render/read-island.h \
	libexec/render/report.c \
	libexec/render/sample-nodes.c \
	libexec/render/sample-nodes.h \
	libexec/render/samples-trim.c \
	libexec/render/samples-trim.h \
	libexec/render/samples.c \
	libexec/render/samples.h \
	libexec/render/short-name.c \
	libexec/render/short-name.h \
	libexec/render/significance.c \
	libexec/render/significance.h \
	libexec/render/source.c \
	libexec/render/source.h \
	libexec/render/speedscope-threads.c \
	libexec/render/speedscope.c \
	libexec/render/speedscope.h \
	libexec/render/svg-colors.c \
	libexec/render/svg-count.c \
	libexec/render/svg-frames.c \
	libexec/render/svg-legend.c \
	libexec/render/svg-names.c \
	libexec/render/svg-reverse.c \
	libexec/render/svg.c \
	libexec/render/svg.h \
	libexec/render/table.c \
	libexec/render/table.h \
	libexec/render/text.c \
	libexec/render/text.h \
	libexec/render/trim.c \
	libexec/render/trim.h \
	libexec/render/unpack.c \
	libexec/render/unpack.h \
	libexec/render/writer.c \
	libexec/render/writer.h
libexec_render_librender_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS) \
	-DRENDER_DIR='"$(abs_top_srcdir)/libexec/render"'

# The files that embed.c puts into the program.
render_page = \
	libexec/render/page.html \
	libexec/render/page.css \
	libexec/render/colors.css \
	libexec/render/colors.js \
	libexec/render/island.js \
	libexec/render/page-profile.js \
	libexec/render/page-numbers.js \
	libexec/render/page-derived.js \
	libexec/render/names.js \
	libexec/render/page-text.js \
	libexec/render/page-flame.js \
	libexec/render/page-lists.js \
	libexec/render/page-about.js \
	libexec/render/page-menu.js \
	libexec/render/page.js
render_viewer = libexec/render/svg-address.js libexec/render/svg-bar.js \
	libexec/render/viewer.css libexec/render/viewer.js
libexec/render/librender_a-embed.$(OBJEXT): $(render_page) $(render_viewer)
EXTRA_DIST += $(render_page) $(render_viewer)

# Their hashes, for the policy that the page has.
libexec/render/page-hashes.h: $(render_page)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && { \
	  echo '/* SPDX-License-Identifier: GPL-2.0-or-later */' && \
	  echo '/* SHA-256 of the files of the page; made by make. */' && \
	  echo '#pragma once' && \
	  for file in $(render_page); do \
	    path=$$file; test -f $$path || path=$(srcdir)/$$file; \
	    name=`echo $${file##*/} | tr a-z.- A-Z__` && \
	    sum=`sha256sum <$$path` && echo "#define SHA256_$$name \"$${sum%% *}\"" || exit 1; \
	  done; } >$@.tmp && mv $@.tmp $@
libexec/render/librender_a-html.$(OBJEXT): libexec/render/page-hashes.h
nodist_libexec_render_librender_a_SOURCES = libexec/render/page-hashes.h
CLEANFILES += libexec/render/page-hashes.h libexec/render/page-hashes.h.tmp

noinst_LIBRARIES += libexec/render/librender.a
pkglibexec_PROGRAMS += libexec/bin/render
libexec_bin_render_SOURCES = libexec/render/main.c
libexec_bin_render_LDADD = libexec/render/librender.a $(PBEE_SANDBOX_LIBS) $(ZLIB_LIBS) \
	$(PCRE2_LIBS) -lm
render_archive = libexec/render/librender.a
