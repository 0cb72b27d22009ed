#!/bin/sh
# Prepares Debian's MariaDB on this host as the shared database server. Standard input says what for, one thing a line:
#   listen ADDRESS           the one address at which it listens (administration goes through the local socket)
#   database NAME PASSWORD   a database, and a user of the same name who may use that database only
# Running it again changes only what differs. Passwords come by standard input so that no process list shows them.
set -eu

listen() {
  case $1 in *[!0-9.]* | '') echo "'$1' is not an IPv4 address." >&2; exit 2 ;; esac
  file=/etc/mysql/mariadb.conf.d/90-shared.cnf
  wanted=$(printf '[mariadbd]\nbind-address = %s\nskip-name-resolve = 1\n' "$1")
  if [ ! -e "$file" ] || [ "$(cat "$file")" != "$wanted" ]; then
    printf '%s\n' "$wanted" >"$file"
    systemctl restart mariadb </dev/null
  fi
  echo "MariaDB listens at $1."
}

database() {
  case $1 in *[!a-z0-9_]* | '') echo "'$1' cannot name a database." >&2; exit 2 ;; esac
  case $2 in *[!A-Za-z0-9]* | '') echo "The password for '$1' must consist of letters and digits." >&2; exit 2 ;; esac
  mariadb --batch <<SQL
CREATE DATABASE IF NOT EXISTS \`$1\` CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS '$1'@'%' IDENTIFIED BY '$2';
ALTER USER '$1'@'%' IDENTIFIED BY '$2';
GRANT SELECT, INSERT, CREATE ON \`$1\`.* TO '$1'@'%';
SQL
  echo "The database '$1' is ready."
}

while read -r what name value; do
  case $what in
    listen) listen "$name" ;;
    database) database "$name" "$value" ;;
    *) echo "'$what' is not understood." >&2; exit 2 ;;
  esac
done
