'use strict';

const LONGEST_TITLE = 100;
const LONGEST_QUESTION = 500;

// What somebody typed about a new study, and what is wrong with it.
class StudyForm {
  constructor(title, question, errors) {
    this.title = title;
    this.question = question;
    this.errors = errors;
  }

  get hasErrors() {
    return Object.keys(this.errors).length > 0;
  }

  static blank() {
    return new StudyForm('', '', {});
  }

  static read(fields) {
    const title = (fields.get('title') ?? '').trim();
    const question = (fields.get('question') ?? '').trim().replaceAll('\r\n', '\n');
    const errors = {};
    if (title === '') errors.title = 'Enter a title.';
    else if ([...title].length > LONGEST_TITLE) errors.title = `A title has at most ${LONGEST_TITLE} characters.`;
    else if (/\p{Cc}/u.test(title)) errors.title = 'A title is one line of text.';
    if (question === '') errors.question = 'Enter the question that participants answer.';
    else if ([...question].length > LONGEST_QUESTION) errors.question = `A question has at most ${LONGEST_QUESTION} characters.`;
    return new StudyForm(title, question, errors);
  }
}

module.exports = { StudyForm };
