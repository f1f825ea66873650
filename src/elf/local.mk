# SPDX-License-Identifier: GPL-2.0-or-later
# libpbee-elf: reads ELF files and names addresses; needs libpbee, libelf, libdw and libiberty.

noinst_LIBRARIES += src/elf/libpbee-elf.a
PBEE_ELF_LIBS = src/elf/libpbee-elf.a $(LIBDW_LIBS) $(LIBELF_LIBS) $(LIBIBERTY_LIBS)

src_elf_libpbee_elf_a_SOURCES = \
	src/elf/address-space.c src/elf/address-space.h \
	src/elf/debug-file.c src/elf/debug-file.h \
	src/elf/demangle.c src/elf/demangle.h \
	src/elf/dependencies.c src/elf/dependencies.h \
	src/elf/dynamic.c src/elf/dynamic.h \
	src/elf/elf-file.c src/elf/elf-file.h \
	src/elf/expression.c \
	src/elf/frame-rules.c src/elf/frame-rules.h \
	src/elf/ld-cache.c src/elf/ld-cache.h \
	src/elf/machine.c src/elf/machine.h \
	src/elf/mapped-file.c src/elf/mapped-file.h \
	src/elf/mapping-history.c src/elf/mapping-history.h \
	src/elf/plt-x86.c src/elf/plt-x86.h \
	src/elf/symbol-set.c src/elf/symbol-set.h \
	src/elf/symbols.c src/elf/symbols.h
