# SPDX-License-Identifier: GPL-2.0-or-later
# BPF programs: *.bpf.c -> *.bpf.o -> *.bpf.skel.h.
#
# The compiler runs in the source directory, so that an object has the same bytes (line information
# included) whatever the build directory is.  BPF_CFLAGS is for the user: CFLAGS, with a
# distribution's hardening flags, never reach it.

AM_V_BPF = $(am__v_BPF_@AM_V@)
am__v_BPF_ = $(am__v_BPF_@AM_DEFAULT_V@)
am__v_BPF_0 = @echo "  BPF     " $@;
am__v_BPF_1 =
AM_V_SKEL = $(am__v_SKEL_@AM_V@)
am__v_SKEL_ = $(am__v_SKEL_@AM_DEFAULT_V@)
am__v_SKEL_0 = @echo "  SKEL    " $@;
am__v_SKEL_1 =

bpf_sources = \
	bpf/abi.h \
	bpf/doctor.bpf.c \
	bpf/filter.bpf.h \
	bpf/inherit.bpf.h \
	bpf/iterators.bpf.c \
	bpf/locate.bpf.h \
	bpf/mapping.bpf.h \
	bpf/maps.bpf.h \
	bpf/oracle.bpf.c \
	bpf/pool.bpf.h \
	bpf/probes.bpf.h \
	bpf/profile.bpf.c \
	bpf/rules.bpf.h \
	bpf/sample.bpf.h \
	bpf/sideband.bpf.c \
	bpf/slots.bpf.h \
	bpf/stack.bpf.h \
	bpf/task.bpf.h \
	bpf/ticks.bpf.h \
	bpf/unwind-table.h \
	bpf/unwind.bpf.h \
	bpf/vmlinux.h

bpf_objects = \
	bpf/doctor.bpf.o \
	bpf/iterators.bpf.o \
	bpf/oracle.bpf.o \
	bpf/profile.bpf.o \
	bpf/sideband.bpf.o
bpf_skeletons = $(bpf_objects:.bpf.o=.bpf.skel.h)

AM_BPF_CFLAGS = \
	-g -O2 -target bpf -mcpu=v3 \
	-D__TARGET_ARCH_$(BPF_ARCH) \
	-Wall -Wextra -Wno-missing-declarations -Wno-unused-parameter \
	-ffile-prefix-map=$$(pwd -P)=. \
	-I. -Ibpf $(LIBBPF_CFLAGS)

%.bpf.o: %.bpf.c
	@$(MKDIR_P) $(@D)
	$(AM_V_BPF)cd -P $(abs_top_srcdir) && $(CLANG) $(AM_BPF_CFLAGS) $(BPF_CFLAGS) \
		-MMD -MP -MT $@ -MF $(abs_top_builddir)/$*.bpf.d \
		-c $*.bpf.c -o $(abs_top_builddir)/$*.bpf.full.o
	$(AM_V_at)$(BPFTOOL) gen object $@ $*.bpf.full.o
	$(AM_V_at)rm -f $*.bpf.full.o

%.bpf.skel.h: %.bpf.o
	$(AM_V_SKEL)$(BPFTOOL) gen skeleton $< name $(*F)_bpf >$@.tmp && mv $@.tmp $@

-include $(bpf_objects:.o=.d)

.SECONDARY: $(bpf_objects)

CLEANFILES += $(bpf_objects) $(bpf_objects:.o=.d) $(bpf_skeletons)
EXTRA_DIST += $(bpf_sources)
