# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages.

dist_man_MANS += \
	man/profile-bee-probe-list.8 \
	man/profile-bee-profile.8 \
	man/profile-bee-render.8 \
	man/profile-bee-symbolize.8 \
	man/profile-bee-unwind-table-builder.8 \
	man/profile-bee-security.7 \
	man/profile-bee.1
