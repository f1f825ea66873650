# SPDX-License-Identifier: GPL-2.0-or-later
# Packages of npm for browser tests: independent readers and checkers, never a part of the product.

# npm_get NAME@VERSION...: into $SCRATCH/npm/node_modules, without running anything of theirs.  Fails
# when npm is not there or cannot fetch; npm.log says why.
npm_get()
{
	command -v npm >/dev/null 2>&1 || return 1
	mkdir -p "$SCRATCH/npm"
	npm install --prefix "$SCRATCH/npm" --cache "$SCRATCH/npm/cache" --ignore-scripts --no-save \
		--no-fund --no-audit --no-update-notifier --loglevel=error "$@" >npm.log 2>&1
}
