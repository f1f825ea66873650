/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and colours of the page. */
'use strict';

// ---- colours ----

// What colors.css makes of each class now, for the canvas: {r5: 'rgb(…)'}.
function fills() {
	const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

	if (fills[scheme])
		return fills[scheme];
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), known = {};

	svg.style.position = 'absolute';
	svg.setAttribute('width', 0);
	document.body.append(svg);
	for (const hue in SHADES) {
		for (let shade = 0; shade < SHADES[hue]; shade++) {
			svg.setAttribute('class', hue + shade);
			known[hue + shade] = getComputedStyle(svg).fill;
		}
	}
	svg.remove();
	fills[scheme] = known;
	return known;
}

const knownClasses = new WeakMap();    // by list of names, then palette: profiles share them

function classesOf(p, palette) {
	const known = knownClasses.get(p.names) || {};

	if (!(palette in known))
		known[palette] = colorsOf(p, palette);
	knownClasses.set(p.names, known);
	return known[palette];
}

// The fill of a node in a palette of colors.js.
function colouring(p, palette) {
	const colours = fills(), classes = classesOf(p, palette);

	const known = new Map();    // colours of nodes are computed once

	if (classes)
		return node => colours[classes[p.frame[node]]];
	return node => {
		if (!known.has(node))
			known.set(node, colours[colorOfNode(p, palette, node)]);
		return known.get(node);
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
