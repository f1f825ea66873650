/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and colours of the page. */
'use strict';

// ---- names ----

// Where the bracket at `at` ends, or -1.
function closing(name, at, open, close) {
	let depth = 0;

	for (let i = at; i < name.length; i++) {
		if (name[i] === open) {
			depth++;
		} else if (name[i] === close && name[i - 1] !== '-' && --depth === 0) {
			return i;
		}
	}
	return -1;
}

/*
 * C++ and Rust names without what they are instantiated with and what they take, for where the whole
 * does not fit: std::vector<…>::push_back(…).
 */
function shortName(name) {
	let short = '';

	for (let i = 0; i < name.length; i++) {
		const c = name[i];
		const end = i === 0 || name.slice(Math.max(i - 9, 0), i).includes('operator') ? -1
			: c === '<' ? closing(name, i, '<', '>') : c === '(' ? closing(name, i, '(', ')') : -1;

		if (end < i + 3 || name.startsWith('(anonymous namespace)', i)) {
			short += c;
			continue;
		}
		short += c + '…' + name[end];
		i = end;
	}
	return short;
}

// ---- colours ----

const isDark = () => matchMedia('(prefers-color-scheme: dark)').matches;

// Kinds as in the SVG: user, kernel, JIT-compiled, inlined, label; shades by name.
const KIND_COLOURS = {
	light: [
		['#f49352', '#f5ba62', '#f6db72', '#f7be81', '#f4c652', '#f5a362', '#f6c672', '#f7e381',
		 '#f4ad52', '#f5d162', '#f6b172', '#f7d181'],
		['#ee778b', '#ef7d82', '#f08e84', '#f18a97', '#f19191', '#f2a397', '#f39ea5', '#f4a8a4'],
		['#a6cf77', '#8fd17d', '#82d38a', '#a9d587', '#95d78d', '#92d9a0', '#addb97', '#9ddd9d'],
		['#86d5ca', '#8cd4d6', '#91c9d8', '#96dad5', '#9cd6dc', '#a1cede', '#a7e0df', '#acdae2'],
		['#c5cbd3', '#d9dde2', '#d2d6dd', '#cccfd8']
	],
	dark: [
		['#6d3b22', '#754d25', '#7d6128', '#86522a', '#6d4f22', '#754225', '#7d5528', '#866a2a',
		 '#6d4522', '#755825', '#7d4a28', '#865e2a'],
		['#7b3243', '#7f343d', '#833636', '#883747', '#8c3940', '#903e3b', '#943c4a', '#983e42'],
		['#3c542b', '#31582d', '#2f5c39', '#406031', '#336434', '#356746', '#426b37', '#396f40'],
		['#2b5f5c', '#2c5d63', '#2e5767', '#306b6b', '#32656f', '#345e73', '#367477', '#376c7b'],
		['#40464f', '#4e545f', '#494e5a', '#454954']
	]
};

function hashText(text) {
	let hash = 2166136261;

	for (let i = 0; i < text.length; i++)
		hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
	return (hash ^ hash >>> 15) >>> 0;
}

function hashedColour(text, dark) {
	const hash = hashText(text), hue = hash % 360, tone = (hash >>> 10) % 4;

	return dark ? `hsl(${hue} ${34 + tone * 4}% ${27 + tone * 2}%)`
		: `hsl(${hue} ${58 + tone * 6}% ${76 + tone * 2}%)`;
}

const kindColour = (p, frame, dark) => {
	const shades = KIND_COLOURS[dark ? 'dark' : 'light'][kindOfFrame(p, frame)];

	return shades[frame === rootFrame(p) ? 0 : (p.kinds[frame] >> 3) % shades.length];
};

// Red is more, blue is less; the colour is full at a change of 10 % of everything.
function changeColour({ change, isNoise }, dark) {
	if (isNoise)
		return dark ? '#41464d' : '#d9dce0';
	const strength = Math.min(Math.sqrt(Math.abs(change) * 10), 1), hue = change > 0 ? 4 : 214;

	return dark ? `hsl(${hue} ${40 + strength * 35}% ${28 + strength * 12}%)`
		: `hsl(${hue} ${70 + strength * 20}% ${88 - strength * 22}%)`;
}

/*
 * The fill of a node by the way that was chosen: kind, module, name, or change where the profile is a
 * difference.  Colours of functions are computed once.
 */
function colouring(p, mode, dark) {
	const known = new Array(p.names.length);
	const ofFrame = {
		kind: frame => kindColour(p, frame, dark),
		name: frame => (kindOfFrame(p, frame) === LABEL ? kindColour(p, frame, dark)
			: hashedColour(p.names[frame], dark)),
		module: frame => (moduleOfFrame(p, frame) ? hashedColour(moduleOfFrame(p, frame), dark)
			: KIND_COLOURS[dark ? 'dark' : 'light'][LABEL][frame === rootFrame(p) ? 0 : 1])
	}[mode];

	if (mode === 'change') {
		const ofNode = new Map();

		return node => {
			if (!ofNode.has(node))
				ofNode.set(node, changeColour(compareNode(p, node), dark));
			return ofNode.get(node);
		};
	}
	return node => {
		const frame = p.frame[node];

		return known[frame] || (known[frame] = ofFrame(frame));
	};
}

// ---- elements ----

function make(name, attributes, ...children) {
	const e = document.createElement(name);

	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	e.append(...children);
	return e;
}
