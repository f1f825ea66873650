# SPDX-License-Identifier: GPL-2.0-or-later
# libpbee-elf: reads ELF files and names addresses; needs libpbee, libelf, libdw and libiberty.

noinst_LIBRARIES += src/elf/libpbee-elf.a
PBEE_ELF_LIBS = src/elf/libpbee-elf.a $(LIBDW_LIBS) $(LIBELF_LIBS) $(LIBIBERTY_LIBS)

src_elf_libpbee_elf_a_SOURCES = \
	src/elf/address-space.c src/elf/address-space.h \
	src/elf/address-ranges.c src/elf/address-ranges.h \
	src/elf/debug-file.c src/elf/debug-file.h \
	src/elf/demangle.c src/elf/demangle.h \
	src/elf/dependencies.c src/elf/dependencies.h \
	src/elf/dwarf-cursor.h \
	src/elf/dwarf-file.c src/elf/dwarf-file.h \
	src/elf/dwarf-limits.c src/elf/dwarf-limits.h \
	src/elf/dwarf-paths.c src/elf/dwarf-paths.h \
	src/elf/dwarf-scopes.c src/elf/dwarf-scopes.h \
	src/elf/dwarf-units.c src/elf/dwarf-units.h \
	src/elf/dynamic.c src/elf/dynamic.h \
	src/elf/elf-file.c src/elf/elf-file.h \
	src/elf/expression.c \
	src/elf/file-map.c src/elf/file-map.h \
	src/elf/frame-rules.c src/elf/frame-rules.h \
	src/elf/ld-cache.c src/elf/ld-cache.h \
	src/elf/machine.c src/elf/machine.h \
	src/elf/mapped-file.c src/elf/mapped-file.h \
	src/elf/mapping-history.c src/elf/mapping-history.h \
	src/elf/plt-x86.c src/elf/plt-x86.h \
	src/elf/source-lines.c src/elf/source-lines.h \
	src/elf/symbol-set.c src/elf/symbol-set.h \
	src/elf/symbols.c src/elf/symbols.h
