#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The modules that keep mappings and unwind tables for the kernel's walk, without a kernel's
# programs.
. "${0%/*}/../lib/tap.sh"

timeout 300 "$top_builddir/tests/lib/unwind-modules" -m || diag "status $?"
