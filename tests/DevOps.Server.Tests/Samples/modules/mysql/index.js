'use strict';

// Stands in for Debian's node-mysql: a database that answers at once and has two studies.
const STUDIES = [
  { id: 2, title: 'Coffee or tea', question: 'Which one, and when?' },
  { id: 1, title: 'Studies', question: 'Think of the last three that you took part in.\nWhat made you say yes?' },
];

exports.createPool = () => ({
  query: ({ sql }, done) => setImmediate(done, null, sql.includes('COUNT') ? [{ total: STUDIES.length }] : STUDIES),
  end() {},
});
