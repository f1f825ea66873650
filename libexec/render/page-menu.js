/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be done with a frame: the menu of the right mouse button and of the menu key. */
'use strict';

class FrameMenu {
	constructor(host, app) {
		Object.assign(this, { host, app, before: null });
		host.addEventListener('keydown', event => this.key(event));
		host.addEventListener('focusout', event => !host.contains(event.relatedTarget) && this.close(false));
	}

	// node 0: the function wherever it is.
	open(p, frame, node, x, y) {
		this.before = document.activeElement;
		this.host.replaceChildren(...this.items(p, frame, node).map(([text, action]) => {
			const item = make('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, text);

			item.addEventListener('click', () => {
				this.close(true);
				action();
			});
			return item;
		}));
		this.host.hidden = false;
		const size = this.host.getBoundingClientRect();

		this.host.style.left = `${Math.max(Math.min(x, window.innerWidth - size.width - 6), 2)}px`;
		this.host.style.top = `${Math.max(Math.min(y, window.innerHeight - size.height - 6), 2)}px`;
		this.host.firstElementChild.focus();
	}

	items(p, frame, node) {
		const { app } = this, isFunction = frame !== rootFrame(p), isShown = p === app.shown;
		const items = [];

		if (node && isShown)
			items.push(['Zoom to this frame', () => this.zoom(node)]);
		if (isFunction)
			items.push(['Callers and callees', () => app.showFunction(frame)]);
		if (node && isShown && app.state.tab !== 'tree')
			items.push(['Show in the tree', () => this.reveal(node)]);
		if (isFunction)
			items.push(['Only this function and what it calls', () => app.addStep('focus', frame)],
				['Without samples of this function', () => app.addStep('drop', frame)],
				['Hide this function, keep its samples', () => app.addStep('hide', frame)],
				['Search for it', () => app.change({
					search: '^' + p.names[frame].replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') + '$' })],
				['Copy name', () => copyText(p.names[frame])]);
		if (node)
			items.push(['Copy stack', () => copyText(stackText(p, node))]);
		return items;
	}

	zoom(node) {
		if (this.app.state.tab !== 'flame')
			this.app.change({ tab: 'flame' });
		this.app.flame.zoomTo(node);
		this.app.flame.pickNode(node);
	}

	reveal(node) {
		this.app.change({ tab: 'tree' });
		this.app.tree.reveal(node);
		this.app.focusView();
	}

	close(giveBack) {
		if (this.host.hidden)
			return;
		this.host.hidden = true;
		if (giveBack && this.before && this.before.isConnected)
			this.before.focus({ preventScroll: true });
	}

	key(event) {
		const items = [...this.host.children], now = items.indexOf(document.activeElement);
		const action = {
			ArrowDown: () => items[(now + 1) % items.length].focus(),
			ArrowUp: () => items[(now + items.length - 1) % items.length].focus(),
			Home: () => items[0].focus(), End: () => items[items.length - 1].focus(),
			Escape: () => this.close(true), Tab: () => this.close(true)
		}[event.key];

		if (!action)
			return;
		event.preventDefault();
		event.stopPropagation();
		action();
	}
}

// Root first, as in collapsed stacks.
function stackText(p, node) {
	const names = [];

	for (; node; node = p.parent[node])
		names.push(labelOfFrame(p, p.frame[node]));
	return (p.inverted ? names : names.reverse()).join(';');
}

// By an element where the clipboard is not for pages from files.
function copyText(text) {
	if (navigator.clipboard && window.isSecureContext)
		return navigator.clipboard.writeText(text).catch(() => copyBySelection(text));
	return copyBySelection(text);
}

function copyBySelection(text) {
	const area = make('textarea', { 'aria-hidden': 'true', class: 'copied' });

	area.value = text;
	document.body.append(area);
	area.select();
	document.execCommand('copy');
	area.remove();
}
