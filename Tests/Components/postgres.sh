#!/bin/bash
# postgres.sh FOLDER: a PostgreSQL of its own in FOLDER, on the loopback, with TLS. Says `ready PORT`, and ends when its
# input does. Not for root: run it as an ordinary user.
set -euo pipefail
cd "$1"
umask 077
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
printf admin-password-of-the-tests >password
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout server.key -out server.pem 2>/dev/null
"$bin/initdb" -D data -U admin --pwfile=password --auth=scram-sha-256 --no-sync -E UTF8 --locale=C >init.log
while :; do
    port=$((20000 + RANDOM % 12000))
    "$bin/postgres" -D data -p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories="$PWD" -c fsync=off \
        -c ssl=on -c ssl_cert_file="$PWD/server.pem" -c ssl_key_file="$PWD/server.key" -c log_statement=all \
        -c max_connections=50 </dev/null >server.log 2>&1 &
    server=$!
    until "$bin/pg_isready" -q -h "$PWD" -p $port; do
        kill -0 $server 2>/dev/null || continue 2
        sleep 0.05
    done
    break
done
export PGPASSWORD=admin-password-of-the-tests
"$bin/psql" -q -h "$PWD" -p $port -U admin postgres -v ON_ERROR_STOP=1 <<'SQL'
CREATE DATABASE orders;
CREATE DATABASE other;
CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'maker-password-of-the-tests';
CREATE ROLE readers;
\c orders
CREATE TABLE orders (id int, item text);
CREATE TABLE customers (id int, name text);
INSERT INTO orders VALUES (1, 'a chair'), (2, 'a table');
CREATE TABLE made (id int);
ALTER TABLE made OWNER TO maker;
GRANT CREATE ON SCHEMA public TO readers;
\c other
GRANT CREATE ON SCHEMA public TO PUBLIC;
SQL
echo "ready $port"
cat >/dev/null
kill -QUIT $server
wait || true
cd /
rm -rf "$1"
