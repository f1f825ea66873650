#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The modules that keep mappings and unwind tables for the kernel's walk, in the maps of its
# programs, with builders that misbehave, and with real processes.
. "${0%/*}/../lib/tap.sh"
need_bpf

timeout 300 "$top_builddir/tests/lib/unwind-modules" || diag "status $?"
