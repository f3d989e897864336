import './style.css';
import { make } from './make.ts';
import { inEachLanguage, languageTag, otherLanguage, say, switchLanguage, type Word } from './words.ts';

const pages = [
  ['video', './index.html'],
  ['audio', './audio.html'],
  ['react', './react.html'],
] as const;

/** Puts title, tabs and the switch of languages over the page, and fills in texts of elements that name one. */
export function mountFrame(page: (typeof pages)[number][0]): void {
  const tabs = pages.map(([word, href]) => tab(word, href, word === page));
  const language = make('button', { className: 'quiet', onclick: switchLanguage });
  const title = make('h1');
  document.body.prepend(make('header', {}, title, make('nav', {}, ...tabs), language));
  inEachLanguage(() => {
    document.documentElement.lang = languageTag();
    title.textContent = say('title');
    language.textContent = otherLanguage();
    for (const named of document.querySelectorAll<HTMLElement>('[data-word]')) named.textContent = say(named.dataset['word'] as Word);
    for (const input of document.querySelectorAll<HTMLInputElement>('#name')) input.placeholder = say('nameHint');
  });
}

function tab(word: Word, href: string, isThis: boolean): HTMLAnchorElement {
  const link = make('a', { href });
  link.dataset['word'] = word;
  if (isThis) link.setAttribute('aria-current', 'page');
  return link;
}
