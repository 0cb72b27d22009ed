'use strict';

const UNSAFE = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

class Safe {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

// A template whose values are made safe between tags and inside quoted attributes; what it makes may be put into another.
function html(parts, ...values) {
  return new Safe(String.raw({ raw: parts }, ...values.map(write)));
}

function write(value) {
  if (Array.isArray(value)) return value.map(write).join('');
  if (value instanceof Safe) return value.text;
  return String(value ?? '').replace(/[&<>"']/g, (character) => UNSAFE[character]);
}

// The name stands in the title and wherever data-name is, where title.js finds it.
function layout(about, content) {
  return String(html`<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${about.name}</title>
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/style.css">
  <script src="/title.js" defer></script>
</head>
<body>
  <header>
    <div class="wide">
      <h1><img src="/icon.svg" alt="" width="32" height="32"> <span data-name>${about.name}</span></h1>
      <p>Studies and surveys</p>
    </div>
  </header>
  <main class="wide">
    ${content}
  </main>
  <footer class="wide"><span data-name>${about.name}</span> <strong>${about.version}</strong> served by <strong>${about.host}</strong></footer>
</body>
</html>
`);
}

function invalid(form, field) {
  return form.errors[field] ? html`aria-invalid="true" aria-describedby="${field}-error"` : '';
}

function error(form, field) {
  return form.errors[field] ? html`<p class="error" id="${field}-error">${form.errors[field]}</p>` : '';
}

function studyForm(form) {
  return html`<section aria-labelledby="new-study">
      <h2 id="new-study">New study</h2>
      <form method="post" action="/studies" novalidate>
        <div class="field">
          <label for="title">Title</label>
          <input id="title" name="title" type="text" maxlength="100" autocomplete="off" required value="${form.title}" ${invalid(form, 'title')}>
          ${error(form, 'title')}
        </div>
        <div class="field">
          <label for="question">Question</label>
          <textarea id="question" name="question" rows="4" maxlength="500" required ${invalid(form, 'question')}>${form.question}</textarea>
          ${error(form, 'question')}
        </div>
        <button type="submit">Create study</button>
      </form>
    </section>`;
}

function studyList(studies, total) {
  const items = studies.map((study) => html`<li>
          <h3>${study.title}</h3>
          <p>${study.question}</p>
        </li>
        `);
  return html`<section aria-labelledby="studies">
      <h2 id="studies">Studies <span class="count">${total}</span></h2>
      ${total === 0 ? html`<p class="hint">There are no studies yet.</p>` : html`<ol class="studies">
        ${items}
      </ol>`}
      ${total > studies.length ? html`<p class="hint">The newest ${studies.length} are shown.</p>` : ''}
    </section>`;
}

function studiesPage({ studies, total, form, about }) {
  return layout(about, html`${studyForm(form)}
    ${studyList(studies, total)}`);
}

function messagePage(message, about) {
  return layout(about, html`<section><p>${message}</p><p><a href="/">All studies</a></p></section>`);
}

module.exports = { studiesPage, messagePage };
