# SPDX-License-Identifier: GPL-2.0-or-later
# libpbee-elf: reads ELF files and names addresses; needs libpbee, libelf, libdw and libiberty.

noinst_LIBRARIES += src/elf/libpbee-elf.a
PBEE_ELF_LIBS = src/elf/libpbee-elf.a $(LIBDW_LIBS) $(LIBELF_LIBS) $(LIBIBERTY_LIBS)

src_elf_libpbee_elf_a_SOURCES =
