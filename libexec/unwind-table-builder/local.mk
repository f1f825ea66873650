# SPDX-License-Identifier: GPL-2.0-or-later
# unwind-table-builder: requests in, unwind tables out.

noinst_LIBRARIES += libexec/unwind-table-builder/libbuilder.a
builder_archive = libexec/unwind-table-builder/libbuilder.a
libexec_unwind_table_builder_libbuilder_a_SOURCES = \
	libexec/unwind-table-builder/build.c \
	libexec/unwind-table-builder/build.h \
	libexec/unwind-table-builder/cfi-run-usual.c \
	libexec/unwind-table-builder/cfi-run.c \
	libexec/unwind-table-builder/cfi-run.h \
	libexec/unwind-table-builder/cfi.c \
	libexec/unwind-table-builder/cfi.h \
	libexec/unwind-table-builder/code-ranges.c \
	libexec/unwind-table-builder/code-ranges.h \
	libexec/unwind-table-builder/expression.c \
	libexec/unwind-table-builder/expression.h \
	libexec/unwind-table-builder/input.c \
	libexec/unwind-table-builder/input.h \
	libexec/unwind-table-builder/large-pages.h \
	libexec/unwind-table-builder/leb128.h \
	libexec/unwind-table-builder/lookup.c \
	libexec/unwind-table-builder/lookup.h \
	libexec/unwind-table-builder/plt-rows-x86.c \
	libexec/unwind-table-builder/plt-rows-x86.h \
	libexec/unwind-table-builder/print.c \
	libexec/unwind-table-builder/print.h \
	libexec/unwind-table-builder/rule.c \
	libexec/unwind-table-builder/rule.h \
	libexec/unwind-table-builder/serve.c \
	libexec/unwind-table-builder/serve.h \
	libexec/unwind-table-builder/start-rows-x86.c \
	libexec/unwind-table-builder/start-rows-x86.h \
	libexec/unwind-table-builder/table.c \
	libexec/unwind-table-builder/table.h

pkglibexec_PROGRAMS += libexec/bin/unwind-table-builder
libexec_bin_unwind_table_builder_SOURCES = libexec/unwind-table-builder/main.c
# Of libpbee-elf it takes what needs libelf only.
libexec_bin_unwind_table_builder_LDADD = \
	libexec/unwind-table-builder/libbuilder.a src/elf/libpbee-elf.a $(LIBELF_LIBS) \
	$(PBEE_SANDBOX_LIBS)
