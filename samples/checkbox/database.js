'use strict';

const mysql = require('mysql');

const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS studies (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    title VARCHAR(100) NOT NULL,
    question VARCHAR(500) NOT NULL,
    added_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
  ) CHARACTER SET utf8mb4`;

// The studies in the shared database. Nothing is connected before the first query.
class Database {
  #pool;
  #table = null;

  constructor(host, port, password) {
    this.#pool = mysql.createPool({
      host,
      port,
      user: 'checkbox',
      password,
      database: 'checkbox',
      charset: 'utf8mb4',
      connectionLimit: 8,
      // Nobody waits long for a database that is away: the health check must answer in time.
      connectTimeout: 2000,
      acquireTimeout: 3000,
    });
  }

  async add(title, question) {
    await this.#withTable();
    await this.#query('INSERT INTO studies (title, question) VALUES (?, ?)', [title, question]);
  }

  // The newest studies first, at most as many as asked for.
  async newest(limit) {
    await this.#withTable();
    return this.#query('SELECT id, title, question FROM studies ORDER BY id DESC LIMIT ?', [limit]);
  }

  async count() {
    await this.#withTable();
    const [row] = await this.#query('SELECT COUNT(*) AS total FROM studies');
    return row.total;
  }

  close() {
    this.#pool.end();
  }

  async #withTable() {
    this.#table ??= this.#query(CREATE_TABLE);
    try {
      await this.#table;
    } catch (error) {
      // Tried again by the next request: the database may be back by then.
      this.#table = null;
      throw error;
    }
  }

  #query(sql, values = []) {
    return new Promise((resolve, reject) => {
      this.#pool.query({ sql, values, timeout: 5000 }, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  }
}

module.exports = { Database };
