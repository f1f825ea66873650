# SPDX-License-Identifier: GPL-2.0-or-later
# The helpers: one folder each, their programs together in libexec/bin of the build tree.

include libexec/profile/local.mk
include libexec/probe-list/local.mk
include libexec/symbolize/local.mk
include libexec/render/local.mk
include libexec/unwind-table-builder/local.mk
