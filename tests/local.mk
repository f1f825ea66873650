# SPDX-License-Identifier: GPL-2.0-or-later
# Tests: TAP scripts, unit tests with check, fuzz targets that replay their corpora.
#
# A new test is a name in a list below; tests/lint/lists.t finds the forgotten ones.

# ---- unit tests: tests/unit/check_X.c, one per module ----

unit_tests = \
	tests/unit/check_address_ranges \
	tests/unit/check_address_space \
	tests/unit/check_buf \
	tests/unit/check_cfi \
	tests/unit/check_cgroup \
	tests/unit/check_copies \
	tests/unit/check_cpulist \
	tests/unit/check_cuts \
	tests/unit/check_diff \
	tests/unit/check_doctor_table \
	tests/unit/check_filter \
	tests/unit/check_helper_facts \
	tests/unit/check_io \
	tests/unit/check_kernel_build_id \
	tests/unit/check_ld_cache \
	tests/unit/check_map \
	tests/unit/check_number \
	tests/unit/check_perf_data \
	tests/unit/check_perf_events \
	tests/unit/check_perf_map \
	tests/unit/check_picture \
	tests/unit/check_pprof \
	tests/unit/check_probe_frames \
	tests/unit/check_probe_results \
	tests/unit/check_probe_match \
	tests/unit/check_probe_spec \
	tests/unit/check_probe_target \
	tests/unit/check_profile \
	tests/unit/check_render_text \
	tests/unit/check_samples \
	tests/unit/check_short_name \
	tests/unit/check_spawn \
	tests/unit/check_symbols \
	tests/unit/check_syscall_numbers \
	tests/unit/check_table \
	tests/unit/check_trie \
	tests/unit/check_unwind \
	tests/unit/check_unwind_table \
	tests/unit/check_usdt \
	tests/unit/check_walk \
	tests/unit/check_words

tests_unit_check_probe_match_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS)
tests_unit_check_probe_match_LDADD = $(PROBE_LIST_LIBS) $(CHECK_LIBS)
tests_unit_check_probe_spec_LDADD = $(PROBE_LIST_LIBS) $(CHECK_LIBS)
tests_unit_check_usdt_LDADD = $(PROBE_LIST_LIBS) $(CHECK_LIBS)
# Without the renderer, which has facts, too.
tests_unit_check_syscall_numbers_LDADD = $(profile_archive) $(PBEE_LIBS) $(CHECK_LIBS)
tests_unit_check_cuts_LDADD = $(symbolize_archive) $(PBEE_ELF_LIBS) $(PBEE_LIBS) $(CHECK_LIBS)

# ---- fuzz targets: tests/fuzz/fuzz_X.c, corpus in tests/fuzz/corpus/X ----

fuzz_targets = \
	tests/fuzz/fuzz_builders \
	tests/fuzz/fuzz_collapsed \
	tests/fuzz/fuzz_dwarf \
	tests/fuzz/fuzz_input \
	tests/fuzz/fuzz_island \
	tests/fuzz/fuzz_perf_data \
	tests/fuzz/fuzz_pprof \
	tests/fuzz/fuzz_probe_spec \
	tests/fuzz/fuzz_symbolize \
	tests/fuzz/fuzz_unwind \
	tests/fuzz/fuzz_unwind_table
tests_fuzz_fuzz_probe_spec_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS)
tests_fuzz_fuzz_probe_spec_LDADD = $(fuzz_main) $(PROBE_LIST_LIBS)
# Without the front end, which has a session, too.
tests_fuzz_fuzz_symbolize_LDADD = $(fuzz_main) $(symbolize_archive) $(PBEE_ELF_LIBS) $(PBEE_LIBS)

# ---- TAP scripts ----

cli_tests = \
	tests/cli/copies.t \
	tests/cli/builder.t \
	tests/cli/diff.t \
	tests/cli/filter.t \
	tests/cli/front.t \
	tests/cli/hostile-dwarf.t \
	tests/cli/inlines.t \
	tests/cli/input.t \
	tests/cli/pipe-to.t \
	tests/cli/pprof-protoc.t \
	tests/cli/probe-list.t \
	tests/cli/render-collapsed.t \
	tests/cli/render-firefox.t \
	tests/cli/render-json.t \
	tests/cli/render-html.t \
	tests/cli/render-outputs.t \
	tests/cli/render-pprof.t \
	tests/cli/render-picture.t \
	tests/cli/render-report.t \
	tests/cli/render-svg.t \
	tests/cli/rows.t \
	tests/cli/symbolize.t \
	tests/cli/unwind-modules.t

lint_tests = \
	tests/lint/format.t \
	tests/lint/headers.t \
	tests/lint/include-direction.t \
	tests/lint/linkage.t \
	tests/lint/lists.t \
	tests/lint/man.t \
	tests/lint/potfiles.t \
	tests/lint/tokens.t

live_tests = \
	tests/live/agree.t \
	tests/live/as-caller.t \
	tests/live/attack.t \
	tests/live/beside.t \
	tests/live/caps.t \
	tests/live/cold.t \
	tests/live/complete.t \
	tests/live/containers.t \
	tests/live/doctor.t \
	tests/live/file-caps.t \
	tests/live/formats.t \
	tests/live/inlines.t \
	tests/live/install.t \
	tests/live/jit.t \
	tests/live/kill.t \
	tests/live/load.t \
	tests/live/processes.t \
	tests/live/probes-real.t \
	tests/live/probes.t \
	tests/live/probes-front-kernel.t \
	tests/live/probes-kernel.t \
	tests/live/probes-profile.t \
	tests/live/profile.t \
	tests/live/remap.t \
	tests/live/programs.t \
	tests/live/recording.t \
	tests/live/rewritten.t \
	tests/live/run.t \
	tests/live/rungs.t \
	tests/live/sandbox.t \
	tests/live/self-unwind.t \
	tests/live/short.t \
	tests/live/stress.t \
	tests/live/stripped.t \
	tests/live/ticks.t \
	tests/live/two-caps.t \
	tests/live/unwind-modules.t

vm_tests = \
	tests/vm/kernels.t

browser_tests = \
	tests/browser/diff.t \
	tests/browser/formats.t \
	tests/browser/html.t \
	tests/browser/real.t \
	tests/browser/svg.t

# ---- programs with known stacks, which tests start: tests/workloads/X.c ----

workloads = \
	tests/workloads/clock \
	tests/workloads/dlopens \
	tests/workloads/frames \
	tests/workloads/hits \
	tests/workloads/jit \
	tests/workloads/omit \
	tests/workloads/probed \
	tests/workloads/remap \
	tests/workloads/shares \
	tests/workloads/short

# Their stacks are those of their source whatever the user's CFLAGS say (they come last, hence the
# override): with frame pointers and nothing optimized, or optimized without; never sanitized.
workload_cflags = -std=gnu17 $(WARN_CFLAGS) -Wno-missing-prototypes
tests_workloads_clock_CFLAGS = $(workload_cflags)
tests_workloads_clock_LDADD =
tests_workloads_dlopens_CFLAGS = $(workload_cflags)
tests_workloads_dlopens_LDADD =
tests_workloads_frames_CFLAGS = $(workload_cflags)
tests_workloads_frames_LDADD =
tests_workloads_hits_CFLAGS = $(workload_cflags)
tests_workloads_hits_LDADD = -lpthread
tests_workloads_jit_CFLAGS = $(workload_cflags)
tests_workloads_jit_LDADD =
tests_workloads_omit_CFLAGS = $(workload_cflags)
tests_workloads_omit_LDADD =
tests_workloads_probed_CFLAGS = $(workload_cflags)
tests_workloads_probed_LDFLAGS = -rdynamic -pthread
tests_workloads_probed_LDADD =
tests_workloads_remap_CFLAGS = $(workload_cflags)
tests_workloads_remap_LDADD =
tests_workloads_shares_CFLAGS = $(workload_cflags)
tests_workloads_shares_LDADD =
tests_workloads_short_CFLAGS = $(workload_cflags)
tests_workloads_short_LDADD =
$(tests_workloads_clock_OBJECTS) $(tests_workloads_frames_OBJECTS) \
$(tests_workloads_jit_OBJECTS) $(tests_workloads_remap_OBJECTS) \
$(tests_workloads_short_OBJECTS): \
	override CFLAGS = -g -O0 -fno-omit-frame-pointer
$(tests_workloads_dlopens_OBJECTS) $(tests_workloads_hits_OBJECTS) \
$(tests_workloads_omit_OBJECTS) $(tests_workloads_probed_OBJECTS) \
$(tests_workloads_shares_OBJECTS): \
	override CFLAGS = -g -O2 -fomit-frame-pointer

# ---- programs that scripts use: tests/lib/X.c ----

test_tools = \
	tests/lib/attach \
	tests/lib/beside-perf \
	tests/lib/walk-driver \
	tests/lib/collapsed-to-pprof \
	tests/lib/row-oracle \
	tests/lib/source-lines \
	tests/lib/unwind-modules \
	tests/lib/write-copies \
	tests/lib/with-event \
	tests/lib/write-pprof \
	tests/lib/write-probes
tests_lib_attach_LDADD =
tests_lib_collapsed_to_pprof_LDADD = $(PBEE_LIBS)
tests_lib_write_copies_LDADD = $(PBEE_LIBS)
tests_lib_row_oracle_SOURCES = \
	tests/lib/row-oracle.c tests/lib/row-rules.c tests/lib/row-rules.h
tests_lib_row_oracle_LDADD = $(builder_archive) $(PBEE_ELF_LIBS) $(PBEE_LIBS)
tests_lib_source_lines_LDADD = $(PBEE_ELF_LIBS) $(PBEE_LIBS)
tests_lib_write_pprof_LDADD = $(PBEE_LIBS)
tests_lib_write_probes_LDADD = $(PBEE_LIBS)
tests_lib_beside_perf_SOURCES = tests/lib/beside-perf.c tests/lib/oracle.c tests/lib/oracle.h
tests_lib_beside_perf_LDADD = $(tests_lib_walk_driver_LDADD)
$(tests_lib_beside_perf_OBJECTS) $(tests_lib_walk_driver_OBJECTS): $(bpf_skeletons)
tests_lib_walk_driver_SOURCES = tests/lib/walk-driver.c tests/lib/oracle.c tests/lib/oracle.h
tests_lib_walk_driver_LDADD = \
	$(profile_archive) $(PBEE_LIBS) $(LIBBPF_LIBS) $(LIBELF_LIBS) $(ZLIB_LIBS)
tests_lib_unwind_modules_SOURCES = \
	tests/lib/unwind-modules.c tests/lib/unwind-modules.h \
	tests/lib/unwind-modules-builders.c \
	tests/lib/unwind-modules-inheritance.c \
	tests/lib/unwind-modules-mappings.c \
	tests/lib/unwind-modules-pool.c \
	tests/lib/unwind-modules-puppet.c \
	tests/lib/unwind-modules-sideband.c \
	tests/lib/unwind-modules-tables.c
tests_lib_unwind_modules_LDADD = $(tests_lib_walk_driver_LDADD)
$(tests_lib_unwind_modules_OBJECTS): $(bpf_skeletons)
# What it copies is a stack without frame pointers, whatever the user's CFLAGS say; not sanitized.
tests_lib_write_copies_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_lib_write_copies_LDFLAGS = $(SANITIZE_CFLAGS)
$(tests_lib_write_copies_OBJECTS): override CFLAGS = -g -O2 -fomit-frame-pointer

# ---- twins of helpers that make forbidden calls in their sandbox: tests/lib/sandbox-probe.c ----

test_twins = \
	tests/twins/probe-list \
	tests/twins/render \
	tests/twins/symbolize \
	tests/twins/unwind-table-builder
twin_flags = -Wl,--wrap=sandbox_enter
tests_twins_probe_list_SOURCES = libexec/probe-list/main.c tests/lib/sandbox-probe.c
tests_twins_probe_list_CPPFLAGS = $(libexec_bin_probe_list_CPPFLAGS)
tests_twins_probe_list_LDADD = $(libexec_bin_probe_list_LDADD)
tests_twins_probe_list_LDFLAGS = $(twin_flags)
tests_twins_render_SOURCES = libexec/render/main.c tests/lib/sandbox-probe.c
tests_twins_render_LDADD = $(libexec_bin_render_LDADD)
tests_twins_render_LDFLAGS = $(twin_flags)
tests_twins_symbolize_SOURCES = libexec/symbolize/main.c tests/lib/sandbox-probe.c
tests_twins_symbolize_LDADD = $(libexec_bin_symbolize_LDADD)
tests_twins_symbolize_LDFLAGS = $(twin_flags)
tests_twins_unwind_table_builder_SOURCES = \
	libexec/unwind-table-builder/main.c tests/lib/sandbox-probe.c
tests_twins_unwind_table_builder_LDADD = $(libexec_bin_unwind_table_builder_LDADD)
tests_twins_unwind_table_builder_LDFLAGS = $(twin_flags)

# ---- how they are built and run ----

# What a test program links unless its own _LDADD says otherwise.  The fuzz main is taken only by
# programs without one.
LDADD = \
	$(fuzz_main) $(front_archive) $(render_archive) $(symbolize_archive) $(builder_archive) \
	$(profile_archive) \
	$(PBEE_ELF_LIBS) $(PBEE_LIBS) $(CHECK_LIBS) $(LIBBPF_LIBS) $(LIBELF_LIBS) $(ZLIB_LIBS) \
	$(PCRE2_LIBS) -lm

check_PROGRAMS += $(fuzz_targets)
if FUZZING
fuzz_main = $(FUZZ_LDFLAGS)
else
fuzz_main = tests/fuzz/libreplay.a
check_LIBRARIES = tests/fuzz/libreplay.a
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/replay-main.c

check_PROGRAMS += $(workloads) $(test_tools) $(test_twins)
if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
TESTS += tests/fuzz/replay.t $(lint_tests) $(cli_tests) $(live_tests) $(vm_tests) $(browser_tests)
endif

AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; export LC_ALL; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	CC='$(CC)'; export CC; \
	CK_TAP_LOG_FILE_NAME=-; export CK_TAP_LOG_FILE_NAME; \
	CK_VERBOSITY=silent; export CK_VERBOSITY;

TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
TEST_EXTENSIONS = .t
T_LOG_DRIVER = $(TAP_DRIVER)

# Comparisons with other profilers, as ratios; results depend on the machine, so not a test.
bench: all $(check_PROGRAMS)
	@for script in $(abs_top_srcdir)/tests/bench/*.sh; do \
		top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' $$script || exit 1; \
	done
.PHONY: bench

bench_files = \
	tests/bench/bench_pprof.c \
	tests/bench/bench_tables.c \
	tests/bench/collapse-script.pl \
	tests/bench/compare-perf.py \
	tests/bench/compare-perf.sh \
	tests/bench/line-merge.pl \
	tests/bench/pprof.sh \
	tests/bench/probe-hits.py \
	tests/bench/probe-hits.sh \
	tests/bench/probe-resolve.sh \
	tests/bench/page.py \
	tests/bench/page.sh \
	tests/bench/render-stacks.py \
	tests/bench/render.sh \
	tests/bench/stacks.py \
	tests/bench/unwind-agree.py \
	tests/bench/unwind.py \
	tests/bench/unwind.sh \
	tests/bench/unwind_work.py \
	tests/bench/walk.sh \
	tests/bench/rows.sh \
	tests/bench/tables.sh \
	tests/bench/wrap.py

EXTRA_DIST += \
	$(bench_files) $(lint_tests) $(cli_tests) $(live_tests) $(vm_tests) $(browser_tests) \
	tests/browser/browser.sh \
	tests/browser/diff.py \
	tests/browser/formats.py \
	tests/browser/page.py \
	tests/browser/real.py \
	tests/browser/svg.py \
	tests/browser/tap.py \
	tests/browser/view.py \
	tests/browser/webdriver.py \
	tests/data \
	tests/fuzz/corpus \
	tests/fuzz/model-check.h \
	tests/fuzz/replay.t \
	tests/lib/bench.sh \
	tests/lib/cfi-writer.h \
	tests/lib/compare-lines.py \
	tests/lib/hostile-dwarf.py \
	tests/lib/hottest.py \
	tests/lib/hottest.sh \
	tests/lib/island.py \
	tests/lib/mutate-debug.py \
	tests/lib/pprof-text.py \
	tests/lib/probes.sh \
	tests/lib/render.sh \
	tests/lib/results.sh \
	tests/lib/run-tests.h \
	tests/lib/npm.sh \
	tests/lib/tap.sh \
	tests/lib/tiny-elf.h \
	tests/lib/totals.py \
	tests/lib/user.sh \
	tests/workloads/probed-cxx.cc \
	tests/workloads/self-unwind.c \
	tests/vm/guest.sh \
	tests/vm/vm-init \
	tests/vm/vm-kernel \
	tests/vm/vm-run
