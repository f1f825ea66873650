/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Colours of frames, as classes of viewer.css: a hue and a shade, "r5".  The rules are those of
 * svg-colors.c, so that the plain picture and the viewer look the same.
 */
'use strict';

const ALL_HUES = 'oyrgabp', STRONGEST = 7;
const GREAT_CHANGE = 0.1;    // of everything: the strongest colour
const SHADES = { o: 6, y: 6, r: 8, g: 8, a: 8, b: 8, p: 8, l: 4, w: 8, c: 8 };
const SINGLE_HUES = { red: 'r', orange: 'o', yellow: 'y', green: 'g', aqua: 'a', blue: 'b', purple: 'p' };
const [KIND_KERNEL, KIND_JIT, KIND_INLINED, KIND_LABEL] = [1, 2, 3, 4];    // enum frame_kind

const PALETTES = ['kind', 'name', 'module', 'change', 'share', 'hot', 'chain', ...Object.keys(SINGLE_HUES)];

// What colours mean where they tell the kind of code.
const MEANINGS = [['o', 'user code'], ['y', 'C++, Rust'], ['a', 'inlined'], ['g', 'JIT-compiled'],
	['r', 'kernel'], ['l', 'threads and the like']];
const CHANGES = [['w', 'more than before'], ['c', 'less than before'],
	['l', 'changed no more than by chance']];

// FNV-1a of the UTF-8 text.
function hashOfText(text) {
	let hash = 2166136261;

	for (const byte of new TextEncoder().encode(text))
		hash = Math.imul(hash ^ byte, 16777619);
	return (hash ^ hash >>> 15) >>> 0;
}

function hueOfKind(kind, name) {
	if (kind === KIND_KERNEL)
		return 'r';
	if (kind === KIND_JIT)
		return 'g';
	if (kind === KIND_INLINED)
		return 'a';
	return name.includes('::') ? 'y' : 'o';
}

function colorOfModule(module) {
	const hash = hashOfText(module), hue = ALL_HUES[hash % ALL_HUES.length];

	return hue + (hash >>> 8) % SHADES[hue];
}

// By name of a profile: p, its number, its kind, its shade.
const COLOR_BY = {
	kind: (p, i, kind, shade) => [hueOfKind(kind, p.names[i]), shade],
	name: (p, i, kind, shade) => [ALL_HUES[shade % ALL_HUES.length], shade],
	hot: (p, i, kind, shade) => [shade % 2 ? 'o' : 'y', shade >> 1],
	chain: (p, i, kind, shade) => [p.names[i].length > 4 && p.names[i].endsWith('_[w]') ? 'a' : 'b', shade]
};

/*
 * The class of each name of the profile p in that palette; null where it follows the node, see
 * colorOfNode().
 */
function colorsOf(p, palette) {
	const modules = palette === 'module' ? p.modules.map(colorOfModule) : null;
	const by = COLOR_BY[palette] || ((_, i, kind, shade) => [SINGLE_HUES[palette], shade]);

	if (palette === 'share' || palette === 'change')
		return null;
	return p.names.map((name, i) => {
		const root = i === p.names.length - 1;
		const kind = root ? KIND_LABEL : p.kinds[i] & 7, shade = root ? 0 : p.kinds[i] >> 3;
		const isLabel = kind === KIND_LABEL || name === '-' || name === '--';

		if (modules && !isLabel)
			return p.module && p.module[i] ? modules[p.module[i] - 1] : 'l1';
		const [hue, tone] = isLabel ? ['l', shade] : by(p, i, kind, shade);

		return hue + tone % SHADES[hue];
	});
}

// A shade for each halving.
function shareColor(part, all) {
	let shade = STRONGEST;

	for (let least = all / 2; shade > 0 && part < least; least /= 2)
		shade--;
	return 'w' + shade;
}

// More is warm, less is cold, what chance explains is grey.
function changeColor({ change, isNoise }) {
	const strength = Math.sqrt(Math.abs(change) / GREAT_CHANGE) * (STRONGEST + 1);

	return isNoise ? 'l1' : (change > 0 ? 'w' : 'c') + Math.min(Math.floor(strength), STRONGEST);
}

function colorOfNode(p, palette, node) {
	return palette === 'share' ? shareColor(p.size[node], p.size[0]) : changeColor(compareNode(p, node));
}
