import 'media-chrome/dist/media-controller.js';
import 'media-chrome/dist/media-control-bar.js';
import 'media-chrome/dist/media-play-button.js';
import 'media-chrome/dist/media-mute-button.js';
import 'media-chrome/dist/media-volume-range.js';
import 'media-chrome/dist/media-time-range.js';
import 'media-chrome/dist/media-time-display.js';
import 'media-chrome/dist/media-airplay-button.js';
import 'media-chrome/dist/media-cast-button.js';
import 'media-chrome/dist/media-pip-button.js';
import 'media-chrome/dist/media-fullscreen-button.js';
import 'media-chrome/dist/menu/media-settings-menu.js';
import 'media-chrome/dist/menu/media-settings-menu-item.js';
import 'media-chrome/dist/menu/media-settings-menu-button.js';
import 'media-chrome/dist/menu/media-playback-rate-menu.js';
import 'media-chrome/dist/menu/media-rendition-menu.js';
import 'media-chrome/dist/menu/media-captions-menu.js';
import type MediaController from 'media-chrome/dist/media-controller.js';
import { t } from 'media-chrome/dist/utils/i18n.js';
import type { PlayerHost } from '../player-host.ts';
import { defineCaptionsSwitch } from './captions-switch.ts';

/** The controls, before they are in a page. */
export interface ChronosControls {
  readonly controller: MediaController;
  /** The player's attributes may have changed. */
  readonly follow: () => void;
}

/** Offered where `max-rate` does not forbid it. */
const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** What the controls say beside media-chrome's own words, which {@link speak} has made known. */
interface ControlsWords {
  readonly language: string;
  /** The way from a menu to the one before. */
  readonly back: string;
}

/** The controls of one `<video>`. */
export function createControls(host: PlayerHost, { language, back }: ControlsWords): ChronosControls {
  const controller = document.createElement('media-controller') as MediaController;
  // The bar of every player runs from left to right, as the line of time does.
  const attributes = {
    part: 'controls',
    lang: language,
    dir: 'ltr',
    keyboardupvolumestep: '0.05',
    keyboarddownvolumestep: '0.05',
  };
  for (const [name, value] of Object.entries(attributes)) controller.setAttribute(name, value);
  controller.append(...createParts());
  nameWaysBack(controller, back);
  const rates = controller.querySelector('media-playback-rate-menu');
  const follow = (): void => {
    const { maxRate } = host;
    const offered = RATES.filter((rate) => maxRate === null || rate <= maxRate);
    rates?.setAttribute('rates', offered.join(' '));
  };
  follow();
  return { controller, follow };
}

function createParts(): readonly HTMLElement[] {
  const bar = [
    make('media-play-button'),
    make('media-mute-button'),
    make('media-volume-range'),
    make('media-time-display', { showduration: '' }),
    make('div', { class: 'gap' }),
    make(defineCaptionsSwitch()),
    make('media-settings-menu-button'),
    make('media-airplay-button'),
    make('media-cast-button'),
    make('media-pip-button'),
    make('media-fullscreen-button'),
  ];
  const settings = [
    makeSetting(t('Playback rate'), 'media-playback-rate-menu'),
    makeSetting(t('Quality'), 'media-rendition-menu'),
    makeSetting(t('Captions'), 'media-captions-menu'),
  ];
  return [
    make('div', { class: 'shade' }),
    make('media-settings-menu', { hidden: '', anchor: 'auto', 'aria-label': t('Settings') }, settings),
    make('media-time-range'),
    make('media-control-bar', {}, bar),
  ];
}

/** A line of the settings, and the menu it opens. */
function makeSetting(title: string, menu: string): HTMLElement {
  return make('media-settings-menu-item', {}, [
    title,
    make(menu, { slot: 'submenu', hidden: '' }, [make('div', { slot: 'title' }, [title])]),
  ]);
}

/** In a menu there are items only, so the way back is one. Media-chrome has a button there, in English. */
function nameWaysBack(controller: HTMLElement, back: string): void {
  for (const menu of controller.querySelectorAll('media-settings-menu, [slot=submenu]')) {
    const button = menu.shadowRoot?.querySelector('button[part~=back]');
    if (button) Object.assign(button, { role: 'menuitem', ariaLabel: back });
  }
}

function make(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly (Node | string)[] = [],
): HTMLElement {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}
