/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bar above the flame graph: title, tools, what is pointed at, what was found, help. */
'use strict';

const KEYS = [
	['click, Enter', 'zoom to a frame, or into a hatched box of narrow ones'],
	['Escape, Home', 'show everything; Escape also ends a search'], ['Backspace', 'zoom out by one frame'],
	['arrow keys', 'go from frame to frame'], ['Ctrl-F, /', 'search by regular expression'],
	['F3, n', 'next match; with Shift, the previous one'], ['Ctrl-I', 'ignore case'],
	['v', 'icicle: the root at the top'], ['r', 'reverse: merge stacks from their leaves on'],
	['c', 'other colours'], ['?', 'this help']
];
const PALETTE_TITLES = {
	kind: 'kind of code', name: 'function', module: 'file', change: 'change', share: 'share', hot: 'hot',
	chain: 'wakers'
};

function html(name, attributes, ...children) {
	const e = document.createElementNS('http://www.w3.org/1999/xhtml', name);

	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	e.append(...children);
	return e;
}

class Bar {
	// actions: search, toggleCase, step, toggle, reset, colors.
	constructor(p, actions, first) {
		this.p = p;
		this.actions = actions;
		this.makeTools(first);
		this.makeHelp();
		this.details = html('span', { class: 'details', 'aria-live': 'polite' });
		this.result = html('span', { class: 'result', role: 'status' });
		this.element = html('div', { class: 'bar' },
			html('div', { class: 'row' }, this.headings(),
			     html('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Flame graph tools' },
				  this.input, this.caseButton, this.previousButton, this.nextButton,
				  this.colors, this.icicleButton, this.reverseButton, this.resetButton,
				  this.helpButton)),
			html('div', { class: 'found' }, this.details, this.result), this.help);
	}

	headings() {
		const { facts } = this.p, subtitle = facts.get('subtitle') || '';
		const e = html('div', { class: 'names' },
			html('div', { class: 'title', title: facts.get('title') || '' }, facts.get('title') || ''),
			html('div', { class: 'subtitle', title: subtitle }, subtitle));

		if (facts.has('incomplete'))
			e.append(html('div', { class: 'incomplete' }, 'Incomplete: ' + facts.get('incomplete')));
		return e;
	}

	button(text, title, label, action) {
		const b = html('button', { type: 'button', title, 'aria-label': label }, text);

		b.addEventListener('click', action);
		return b;
	}

	makeTools(first) {
		const { actions } = this;

		this.input = html('input', { type: 'search', placeholder: 'Search (regex)', spellcheck: 'false',
			autocomplete: 'off', 'aria-label': 'Search frames by regular expression',
			title: 'Search frames by regular expression (Ctrl-F, / or F3)' });
		this.input.addEventListener('input', () => actions.search(this.input.value));
		this.caseButton = this.button('Aa', 'Ignore case (Ctrl-I)', 'Ignore case', actions.toggleCase);
		this.previousButton = this.button('‹', 'Previous match (Shift-F3 or N)', 'Previous match',
						  () => actions.step(-1));
		this.nextButton = this.button('›', 'Next match (F3 or n)', 'Next match', () => actions.step(1));
		this.icicleButton = this.button('Icicle', 'Root at the top (v)', 'Icicle', actions.toggleIcicle);
		this.reverseButton = this.button('Reverse', 'Merge stacks from their leaves on (r)', 'Reverse',
						 actions.toggleReverse);
		this.resetButton = this.button('Reset zoom', 'Show everything (Escape or Home)', 'Reset zoom',
					       actions.reset);
		this.helpButton = this.button('?', 'Keys, colours, and facts about the profile (?)', 'Help',
					      () => this.toggleHelp());
		this.makeColors(first);
	}

	makeColors(first) {
		const palettes = [this.p.before ? 'change' : 'kind', 'kind', 'name', 'module', 'share', first.colors];

		this.colors = html('select', { 'aria-label': 'Colours', title: 'What colours mean (c)' });
		for (const palette of new Set(palettes))
			if (palette !== 'module' || this.p.module)
				this.colors.append(html('option', { value: palette },
							'Colour: ' + (PALETTE_TITLES[palette] || palette)));
		this.colors.addEventListener('change', () => this.actions.colors(this.colors.value));
	}

	makeHelp() {
		const list = (title, pairs) => [html('h2', {}, title), html('dl', {}, ...pairs.flatMap(
			([key, text]) => [html('dt', {}, key), html('dd', {}, text)]))];
		const { facts } = this.p, shown = ['title', 'subtitle', 'unit', 'notes'];
		const meanings = pairs => html('p', {}, ...pairs.map(([hue, text]) =>
			html('span', { class: 'meaning ' + hue }, text)));

		this.help = html('div', { class: 'help', role: 'dialog', 'aria-label': 'Help', tabindex: '-1',
			hidden: '' }, ...list('Keys', KEYS), html('h2', {}, 'Colours, by kind of code'), meanings(MEANINGS));
		if (this.p.before)
			this.help.append(html('h2', {}, 'Colours, by change'), meanings(CHANGES));
		if (facts.has('notes'))
			this.help.append(html('h2', {}, 'Notes'), html('p', {}, facts.get('notes')));
		const more = [...facts].filter(([key]) => !shown.includes(key));

		if (more.length)
			this.help.append(...list('Profile', more));
	}

	toggleHelp() {
		this.help.hidden = !this.help.hidden;
		this.helpButton.setAttribute('aria-expanded', !this.help.hidden);
		(this.help.hidden ? this.helpButton : this.help).focus();
	}

	focusInput() {
		this.input.focus();
		this.input.select();
	}

	// matches: of the search in what is shown, or null.
	show(state, isWhole, matches, text) {
		const { found } = state, bad = found && found.error;

		this.resetButton.disabled = isWhole;
		this.caseButton.setAttribute('aria-pressed', state.ignoreCase);
		this.icicleButton.setAttribute('aria-pressed', state.icicle);
		this.reverseButton.setAttribute('aria-pressed', state.reverse);
		this.colors.value = state.colors;
		this.input.setAttribute('aria-invalid', !!bad);
		this.previousButton.disabled = this.nextButton.disabled = !matches || !matches.nodes.length;
		this.result.className = bad ? 'bad' : 'matched';
		this.result.textContent = bad ? found.error : text;
	}
}
