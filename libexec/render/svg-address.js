/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the SVG's state is in the address: #z=path&r=range&s=search&i=1&v=icicle&t=reverse&c=name.
 *
 * What is as the file has it at first is left out.
 */
'use strict';

function hashOf(p, state, first) {
	const parts = [], { view, found } = state;

	if (!isWhole(p, view)) {
		parts.push('z=' + pathOf(p, view.node));
		if (view.focus > p.depth[view.node])
			parts.push(`r=${view.low - p.start[view.node]}-${view.high - p.start[view.node]}`);
	}
	if (found)
		parts.push('s=' + encodeURIComponent(found.text));
	if (state.ignoreCase)
		parts.push('i=1');
	if (state.icicle !== first.icicle)
		parts.push('v=' + (state.icicle ? 'icicle' : 'flame'));
	if (state.reverse !== first.reverse)
		parts.push('t=' + (state.reverse ? 'reverse' : 'calls'));
	if (state.colors !== first.colors)
		parts.push('c=' + state.colors);
	return '#' + parts.join('&');
}

// The part of the state that needs no profile.
function looksAt(fields, first) {
	const pick = (key, values, at) => (values.includes(fields.get(key)) ? fields.get(key) === values[0] : at);

	return {
		ignoreCase: fields.get('i') === '1',
		icicle: pick('v', ['icicle', 'flame'], first.icicle),
		reverse: pick('t', ['reverse', 'calls'], first.reverse),
		colors: PALETTES.includes(fields.get('c')) ? fields.get('c') : first.colors
	};
}

function viewAt(p, fields) {
	const node = nodeAt(p, fields.get('z')), view = viewOfNode(p, node);
	const range = /^([\d.]+)-([\d.]+)$/.exec(fields.get('r') || '');

	if (range && +range[1] < +range[2] && +range[2] <= p.size[node]) {
		view.high = view.low + +range[2];
		view.low += +range[1];
		view.focus++;
	}
	return view;
}

function fieldsOf(hash) {
	return new Map(hash.replace(/^#/, '').split('&').filter(part => part.includes('='))
		.map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}
